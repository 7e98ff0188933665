import fc from 'fast-check';

/**
 * Who calls a trigger's polls, and where its state is kept. `timers`, in n8n's memory: the static data
 * stays there from poll to poll. `scheduler` (N8N_SCHEDULER_ENABLED, N8N_SCHEDULER_POLL_TRIGGERS_ENABLED):
 * its jobs outlive n8n, and each poll begins with the static data that is stored. `durable`
 * (N8N_POLLER_DURABLE_CURSORS_ENABLED as well): each poll begins with a copy of a state of its own, which
 * is stored whatever the poll returns; but at activation only with an execution.
 */
export type Schedule = 'timers' | 'scheduler' | 'durable';

export const SCHEDULES: readonly Schedule[] = ['timers', 'scheduler', 'durable'];

/** A second poll with the same state: at the same time, or right after the first; as a rule none. */
export type Twice = 'atOnce' | 'inTurn' | null;

export const twice: fc.Arbitrary<Twice> = fc.oneof(
	{ weight: 9, arbitrary: fc.constant(null) },
	{ weight: 1, arbitrary: fc.constantFrom('atOnce' as const, 'inTurn' as const) },
);

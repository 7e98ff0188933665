/** The sandbox as a program of its own, so that it shares no thread with what is measured. */
import { startSandbox } from '../../test/sandbox/server.mts';
import type { SandboxState } from '../../test/sandbox/state.mts';
import type { Answer, Question, Ready } from './sandboxProcess.mts';

/** How many numbers and orders there are. */
const RECORDS = Number(process.argv[2]);
const ITEMS = 500;
/** As many states as the USA has, with 100 DID groups each. */
const REGIONS = 50;
const GROUPS_PER_REGION = 100;

const sandbox = await startSandbox({ settings: { latencyMs: 20 } });
const { state, settings, requests } = sandbox;
state.clearNumbers();
state.clearOrders();
state.seedNumbers(RECORDS);
state.seedOrders(RECORDS);
addRegions(state);

process.on('message', ({ id, ...question }: Question) => {
	if (question.settings) Object.assign(settings, question.settings);
	const answer: Answer = { id, requests: requests.map(({ status, at }) => ({ status, at })) };
	if (question.forget) requests.length = 0;
	process.send?.(answer);
});
// The measuring process has gone.
process.on('disconnect', () => process.exit());

const ready: Ready = {
	url: sandbox.url,
	credentials: sandbox.credentials,
	recordCount: RECORDS,
	groupCount: state.didGroups.filter(isInRegion).length,
	// From all over the lists.
	orderIds: some(state.orders).map(({ id }) => id),
	numbers: some(state.numbers).map(({ number }) => number),
	trunkGroupId: state.trunkGroups[0].id,
};
process.send?.(ready);

function some<T>(list: T[]): T[] {
	const step = Math.floor(list.length / ITEMS);
	return list.filter((_, index) => index % step === 0).slice(0, ITEMS);
}

/** Gives the USA all its regions, and each of them the same number of DID groups. */
function addRegions(to: SandboxState): void {
	const codes = Array.from({ length: REGIONS }, (_, index) => `US-${index + 100}`);
	const regions = codes.map((code) => ({ code, name: `State ${code}` }));
	to.countries = to.countries.map((country) =>
		country.iso === 'US' ? { ...country, regions } : country,
	);
	const [model] = to.didGroups;
	for (const [index, regionCode] of codes.entries()) {
		for (let i = 0; i < GROUPS_PER_REGION; i++) {
			const id = 1_000_000 + index * GROUPS_PER_REGION + i;
			to.didGroups.push({ ...model, id, name: `City ${id}`, regionCode });
		}
	}
}

function isInRegion({ regionCode }: { regionCode: string | null }): boolean {
	return /^US-\d/.test(regionCode ?? '');
}

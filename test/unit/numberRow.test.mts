import { isRemoved } from '../../nodes/IdtExpress/shared/numberRow';

test.each([
	['active', undefined, false],
	[' Active', null, false],
	// Zero dates of Go, MySQL and Unix stand for none.
	['active', '0001-01-01T00:00:00Z', false],
	['active', '0000-00-00 00:00:00', false],
	['active', 0, false],
	['removed', undefined, true],
	['Removed ', '2026-01-01T00:00:00Z', true],
	[null, undefined, false],
	[undefined, '2026-01-01T00:00:00Z', true],
	['deleted', '2026-01-01T00:00:00Z', true],
])(
	'a number with the status %j and the time of removal %j is removed: %j',
	(status, time, removed) => expect(isRemoved({ status, removed_at: time })).toBe(removed),
);

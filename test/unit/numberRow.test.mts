import { beginsWith, digitsOf, isRemoved } from '../../nodes/IdtExpress/shared/numberRow';

test.each([
	['active', undefined, false],
	[' Active ', '0001-01-01T00:00:00Z', false],
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

test.each([
	['12074063052', '12074063052'],
	['+1 (207) 406-3052', '12074063052'],
	['011442079460958', '442079460958'],
	['0044 20 7946 0958', '442079460958'],
	['+44 20 7901 1000', '442079011000'],
	[undefined, ''],
])('the digits of %j are %j', (number, digits) => expect(digitsOf({ number })).toBe(digits));

test.each([
	['01144', true],
	['44', true],
	['958', false],
	['', true],
])('whether +44 20 7946 0958 begins with %j: %j', (beginning, expected) =>
	expect(beginsWith({ number: '+44 20 7946 0958' }, beginning)).toBe(expected),
);

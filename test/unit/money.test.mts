import fc from 'fast-check';
import {
	ZERO,
	add,
	compare,
	decimalAt,
	formatDecimal,
	multiply,
	parseDecimal,
	roundedDecimal,
	toNumber,
	type Decimal,
} from '../../nodes/IdtExpress/shared/money';

function decimal(text: string): Decimal {
	const parsed = parseDecimal(text);
	if (!parsed) throw new Error(`${text} is no decimal`);
	return parsed;
}

test('adds exactly where floating point does not', () => {
	expect(0.1 + 0.2).not.toBe(0.3);
	expect(formatDecimal(add(decimal('0.1'), decimal('0.2')))).toBe('0.30');
});

test('keeps every digit of large amounts', () => {
	const large = decimal('90071992547409931234.567');
	expect(formatDecimal(add(large, decimal('0.001')))).toBe('90071992547409931234.568');
	expect(formatDecimal(multiply(large, 100))).toBe('9007199254740993123456.70');
});

test.each([
	['4.25', '4.250', 0],
	['4.25', '4.26', -1],
	['10', '9.99', 1],
])('compares %s with %s', (a, b, expected) => {
	expect(compare(decimal(a), decimal(b))).toBe(expected);
});

test.each(['', ' ', '1e3', '-1', '1,5', '.5', '1.', 'NaN', '0x10', '1 000'])(
	'%j is no amount',
	(text) => {
		expect(parseDecimal(text)).toBeNull();
	},
);

test('writes at least two places, and more where there are more', () => {
	expect(formatDecimal(decimal('5'))).toBe('5.00');
	expect(formatDecimal(decimal('0.0018'))).toBe('0.0018');
	expect(formatDecimal(decimal('0'))).toBe('0.00');
	expect(formatDecimal(decimal('13.0500'))).toBe('13.05');
	expect(formatDecimal(decimal('100.000'))).toBe('100.00');
	expect(formatDecimal(decimal('0.00180'))).toBe('0.0018');
	expect(formatDecimal(decimal('1.00101'))).toBe('1.00101');
});

test('agrees with whole-number arithmetic in thousandths', () => {
	const amount = fc.nat({ max: 10_000_000 });
	const text = (thousandths: number) =>
		`${Math.floor(thousandths / 1000)}.${String(thousandths % 1000).padStart(3, '0')}`;
	fc.assert(
		fc.property(amount, amount, fc.integer({ min: 0, max: 100 }), (a, b, count) => {
			expect(compare(add(decimal(text(a)), decimal(text(b))), decimal(text(a + b)))).toBe(0);
			expect(compare(multiply(decimal(text(a)), count), decimal(text(a * count)))).toBe(0);
			expect(toNumber(decimal(text(a)))).toBe(a / 1000);
			expect(compare(decimal(text(a)), decimal(text(b)))).toBe(Math.sign(a - b));
		}),
	);
});

test('amounts of different precision are added and compared at the finer one', () => {
	expect(formatDecimal(add(decimal('1.5'), decimal('0.0018')))).toBe('1.5018');
	expect(formatDecimal(add(decimal('0.0018'), decimal('1.5')))).toBe('1.5018');
	expect(formatDecimal(add(ZERO, decimal('7')))).toBe('7.00');
	expect(parseDecimal(' 7.0 ')).toEqual({ units: 70n, scale: 1 });
});

test.each([
	[13.049999999999999, '13.05'],
	['13.04999', '13.05'],
	['13.04994', '13.0499'],
	['0.99995', '1.00'],
	['4.2', '4.20'],
	[0, '0.00'],
])('%j rounded to four places is %s', (given, expected) => {
	const rounded = roundedDecimal(given, 4);
	expect(rounded && formatDecimal(rounded)).toBe(expected);
});

test('when a fee of a record is a decimal, gives it exactly, otherwise null', () => {
	const record = { fees: { setup_fee: '4.250', monthly_fee: 7, per_minute_rate: 'free' } };
	expect(decimalAt(record, 'fees', 'setup_fee')).toEqual({ units: 4250n, scale: 3 });
	expect(decimalAt(record, 'fees', 'monthly_fee')).toEqual({ units: 7n, scale: 0 });
	expect(decimalAt(record, 'fees', 'per_minute_rate')).toBeNull();
	expect(decimalAt(record, 'fees', 'other_fee')).toBeNull();
});

test.each([-1, NaN, Infinity, 1e21, '1e3', '', '-0.5', '1,5'])('%j cannot be rounded', (given) =>
	expect(roundedDecimal(given, 4)).toBeNull(),
);

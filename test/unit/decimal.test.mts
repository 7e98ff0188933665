import fc from 'fast-check';
import {
	ZERO,
	add,
	compare,
	formatDecimal,
	multiply,
	parseDecimal,
	type Decimal,
} from '../../nodes/IdtExpress/shared/decimal';

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
	expect(formatDecimal(multiply(large, 100))).toBe('9007199254740993123456.700');
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
});

test('agrees with whole-number arithmetic in thousandths', () => {
	const amount = fc.nat({ max: 10_000_000 });
	const text = (thousandths: number) =>
		`${Math.floor(thousandths / 1000)}.${String(thousandths % 1000).padStart(3, '0')}`;
	fc.assert(
		fc.property(amount, amount, fc.integer({ min: 0, max: 100 }), (a, b, count) => {
			expect(formatDecimal(add(decimal(text(a)), decimal(text(b))))).toBe(text(a + b));
			expect(formatDecimal(multiply(decimal(text(a)), count))).toBe(text(a * count));
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

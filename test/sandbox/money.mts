/** Exact amounts in ten-thousandths, written independently of the node's own arithmetic. */
export function toUnits(amount: string): bigint {
	const [whole, fraction = ''] = amount.split('.');
	return BigInt(whole + fraction.padEnd(4, '0').slice(0, 4));
}

export function toAmount(units: bigint): string {
	const digits = String(units).padStart(5, '0');
	return `${digits.slice(0, -4)}.${digits.slice(-4).replace(/0{1,2}$/, '')}`;
}

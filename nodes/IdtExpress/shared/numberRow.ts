import type { IDataObject } from 'n8n-workflow';
import { textAt } from './json';

/**
 * What a row of Get Numbers says, however it is written.
 * @see docs/api.md#get-numbers
 */

/** The digits of its number, from the country code on. */
export function digitsOf(row: IDataObject): string {
	return significantDigits(textAt(row, 'number'));
}

/** @param beginning of a number, as the API writes it; empty: any number has it */
export function beginsWith(row: IDataObject, beginning: string): boolean {
	return digitsOf(row).startsWith(significantDigits(beginning));
}

/** Whether its status says so, or else its time of removal: a server may write a zero date for none. */
export function isRemoved(row: IDataObject): boolean {
	const status = textAt(row, 'status').trim().toLowerCase();
	return status === 'removed' || (status !== 'active' && textAt(row, 'removed_at') !== '');
}

/** 011 is how the API dials a number of another country from the USA; elsewhere it is 00. */
function significantDigits(number: string): string {
	return number.replace(/\D/g, '').replace(/^(011|00)/, '');
}

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

export function hasStatus(row: IDataObject, status: string): boolean {
	return textAt(row, 'status').trim().toLowerCase() === status;
}

/** Whether its status says so, or it has a time of removal. */
export function isRemoved(row: IDataObject): boolean {
	return hasStatus(row, 'removed') || textAt(row, 'removed_at') !== '';
}

/** 011 is how the API dials a number of another country from the USA; elsewhere it is 00. */
function significantDigits(number: string): string {
	return number.replace(/\D/g, '').replace(/^(011|00)/, '');
}

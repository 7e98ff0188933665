import type { ApiErrorDetail, ApiFailure } from '../../api/types';

/** What a failed request for many numbers means for them. */

/** A request with so many numbers is not too large for any server. */
export const SURELY_SMALL = 100;

const TOO_LARGE = [413, 414, 431];
const TOO_MANY = /too (many|large|long|big)|at most|maximum|more than|exceed/i;

/**
 * How many numbers to send at most, where a request failed because it had too many; else `null`. A
 * large request that gets no answer in time counts as too large.
 */
export function smallerSize(failure: ApiFailure, sent: string[]): number | null {
	if (sent.length === 1) return null;
	const half = Math.ceil(sent.length / 2);
	if (TOO_LARGE.includes(failure.httpStatus ?? 0)) return half;
	if (failure.outcome === 'unknown' && failure.isTransient) {
		return sent.length > SURELY_SMALL ? half : null;
	}
	if (failure.kind !== 'refused' || namedNumbers(failure, sent).length > 0) return null;
	const words = failure.errors.map(({ title, detail }) => `${title} ${detail}`).join(' ');
	if (!TOO_MANY.test(words)) return null;
	// "Numbers must not have more than 1000 entries"
	const limits = (words.match(/\d+/g) ?? [])
		.map(Number)
		.filter((limit) => limit > 0 && limit < sent.length);
	return limits.length > 0 ? Math.max(...limits) : half;
}

/** Whether the failure is about some of the numbers, so that leaving them out may help. */
export function isAboutNumbers({ kind, errors }: ApiFailure): boolean {
	const NUMBER_CODES = [1000, 1001, 1002, 4001];
	return (
		kind === 'refused' &&
		errors.some(
			({ code, source, field }) =>
				NUMBER_CODES.includes(code ?? 0) && !/trunk_group/.test(`${source} ${field}`),
		)
	);
}

/** The numbers that errors point at (JSON Pointer) or name. */
export function namedNumbers({ errors }: ApiFailure, sent: string[]): string[] {
	const inRequest = new Set(sent);
	return errors.flatMap(({ source, detail }: ApiErrorDetail) => {
		const index = /^\/numbers\/(\d+)/.exec(source ?? '')?.[1];
		const pointed = index === undefined ? undefined : sent[Number(index)];
		if (pointed !== undefined) return [pointed];
		return (detail.match(/\d{7,}/g) ?? []).filter((number) => inRequest.has(number));
	});
}

import type { ApiErrorDetail, ApiFailure } from '../../api/types';

/** What a failed request for many numbers means for them. */

/** A request with so many numbers is not too large for any server. */
export const SURELY_SMALL = 100;

const TOO_LARGE = [413, 414, 431];

/** Invalid Request, Required Field Missing, Invalid Field, Number Not Found. */
const NUMBER_CODES = [1000, 1001, 1002, 4001];

const TOO_MANY = /too (many|large|long|big)|at most|maximum|more than|exceed/i;

/**
 * Whether a request failed because it had too many numbers. A large one that gets no answer in time counts
 * as too large.
 */
export function isTooLarge(failure: ApiFailure, sent: string[]): boolean {
	const { kind, outcome, isTransient, httpStatus, errors } = failure;
	if (sent.length === 1) return false;
	if (TOO_LARGE.includes(httpStatus ?? 0)) return true;
	if (outcome === 'unknown' && isTransient) return sent.length > SURELY_SMALL;
	return (
		kind === 'refused' &&
		namedNumbers(failure, sent).length === 0 &&
		errors.some(({ title, detail }) => TOO_MANY.test(`${title} ${detail}`))
	);
}

/** Whether the failure is about some of the numbers, so that leaving them out may help. */
export function isAboutNumbers({ kind, errors }: ApiFailure): boolean {
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

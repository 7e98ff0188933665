import metadata from 'libphonenumber-js/metadata.max.json';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

/**
 * Writes nodes/IdtExpress/shared/numberLengths.ts from the metadata of libphonenumber-js:
 * `npm run number-lengths`. To be run after an update of that package.
 */

const TARGET = fileURLToPath(
	new URL('../nodes/IdtExpress/shared/numberLengths.ts', import.meta.url),
);

/** What a country's entry holds, by position. */
type Entry = [
	callingCode: string,
	idd: unknown,
	pattern: string,
	lengths: number[],
	formats: unknown,
	nationalPrefix: string | 0,
	nationalPrefixFormat: unknown,
	/** What libphonenumber takes off before it reads a number. */
	nationalPrefixes: string | 0,
	...rest: unknown[],
];

interface Plan {
	lengths: Set<number>;
	prefixes: Set<string>;
	firstDigits: Set<string>;
	domestic: Set<string>;
}

/** Where it is not a code of its own: area code and 15 of a mobile number. */
const ARGENTINE_MOBILE = '0?(?:11|[23]\\d{2,3})15';

/** Countries that share a calling code (USA and Canada, Italy and the Vatican) are one plan. */
function readPlans(): Map<string, Plan> {
	const plans = new Map<string, Plan>();
	const { countries, nonGeographic } = metadata as unknown as Record<string, Record<string, Entry>>;
	for (const entry of [...Object.values(countries), ...Object.values(nonGeographic)]) {
		const [code, , pattern, lengths, , prefix, , prefixes] = entry;
		const plan: Plan = plans.get(code) ?? {
			lengths: new Set(),
			prefixes: new Set(),
			firstDigits: new Set(),
			domestic: new Set(code === '54' ? [ARGENTINE_MOBILE] : []),
		};
		plans.set(code, plan);
		for (const length of lengths) {
			// A few countries of North America list local numbers too; without area code they are none.
			if (code !== '1' || length === 10) plan.lengths.add(length);
		}
		plan.prefixes.add(prefix || '');
		for (const digit of firstDigits(pattern)) plan.firstDigits.add(digit);
		for (const domestic of domesticCodes(prefixes || '', prefix || '')) plan.domestic.add(domestic);
	}
	return plans;
}

/**
 * Codes of carriers and services: `0([3579]…)?` in Colombia, `(1831)|0` in Australia, `0|80?` in
 * Belarus. What ends in `$` is a local number, which is too short anyway.
 */
function domesticCodes(prefixes: string, prefix: string): string[] {
	return alternatives(prefixes).flatMap((alternative) => {
		const [, carrier] = /^0\((.*)\)\?$/.exec(alternative) ?? [];
		if (carrier !== undefined) return [`0(?:${carrier})`];
		const [, code] =
			/^\((\d[^$]*)\)$/.exec(alternative) ??
			/^(\d+)\??$/.exec(alternative) ??
			/^\(\?:0\|(\d+)\)/.exec(alternative) ??
			[];
		return code === undefined || code === prefix ? [] : [code];
	});
}

/** The digits that a number of this pattern can begin with. */
function firstDigits(pattern: string): Set<string> {
	const first = new Set<string>();
	for (const alternative of alternatives(pattern)) {
		const [, group] = /^\(\?:(.*)/.exec(alternative) ?? [];
		if (group !== undefined) {
			// Only the part within the group: what comes after it is of no interest.
			for (const digit of firstDigits(upToClosing(group))) first.add(digit);
		} else {
			const [token] = /^(?:\[[^\]]+\]|\\d|\d)/.exec(alternative) ?? [];
			const quantifier = alternative.slice(token?.length ?? 0);
			if (token === undefined || /^[?*]|^\{0/.test(quantifier)) {
				throw new Error(`Cannot read the pattern ${pattern}`);
			}
			const matcher = new RegExp(`^${token}$`);
			for (const digit of '0123456789') if (matcher.test(digit)) first.add(digit);
		}
	}
	return first;
}

function alternatives(pattern: string): string[] {
	const parts = [''];
	let depth = 0;
	for (const character of pattern) {
		if (character === '(') depth++;
		if (character === ')') depth--;
		if (character === '|' && depth === 0) parts.push('');
		else parts[parts.length - 1] += character;
	}
	return parts;
}

function upToClosing(group: string): string {
	let depth = 1;
	for (let at = 0; at < group.length; at++) {
		if (group[at] === '(') depth++;
		if (group[at] === ')' && --depth === 0) {
			if (/^[?*]|^\{0/.test(group.slice(at + 1))) throw new Error(`Optional group: ${group}`);
			return group.slice(0, at);
		}
	}
	throw new Error(`The group has no end: ${group}`);
}

function write(plans: Map<string, Plan>): string {
	const codes = new Map<string, string[]>();
	for (const [code, { lengths, prefixes, firstDigits: first, domestic }] of [...plans].sort()) {
		if (prefixes.size > 1) throw new Error(`+${code} has several prefixes: ${[...prefixes]}`);
		const [prefix] = prefixes;
		const never = [...new Set(['0', ...prefix.slice(0, 1)])].filter((digit) => !first.has(digit));
		const key = [
			[...lengths].sort((a, b) => a - b).join(','),
			prefix,
			never.join(''),
			[...domestic].join('|'),
		].join(' ');
		codes.set(key, [...(codes.get(key) ?? []), code]);
	}
	const lines = [...codes].map(
		([key, list]) => `['${key.trimEnd().replaceAll('\\', '\\\\')}', '${list.join(' ')}'],`,
	);
	return `/** Made by dev/numberLengths.mts from the metadata of libphonenumber-js; not written by hand. */

export interface NumberPlan {
	/** The lengths that numbers of a country can have, without its calling code. */
	readonly lengths: readonly number[];
	/** What is dialled before a number within the country only; '' where there is no such prefix. */
	readonly prefix: string;
	/** Of 0 and the prefix's first digit those that no number begins with. */
	readonly never: string;
	/** Further codes that are dialled within the country only, such as a carrier's. */
	readonly domestic?: RegExp;
}

/** Lengths, prefix, never, domestic → the calling codes. */
const PLANS: Array<[string, string]> = [
${lines.join('\n')}
];

/** By calling code. */
export const NUMBER_PLANS: Readonly<Record<string, NumberPlan>> = Object.fromEntries(
	PLANS.flatMap(([plan, codes]) => {
		const [lengths, prefix = '', never = '', domestic = ''] = plan.split(' ');
		const read: NumberPlan = {
			lengths: lengths.split(',').map(Number),
			prefix,
			never,
			...(domestic && { domestic: new RegExp(\`^(?:\${domestic})\`) }),
		};
		return codes.split(' ').map((code) => [code, read]);
	}),
);
`;
}

const options = await resolveConfig(TARGET);
await writeFile(TARGET, await format(write(readPlans()), { ...options, parser: 'typescript' }));

import { CODE_HINTS } from '../../nodes/IdtExpress/api/hints';

/** What the advice for each documented code must be about. */
const SUBJECTS: Record<number, RegExp> = {
	1000: /values/,
	1001: /missing/,
	1002: /Correct/,
	1003: /environment/,
	2000: /API key and the API secret/,
	2001: /quota/,
	2002: /Wait/,
	3000: /may not buy/,
	3001: /Add funds/,
	4000: /'Toll-Free'/,
	4001: /number is active/,
	4002: /^Choose a region/,
	4003: /^Choose a country/,
	4004: /^This DID group/,
	4005: /trunk group ID/,
	4006: /default/,
	4007: /supports_cnam/,
	4008: /cnam_name/,
};

test.each(Object.entries(SUBJECTS))(
	'when the API answers code %s, the advice is about that',
	(code, subject) => {
		expect(CODE_HINTS[Number(code)]).toMatch(subject);
	},
);

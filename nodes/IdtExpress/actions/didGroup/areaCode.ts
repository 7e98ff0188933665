import type { IDataObject } from 'n8n-workflow';
import { mapField, optionalList, quote } from '../../shared/field';
import { textAt } from '../../shared/json';
import { toNumberPart } from '../../shared/phoneNumber';

/** `212 646`, `207-406`: two area codes, or one with the next digits; 0044 1463 is one. */
const TWO_CODES = /^[^\d+]*[1-9]\d{2,}\D+\d{3}/;

/** No calling code and area code have more digits together. A whole number would find nothing. */
const isShort = (digits: string) => digits.replace(/^011/, '').length <= 8;

/**
 * The filter Area Code, as people write it: `207`, `(207)`, `1207`, `+1 207`, and several with commas.
 * The API has no such filter.
 * @returns whether a DID group is one that is meant
 */
export const areaCode = mapField(
	optionalList({
		name: 'areaCode',
		label: 'Area Code',
		placeholder: 'e.g. 207',
		description:
			'Only DID groups with exactly this area code (NPA). Several with commas between them.',
	}),
	(codes, { refuse }) => {
		if (codes === undefined) return undefined;
		const wanted = codes.map((written) => {
			// No area code begins with 00.
			const part = toNumberPart(written.replace(/^00/, '+'));
			if ('digits' in part && isShort(part.digits) && !TWO_CODES.test(written)) return part;
			throw refuse(
				`must be digits such as 207, not ${quote(written)}`,
				'Enter an area code, or several with commas between them.',
			);
		});
		return (didGroup: IDataObject) => {
			const area = textAt(didGroup, 'area_code');
			const calling = textAt(didGroup, 'country_calling_code');
			const whole = calling === '1' ? `1${area}` : `011${calling}${area}`;
			const written = ['', '0', calling, `011${calling}`].map((before) => before + area);
			return wanted.some(({ digits, isBeginning }) =>
				isBeginning ? digits === whole : written.includes(digits),
			);
		};
	},
);

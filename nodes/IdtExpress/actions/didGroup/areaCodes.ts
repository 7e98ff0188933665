import type { IDataObject } from 'n8n-workflow';
import { inputError, mapField, quote, textList } from '../../shared/field';
import { textAt } from '../../shared/json';

/**
 * Area codes as people write them: `207`, `(207)`, `1207`, `+1 207`, `020`; several with commas.
 * @returns whether a DID group has one of them
 */
export const areaCodes = mapField(
	textList({
		name: 'areaCode',
		label: 'Area Code',
		key: 'area_code',
		placeholder: 'e.g. 207, 406',
		description: 'Only DID groups with exactly this area code (NPA), or one of several with commas',
	}),
	(texts, place) => {
		const wanted = texts.map((text) => {
			const code = text.normalize('NFKC').replace(/[\s().\-\p{Pd}\p{Cf}]/gu, '');
			if (/^\+?\d{1,12}$/.test(code)) return code;
			throw inputError(
				place,
				`'Area Code' must be made of digits, not ${quote(text)}`,
				'Enter the area code alone, such as 207, or with the country code, such as +1 207.',
			);
		});
		return (group: IDataObject) =>
			wanted.length === 0 || spellings(group).some((spelling) => wanted.includes(spelling));
	},
);

/** How people write the area code of a DID group. */
function spellings(group: IDataObject): string[] {
	const code = textAt(group, 'area_code');
	const country = textAt(group, 'country_calling_code');
	if (code === '') return [];
	const international = `${country}${code}`;
	return [
		code,
		`0${code}`,
		international,
		`+${international}`,
		`+${country}0${code}`,
		`00${international}`,
		`011${international}`,
	];
}

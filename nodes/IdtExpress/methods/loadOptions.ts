import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { readWholeList } from '../api/lists';
import { textAt } from '../shared/json';
import { displayNumber } from '../shared/phoneNumber';

/** Loaders of the multi-select lists. The editor shows no reason when one of these fails. */
export const loadOptions = {
	/** The numbers of the chosen DID group that can be bought now. */
	async getSkus(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
		const didGroupId = textAt(
			{ value: this.getCurrentNodeParameter('didGroupId', { extractValue: true }) },
			'value',
		);
		if (didGroupId === '') return [];
		const numbers = await readWholeList(
			this,
			{ method: 'GET', path: ['coverage', 'did_groups', didGroupId, 'browse_numbers'] },
			'numbers',
		);
		return numbers.map((entry) => ({
			name: displayNumber(textAt(entry, 'number')),
			value: textAt(entry, 'sku'),
		}));
	},
};

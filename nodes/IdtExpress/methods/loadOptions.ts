import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { readWholeList } from '../api/lists';
import { textAt } from '../shared/json';
import { displayNumber } from '../shared/phoneNumber';

/** Loaders of the multi-select lists. */
export const loadOptions = {
	/** The numbers of the chosen DID group that can be bought now. */
	async getSkus(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
		const didGroupId = textAt(this.getCurrentNodeParameter('didGroupId'), 'value').trim();
		// Nothing chosen, or an expression that the editor cannot evaluate yet.
		if (!/^\d+$/.test(didGroupId)) return [notice('Choose a DID group first')];
		try {
			const path = ['coverage', 'did_groups', didGroupId, 'browse_numbers'];
			const numbers = await readWholeList(this, { method: 'GET', path }, 'numbers');
			return numbers.map((entry) => ({
				name: displayNumber(textAt(entry, 'number')),
				value: textAt(entry, 'sku'),
			}));
		} catch (error) {
			// Where a loader fails, the editor shows no reason; so the reason becomes what is listed.
			return [notice(textAt(error, 'message'), textAt(error, 'description'))];
		}
	},
};

/** An entry to read, which cannot be chosen. */
function notice(name: string, description?: string): INodePropertyOptions {
	return { name, description, value: '', disabled: true };
}

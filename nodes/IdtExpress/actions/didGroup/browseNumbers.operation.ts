import { readLimit, readWholeList } from '../../api/lists';
import { didGroupFields, returnAllFields } from '../../shared/fields';
import { readNumericId } from '../../shared/input';
import type { ItemOperation } from '../../shared/operation';

/** @see reference: Browse Available Numbers */
export const browseNumbers: ItemOperation = {
	option: {
		name: 'Browse Numbers',
		value: 'browseNumbers',
		action: 'Browse numbers of a DID group',
		description: 'List the phone numbers that can be bought now, with the SKU to order each by',
	},
	effect: 'read',
	fields: [...didGroupFields(), ...returnAllFields],
	async execute(context, itemIndex) {
		const didGroupId = readNumericId(context, 'didGroupId', 'DID Group', itemIndex);
		const limit = readLimit(context, itemIndex);
		const numbers = await readWholeList(
			context,
			{
				method: 'GET',
				path: ['coverage', 'did_groups', didGroupId, 'browse_numbers'],
				itemIndex,
			},
			'numbers',
		);
		return numbers.slice(0, limit);
	},
};

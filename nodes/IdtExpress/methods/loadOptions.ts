import type { INodePropertyOptions, INodeType } from 'n8n-workflow';
import { isNotBrowsable } from '../api/didGroups';
import { readList } from '../api/lists';
import { textAt } from '../shared/json';
import { displayNumber } from '../shared/phoneNumber';
import { editorSession } from './editor';

/** Loaders of the multi-select lists. */
export const loadOptions = {
	/** The numbers of the chosen DID group that can be ordered now. */
	async getSkus() {
		const didGroupId = textAt(this.getCurrentNodeParameter('didGroupId'), 'value').trim();
		// Nothing chosen, or an expression that the editor cannot evaluate yet.
		if (!/^\d+$/.test(didGroupId)) return [notice('Choose a DID group first')];
		try {
			const path = [didGroupId, 'browse_numbers'];
			const numbers = await readList(editorSession(this), 'browse', { path });
			const options = numbers
				.map((entry) => ({
					name: displayNumber(textAt(entry, 'number')) || textAt(entry, 'sku'),
					value: textAt(entry, 'sku'),
				}))
				.filter(({ value }) => value !== '');
			return options.length > 0 ? options : [notice(CANNOT_BE_CHOSEN)];
		} catch (error) {
			// Where a loader fails, the editor shows no reason; so the reason becomes what is listed.
			const [message, description] = [textAt(error, 'message'), textAt(error, 'description')];
			return [notice(isNotBrowsable(error) ? CANNOT_BE_CHOSEN : message, description)];
		}
	},
} satisfies NonNullable<INodeType['methods']>['loadOptions'];

const CANNOT_BE_CHOSEN =
	"The numbers of this DID group cannot be chosen: set 'Select Numbers By' to Quantity";

/** An entry to read, which cannot be chosen. */
function notice(name: string, description?: string): INodePropertyOptions {
	return { name, description, value: '', disabled: true };
}

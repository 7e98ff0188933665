import { NodeApiError } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import { isNotBrowsable } from '../../api/didGroups';
import { readList } from '../../api/lists';
import type { RunSession } from '../../api/session';
import { filters, mapField, optionalList, quote } from '../../shared/field';
import { didGroupFields, listLimit } from '../../shared/fields';
import { textAt, valueAt } from '../../shared/json';
import { flatDidGroup } from '../../shared/output';
import { toE164 } from '../../shared/phoneNumber';
import { itemOperation } from '../operation';
import { matchesPattern, parseNumberPattern } from './numberPattern';

const patterns = mapField(
	optionalList({
		name: 'pattern',
		label: 'Pattern',
		placeholder: 'e.g. *7777, 1207*, *FLOWERS',
		description:
			'Only numbers that match a pattern: * stands for any digits, ? for one digit, letters ' +
			'for the digits on their keys. Without *, the digits may be anywhere. Several patterns ' +
			'with commas between them.',
	}),
	(texts, { refuse }) =>
		texts?.map((text) => {
			const read = parseNumberPattern(text);
			if (read) return read;
			throw refuse(
				`must be made of digits, letters, * and ? (for any digit), not ${quote(text)}`,
				'Write a pattern such as *7777, 1207*, 207406???? or *FLOWERS, with ? in place of X, and ' +
					'at most 18 digits.',
			);
		}),
);

/** @see docs/api.md#browse-available-numbers */
export const browseNumbers = itemOperation({
	option: {
		name: 'Browse Numbers',
		value: 'browseNumbers',
		action: 'Browse numbers of DID group',
		description:
			'Retrieve a list of numbers that can be ordered now, each with its SKU. Works for DID groups with supports_browse: true.',
	},
	effect: 'read',
	fields: {
		didGroupId: didGroupFields,
		limit: listLimit,
		filters: filters({ patterns }),
	},
	async execute(session, { didGroupId, limit, filters: wanted }, itemIndex) {
		const path = [didGroupId, 'browse_numbers'];
		const filter = (row: IDataObject) =>
			wanted.patterns?.some((pattern) => matchesPattern(pattern, textAt(row, 'number'))) ?? true;
		const rows = await readList(session, 'browse', { path, itemIndex }, { limit, filter }).catch(
			(error: unknown) => {
				throw explained(error);
			},
		);
		const group = groupOfInput(session, didGroupId, itemIndex);
		return rows.map((row) => ({
			number: valueAt(row, 'number'),
			e164: toE164(textAt(row, 'number')),
			sku: valueAt(row, 'sku'),
			did_group_id: didGroupId,
			...group,
		}));
	},
});

function explained(error: unknown): unknown {
	if (error instanceof NodeApiError && isNotBrowsable(error)) {
		error.description = `${error.description} Only DID groups with supports_browse: true can be browsed. Order from the others by quantity.`;
	}
	return error;
}

/** What the input item says of the group, where it is one that DID Group → Get Many gave. */
function groupOfInput(session: RunSession, id: number, itemIndex: number): IDataObject {
	const { json } = session.context.getInputData()[itemIndex];
	const group = textAt(json, 'id') === String(id) ? json : {};
	// Simplified output has these fields; of raw output they are made.
	const { name, country_iso, region_code, monthly_fee } = { ...flatDidGroup(group), ...group };
	return { did_group_name: name, country_iso, region_code, monthly_fee };
}

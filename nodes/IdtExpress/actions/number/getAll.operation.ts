import type { IDataObject } from 'n8n-workflow';
import { readList } from '../../api/lists';
import { choice, filters } from '../../shared/field';
import { listLimit } from '../../shared/fields';
import { numberFilterFields, passesFilters, readNumberFilters } from '../../shared/numberFilters';
import { isRemoved } from '../../shared/numberRow';
import { numberOutput } from '../../shared/output';
import { itemOperation } from '../operation';
import { numberSort } from './sort';

const status = choice({
	name: 'status',
	label: 'Status',
	default: 'active',
	options: { active: { name: 'Active' }, removed: { name: 'Removed' } },
	description: 'Only numbers with this status. Removed numbers stay in the list for some time.',
});

/** @see docs/api.md#get-numbers */
export const getAll = itemOperation({
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many numbers',
		description: 'Retrieve a list of phone numbers of the account, also recently removed ones',
	},
	effect: 'read',
	fields: {
		limit: listLimit,
		filters: filters({ ...numberFilterFields, status }, { status: 'active' }),
		sort: numberSort,
		output: numberOutput,
	},
	async execute(session, { limit, filters: given, sort, output }, itemIndex) {
		const { status: wanted, ...others } = given;
		const numberFilters = readNumberFilters(others);
		// The API has no filter on the status.
		const filter = (row: IDataObject) =>
			passesFilters(numberFilters, row) &&
			(wanted === undefined || isRemoved(row) === (wanted === 'removed'));
		const request = { query: { ...numberFilters.query, ...sort }, itemIndex };
		return (await readList(session, 'numbers', request, { limit, filter })).map(output);
	},
});

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { checkWhole } from '../shared/input';
import { isRecordList, listAt, textAt, valueAt } from '../shared/json';
import { workedOn } from './lane';
import { collectPages, type Page } from './pagination';
import { apiRequest, type ApiRequest } from './request';
import type { ApiContext } from './types';

/**
 * Reads a list that the API gives whole: countries, regions, DID groups, numbers to browse.
 * @param key the name of the list in the answer
 * @throws NodeApiError
 */
export async function readWholeList(
	context: ApiContext,
	request: ApiRequest,
	key: string,
): Promise<IDataObject[]> {
	return (await readPage(context, request, key)).records;
}

/**
 * Reads one page of a list.
 * @throws NodeApiError
 * @see reference: Get Orders, Get Numbers, Get Trunk Groups (meta)
 */
export async function readPage(
	context: ApiContext,
	request: ApiRequest,
	key: string,
): Promise<Page<IDataObject>> {
	const accepts = (answer: IDataObject) => isRecordList(answer[key]);
	const body = await apiRequest(context, { ...request, accepts });
	const total = valueAt(body, 'meta', 'total');
	return { records: listAt(body, key), total: typeof total === 'number' ? total : null };
}

/** What a paged list is read with beside the request. */
export interface ListOptions {
	/** Default: all records. */
	limit?: number;
	/** Count and return only these. */
	accept?: (record: IDataObject) => boolean;
}

/** The paged lists of the API: path, key in the answer, and what makes two rows the same record. */
export const LISTS = {
	orders: { path: ['orders'], identify: (row: IDataObject) => textAt(row, 'id') },
	// A number can be removed and bought again: then there are two rows of it.
	numbers: {
		path: ['numbers'],
		identify: (row: IDataObject) => `${textAt(row, 'number')} ${textAt(row, 'added_at')}`,
	},
	trunk_groups: { path: ['trunk_groups'], identify: (row: IDataObject) => textAt(row, 'id') },
};

/**
 * Reads a paged list, several pages at a time.
 * @throws NodeApiError
 */
export async function readPagedList(
	context: ApiContext,
	key: keyof typeof LISTS,
	request: Pick<ApiRequest, 'query' | 'itemIndex'>,
	options: ListOptions = {},
): Promise<IDataObject[]> {
	const { path, identify } = LISTS[key];
	return await collectPages(
		async (page, pageSize) =>
			await readPage(
				context,
				{
					...request,
					method: 'GET',
					path,
					query: { ...request.query, page, page_size: pageSize },
				},
				key,
			),
		{ ...options, identify, concurrency: workedOn(context) },
	);
}

/**
 * Reads the parameters Return All and Limit.
 * @returns the limit, or `undefined` for all
 * @throws NodeOperationError where the limit is not a whole number of at least 1
 */
export function readLimit(context: IExecuteFunctions, itemIndex: number): number | undefined {
	if (context.getNodeParameter('returnAll', itemIndex, false)) return undefined;
	const limit = context.getNodeParameter('limit', itemIndex, 50);
	return checkWhole(context, limit, 'Limit', [1, Number.MAX_SAFE_INTEGER], itemIndex);
}

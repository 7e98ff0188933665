import type { Resource } from '../operation';
import { deleteCnam } from './deleteCnam.operation';
import { deleteNumber } from './delete.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { setCnam } from './setCnam.operation';

export const number: Resource = {
	option: { name: 'Number', value: 'number' },
	operations: [deleteNumber, deleteCnam, get, getAll, setCnam],
};

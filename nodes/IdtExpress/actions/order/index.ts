import type { Resource } from '../operation';
import { create } from './create.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { preview } from './preview.operation';

export const order: Resource = {
	option: { name: 'Order', value: 'order' },
	operations: [create, get, getAll, preview],
};

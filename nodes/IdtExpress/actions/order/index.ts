import type { Resource } from '../../shared/operation';
import { create } from './create.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';

export const order: Resource = {
	option: { name: 'Order', value: 'order' },
	operations: [create, get, getAll],
};

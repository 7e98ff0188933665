import type { Resource } from '../operation';
import { getAll } from './getAll.operation';

export const country: Resource = {
	option: { name: 'Country', value: 'country' },
	operations: [getAll],
};

import type { Resource } from '../operation';
import { getAll } from './getAll.operation';

export const region: Resource = {
	option: { name: 'Region', value: 'region' },
	operations: [getAll],
};

import type { Resource } from '../../shared/operation';
import { getAll } from './getAll.operation';

export const region: Resource = {
	option: { name: 'Region', value: 'region' },
	operations: [getAll],
};

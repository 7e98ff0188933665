import type { Resource } from '../operation';
import { browseNumbers } from './browseNumbers.operation';
import { getAll } from './getAll.operation';

export const didGroup: Resource = {
	option: { name: 'DID Group', value: 'didGroup' },
	operations: [browseNumbers, getAll],
};

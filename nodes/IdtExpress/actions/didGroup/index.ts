import type { Resource } from '../../shared/operation';
import { browseNumbers } from './browseNumbers.operation';
import { getAll } from './getAll.operation';

export const didGroup: Resource = {
	option: { name: 'DID Group', value: 'didGroup' },
	operations: [browseNumbers, getAll],
};

import type { Resource } from '../operation';
import { assignNumbers } from './assignNumbers.operation';
import { create } from './create.operation';
import { deleteTrunkGroup } from './delete.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { update } from './update.operation';

export const trunkGroup: Resource = {
	option: { name: 'Trunk Group', value: 'trunkGroup' },
	operations: [assignNumbers, create, deleteTrunkGroup, get, getAll, update],
};

import type { IDataObject } from 'n8n-workflow';
import { choice, text, toggle, type CollectionValues } from '../../shared/field';
import { changedSwitches, newSwitches } from './switches';

/** The settings that Create and Update have in common. */

export const trunkGroupName = text({
	name: 'name',
	label: 'Name',
	apiName: 'name',
	most: 50,
	placeholder: 'e.g. Trunk Group #1',
	description: 'At most 50 characters. No other trunk group of the account may have this name.',
});

const isDefault = toggle({
	name: 'isDefault',
	label: 'Set as Default',
	apiName: 'is_default',
	description: 'Whether to make this the default trunk group of the account',
	hint: 'Turning it off changes nothing: to change the default, turn it on for another trunk group',
});

const pop = choice({
	name: 'pop',
	label: 'Point of Presence',
	apiName: 'pop',
	default: 'US',
	options: {
		HK: { name: 'Hong Kong' },
		UK: { name: 'United Kingdom' },
		US: { name: 'United States' },
	},
	description: 'Where call media is handed over. Choose the one nearest to your switch.',
});

const ringType = choice({
	name: 'ringType',
	label: 'Ring Type',
	apiName: 'ring_type',
	default: 'simultaneous',
	options: {
		sequential: { name: 'Sequential', description: 'The switches are used in their order' },
		simultaneous: { name: 'Simultaneous' },
	},
	description: 'How calls are offered to the switches',
});

const shared = { isDefault, pop, ringType };

export const createSettings = { ...shared, switches: newSwitches };

export const updateSettings = {
	name: trunkGroupName.with({ required: false }),
	...shared,
	switches: changedSwitches,
};

/**
 * The settings that were given, in the API's names; one that was not given is left out.
 * @see docs/api.md#create-trunk-group
 */
export function settingsBody({
	name,
	ringType: ring_type,
	pop: pointOfPresence,
	isDefault: is_default,
	switches,
}: CollectionValues<typeof updateSettings>): IDataObject {
	const settings = { name, ring_type, pop: pointOfPresence, is_default, switches };
	return Object.fromEntries(
		Object.entries(settings).filter(([, value]) => value !== undefined),
	) as IDataObject;
}

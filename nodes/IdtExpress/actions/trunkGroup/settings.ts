import { choice, text, toggle } from '../../shared/field';
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

const shared = { is_default: isDefault, pop, ring_type: ringType };

/** The settings of a new trunk group, by the API's names, as they are sent. */
export const createSettings = { ...shared, switches: newSwitches };

/** The settings that an update can change. */
export const updateSettings = {
	name: trunkGroupName.with({ required: false }),
	...shared,
	switches: changedSwitches,
};

import { optionalText } from '../../shared/field';

/** The statuses that the samples show. There may be others, so an expression may give any text. */
const STATUSES = ['Complete', 'Created', 'Processing'];

/** @see docs/api.md#order-status */
export const status = optionalText({
	name: 'status',
	label: 'Status',
	apiName: 'filter_by_status',
	default: 'Complete',
	description:
		'Only orders with this status. IDT Express does not list all statuses: an expression may ' +
		'give another one. Complete does not mean that all numbers were delivered.',
}).with({ type: 'options', options: STATUSES.map((name) => ({ name, value: name })) });

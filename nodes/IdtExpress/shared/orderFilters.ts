import type { IDataObject } from 'n8n-workflow';
import { filters, mapField, optionalText, type SingleField } from './field';
import { isoOf } from './countryNames';
import { listAt, textAt } from './json';
import { hasInName } from './names';

/** Whether an order from Get Order passes the filters. The API has none for this. */
export type OrderFilter = (order: IDataObject) => boolean;

export const orderFilters: SingleField<OrderFilter> = mapField(
	filters({
		countryName: optionalText({
			name: 'countryName',
			label: 'Country',
			placeholder: 'e.g. USA',
			description:
				'Only orders for countries with this in their name, or with this code of two letters',
		}),
		didGroupName: optionalText({
			name: 'didGroupName',
			label: 'DID Group Name',
			placeholder: 'e.g. Brunswick',
			description: 'Only orders for DID groups with this in their name',
		}),
	}),
	({ countryName = '', didGroupName = '' }): OrderFilter => {
		if (countryName === '' && didGroupName === '') return () => true;
		// US is not meant to find Austria.
		const iso = isoOf(countryName);
		const passes = (item: IDataObject) => {
			const at = (...path: string[]) => textAt(item, 'did_group', ...path);
			const isInCountry = iso
				? at('country', 'iso').toUpperCase() === iso
				: hasInName(at('country', 'name'), countryName);
			return isInCountry && hasInName(at('name'), didGroupName);
		};
		return (order) => listAt(order, 'order_items').some(passes);
	},
);

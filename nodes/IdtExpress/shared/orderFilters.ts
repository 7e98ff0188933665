import type { IDataObject } from 'n8n-workflow';
import { filters, mapField, optionalText, type SingleField } from './field';
import { isoOf } from './fields';
import { listAt, textAt } from './json';

/** Whether an order from Get Order passes the filters. The API has none for this. */
export type OrderFilter = (order: IDataObject) => boolean;

export const orderFilters: SingleField<OrderFilter> = mapField(
	filters({
		countryName: optionalText({
			name: 'countryName',
			label: 'Country',
			placeholder: 'e.g. USA',
			description:
				'Only orders for countries with this in their name; two letters are a country code',
		}),
		didGroupName: optionalText({
			name: 'didGroupName',
			label: 'DID Group Name',
			placeholder: 'e.g. Brunswick',
			description: 'Only orders for DID groups with this in their name',
		}),
	}),
	({ countryName, didGroupName }): OrderFilter => {
		const country = countryName?.toUpperCase() ?? '';
		const name = didGroupName?.toUpperCase() ?? '';
		if (country === '' && name === '') return () => true;
		// Two letters are a code: US is not meant to find Austria.
		const isCode = /^[A-Z]{2}$/.test(country);
		return (order) =>
			listAt(order, 'order_items').some((item) => {
				const at = (...path: string[]) => textAt(item, 'did_group', ...path).toUpperCase();
				const isInCountry = isCode
					? at('country', 'iso') === isoOf(country)
					: at('country', 'name').includes(country);
				return isInCountry && at('name').includes(name);
			});
	},
);

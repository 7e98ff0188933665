import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { orderFilters } from '../../nodes/IdtExpress/shared/orderFilters';

const orderFor = (name: string, iso: string): IDataObject => ({
	order_items: [{ did_group: { name: 'City', country: { name, iso } } }],
});
const places = [
	orderFor('USA', 'US'),
	orderFor('AUSTRIA', 'AT'),
	orderFor('United Kingdom', 'GB'),
	orderFor('Ukraine', 'UA'),
];

function filtered(filters: IDataObject): unknown[] {
	const context = {
		getNode: () => ({ parameters: { filters } }),
		getNodeParameter: () => filters,
	} as unknown as IPollFunctions;
	const accepts = orderFilters.read(context, 0);
	return places.filter(accepts);
}

test.each([
	['US', [places[0]]],
	['us', [places[0]]],
	['usa', [places[0]]],
	['ustria', [places[1]]],
	['UK', [places[2]]],
	['united', [places[2]]],
	['', places],
])('when the country is %j, takes orders of this code or name', (countryName, expected) => {
	expect(filtered({ countryName })).toEqual(expected);
});

test('when the DID group is given, takes orders with this in its name', () => {
	expect(filtered({ didGroupName: 'cit', countryName: 'UA' })).toEqual([places[3]]);
	expect(filtered({ didGroupName: 'Cíty' })).toEqual(places);
	expect(filtered({ didGroupName: 'town' })).toEqual([]);
});

import { hasInName, isPlain, searchable } from '../../nodes/IdtExpress/shared/names';

test.each([
	['São Paulo', 'sao paulo'],
	['Coeur d’Alene', 'coeur dalene'],
	["St. John's", 'st johns'],
	['Winston–Salem', 'winston-salem'],
	[' Santa \t Rosa ', 'santa rosa'],
	['.Bath', 'bath'],
	['. Bath', 'bath'],
	['Đà Nẵng', 'da nang'],
	['Seyðisfjörður', 'seydisfjordur'],
	['Łódź', 'lodz'],
	['Tromsø', 'tromso'],
	['Diyarbakır', 'diyarbakir'],
	['Gießen', 'giessen'],
	['Næstved', 'naestved'],
	['Œuvry', 'oeuvry'],
	['Þórshöfn', 'thorshofn'],
	['Jen\u200bny', 'jenny'],
])('%j is searched as %j', (name, text) => expect(searchable(name)).toBe(text));

describe('hasInName', () => {
	test.each([
		['São', 'SAO'],
		['Coeur d’Alene', "COEUR D'ALENE (208) 292"],
		['L’Assomption', 'lassomption'],
		['Łódź', 'lodz'],
		['Santa  Rosa', 'Santa Rosa (707) 867'],
		['', 'Brunswick'],
	])('when %j is looked for, %j is found', (wanted, name) => {
		expect(hasInName(name, wanted)).toBe(true);
	});

	test('when a name is another one, it is not found', () => {
		expect(hasInName('Brunswick', 'Brunswik')).toBe(false);
	});
});

test.each([
	['Brunswick (207) 406', true],
	['PIOTRKOW', true],
	['Piotrków', false],
	['St. John', false],
])('whether the API finds %j by its own filters: %j', (name, expected) =>
	expect(isPlain(name)).toBe(expected),
);

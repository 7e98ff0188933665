const { basename } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** What takes minutes; the rest takes seconds. */
const LONG = new Set([
	'buyingHistories.test.mts',
	'hostile.test.mts',
	'triggerHistories.test.mts',
	'triggerNumbers.test.mts',
	'triggerOrders.test.mts',
]);

/** Begun last, a long file would leave other cores idle; on a clean checkout jest does not know how long one takes. */
module.exports = class LongestFirst extends Sequencer {
	sort(tests) {
		const isLong = ({ path }) => LONG.has(basename(path));
		const sorted = super.sort(tests);
		return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
	}
};

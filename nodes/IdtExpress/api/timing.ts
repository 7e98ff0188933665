/**
 * How long the node waits, in milliseconds. Kept in one object so that tests can shorten the waits
 * without faking clocks.
 */
export const timing = {
	/** One request. n8n's own default of 300 s is longer than anyone watches an editor. */
	requestTimeout: 25_000,
	/** All attempts of one request together, waits included: about as long as a person waits. */
	totalBudget: 60_000,
	/** All requests of a list of the editor together. */
	editorList: 10_000,
	/** The first wait; each further one is twice as long. */
	firstWait: 1_000,
	/** The longest single wait that we choose ourselves (the API's `Retry-After` may ask for more). */
	longestWait: 15_000,
};

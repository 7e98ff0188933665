/** A list came without its rows, though it says that there are some: nothing can be begun with it. */
export class IncompleteList extends Error {}

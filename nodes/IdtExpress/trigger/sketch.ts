/**
 * A sketch of a large set of entries in fixed space, from which the differences to another set can be
 * read, as long as they are few: an invertible Bloom lookup table.
 *
 * Each entry is added to one cell in each of four parts. What two sets have in common cancels out when
 * their sketches are subtracted; a cell that one entry is left in shows that entry, which is then taken
 * out of its other cells, and so on.
 * @see Goodrich, Mitzenmacher: Invertible Bloom Lookup Tables, https://arxiv.org/abs/1101.2245
 */
export type Sketch = Int32Array;

/** 15 characters of base64url: 10 of a key, 5 of a value. */
export type Entry = string;

export const ENTRY_LENGTH = 15;

export interface Difference {
	/** Entries of the second set that the first does not have. */
	added: Entry[];
	/** Entries of the first set that the second does not have. */
	gone: Entry[];
	/** Whether these are all of them. */
	complete: boolean;
}

/** Enough for about 780 differences. */
const PARTS = 4;
const CELLS_PER_PART = 256;
/** Of a cell: the number of its entries, the three words of their sum, and the sum of their checks. */
const FIELDS = 5;
const SIZE = PARTS * CELLS_PER_PART * FIELDS;

type Words = readonly [number, number, number];

export function makeSketch(entries: Iterable<Entry>): Sketch {
	const sketch = new Int32Array(SIZE);
	for (const entry of entries) toggle(sketch, toWords(entry), 1);
	return sketch;
}

export function subtract(before: Sketch, now: Sketch): Difference {
	const rest = now.map((field, index) =>
		index % FIELDS === 0 ? field - before[index] : field ^ before[index],
	);
	const added: Entry[] = [];
	const gone: Entry[] = [];
	const cells = Array.from({ length: SIZE / FIELDS }, (_, index) => index * FIELDS);
	for (let cell = cells.pop(); cell !== undefined; cell = cells.pop()) {
		// More than cells cannot be told; only a check that fits by accident could bring us here.
		if (added.length + gone.length > SIZE) break;
		const words: Words = [rest[cell + 1], rest[cell + 2], rest[cell + 3]];
		const count = rest[cell];
		if (Math.abs(count) !== 1 || rest[cell + 4] !== mix(words, PARTS)) continue;
		(count === 1 ? added : gone).push(toEntry(words));
		toggle(rest, words, -count);
		for (let part = 0; part < PARTS; part++) cells.push(cellOf(words, part));
	}
	return { added, gone, complete: rest.every((field) => field === 0) };
}

function toggle(sketch: Sketch, words: Words, count: number): void {
	const check = mix(words, PARTS);
	for (let part = 0; part < PARTS; part++) {
		const cell = cellOf(words, part);
		sketch[cell] += count;
		sketch[cell + 1] ^= words[0];
		sketch[cell + 2] ^= words[1];
		sketch[cell + 3] ^= words[2];
		sketch[cell + 4] ^= check;
	}
}

function cellOf(words: Words, part: number): number {
	return (part * CELLS_PER_PART + ((mix(words, part) >>> 8) % CELLS_PER_PART)) * FIELDS;
}

/** A 32-bit hash (murmur3's mixing). */
function mix(words: Words, salt: number): number {
	let hash = Math.imul(salt + 1, 0x9e3779b1);
	for (const word of words) {
		hash = Math.imul(hash ^ word, 0x85ebca6b);
		hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
		hash ^= hash >>> 16;
	}
	return hash;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]));

/** Five characters, six bits each, make a word of 30 bits. */
function toWords(entry: Entry): Words {
	return [wordAt(entry, 0), wordAt(entry, 5), wordAt(entry, 10)];
}

function wordAt(entry: Entry, from: number): number {
	let word = 0;
	for (let at = from; at < from + 5; at++) word = word * 64 + (VALUES.get(entry[at]) ?? 0);
	return word;
}

function toEntry(words: Words): Entry {
	return words
		.map((word) => [24, 18, 12, 6, 0].map((shift) => DIGITS[(word >>> shift) & 63]).join(''))
		.join('');
}

export function storeSketch(sketch: Sketch): string {
	const bytes = Buffer.alloc(SIZE * 4);
	sketch.forEach((field, index) => bytes.writeInt32LE(field, index * 4));
	return bytes.toString('base64');
}

/** @returns `null` where it is not what `storeSketch` makes */
export function parseSketch(stored: string): Sketch | null {
	const bytes = Buffer.from(stored, 'base64');
	if (bytes.length !== SIZE * 4) return null;
	return Int32Array.from({ length: SIZE }, (_, index) => bytes.readInt32LE(index * 4));
}

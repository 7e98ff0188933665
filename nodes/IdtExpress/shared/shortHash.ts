import { createHash } from 'crypto';

/** A hash of a text, cut to this length. */
export function shortHash(text: string, length: number): string {
	return createHash('sha256').update(text).digest('base64url').slice(0, length);
}

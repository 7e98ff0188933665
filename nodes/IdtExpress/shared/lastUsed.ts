/** Values by key, made when they are first asked for. Only those used last are kept. */
export class LastUsed<V> {
	private readonly values = new Map<string, V>();

	/** @param most how many are kept */
	constructor(
		private readonly most: number,
		private readonly make: () => V,
	) {}

	get(key: string): V {
		const value = this.values.get(key) ?? this.make();
		this.values.delete(key);
		this.values.set(key, value);
		const [oldest] = this.values.keys();
		if (this.values.size > this.most) this.values.delete(oldest);
		return value;
	}
}

import { chance } from './chance.mts';
import { Deviator } from './deviations.mts';
import { ApiProblem } from './errors.mts';
import { toAmount, toUnits } from './money.mts';
import type {
	CnamSetting,
	Country,
	DidGroup,
	ItemStatus,
	Order,
	OrderSeed,
	OwnNumber,
	StockNumber,
	TrunkGroup,
} from './records.mts';
import {
	COUNTRIES,
	numberOf,
	SAMPLE_IDS,
	SEED_ORDERS,
	seedGroups,
	seedNumbers,
	seedTrunkGroups,
	skuOf,
} from './seed.mts';
import type { SandboxSettings } from './settings.mts';

/** How long the sandbox knows the same order again (`duplicateOrders`). */
const TWINS_MS = 600_000;

/** The account: what it has, and how that changes. Knows nothing of HTTP. */
export class SandboxState {
	countries: Country[] = COUNTRIES;
	didGroups: DidGroup[] = [];
	orders: Order[] = [];
	numbers: OwnNumber[] = [];
	trunkGroups: TrunkGroup[] = [];

	/** Changes with every change of a list, so that sorted views can be kept. */
	revision = { orders: 0, numbers: 0 };

	/** What lists in no order are shuffled with. */
	random = chance(0);

	private readonly ordersById = new Map<string, Order>();
	private readonly activeNumbers = new Map<string, OwnNumber>();
	private readonly moving = new Set<Order>();
	private placed: Array<{ order: Order; asked: string | undefined }> = [];
	private advanced = 0;
	private counter = 0;
	private sampleIds = structuredClone(SAMPLE_IDS);
	readonly deviator = new Deviator(this);

	constructor(readonly settings: SandboxSettings) {
		this.seed();
	}

	/** The server's clock, in milliseconds. */
	now(): number {
		return Date.now() + this.advanced + this.settings.clockOffsetMs;
	}

	/** Moves the server's clock on; what is due happens. */
	advance(ms: number): void {
		this.advanced += ms;
		this.tick();
	}

	seed(): void {
		this.didGroups = seedGroups();
		this.trunkGroups = seedTrunkGroups();
		this.clearOrders();
		this.clearNumbers();
		this.advanced = 0;
		this.counter = 0;
		this.random = chance(this.settings.randomSeed);
		for (const number of seedNumbers()) this.enter(number);
		for (const order of SEED_ORDERS) this.addOrder(structuredClone(order));
		this.sampleIds = structuredClone(SAMPLE_IDS);
		this.deviator.forget();
	}

	clearOrders(): void {
		this.orders = [];
		this.ordersById.clear();
		this.moving.clear();
		this.placed = [];
		this.revision.orders++;
	}

	clearNumbers(): void {
		this.numbers = [];
		this.activeNumbers.clear();
		this.revision.numbers++;
	}

	// --- lookups --------------------------------------------------------------------------------

	country(iso: string): Country | undefined {
		return this.countries.find((country) => country.iso === iso);
	}

	group(id: number): DidGroup | undefined {
		return this.didGroups.find((group) => group.id === id);
	}

	order(id: string): Order | undefined {
		return this.ordersById.get(id);
	}

	activeNumber(number: string): OwnNumber | undefined {
		return this.activeNumbers.get(number);
	}

	trunkGroup(id: number): TrunkGroup | undefined {
		return this.trunkGroups.find((group) => group.id === id);
	}

	stockOf(group: DidGroup): StockNumber[] {
		return group.stock.map((number) => ({ number, sku: skuOf(group, number) }));
	}

	// --- orders ---------------------------------------------------------------------------------

	/** What an order costs at once: setup and first month. */
	cost(group: DidGroup, quantity: number): string {
		const each = toUnits(group.fees.setup_fee) + toUnits(group.fees.monthly_fee);
		return toAmount(each * BigInt(quantity));
	}

	/** @throws ApiProblem 3001 */
	checkFunds(cost: string): void {
		const { funds } = this.settings;
		if (funds === null || toUnits(cost) <= toUnits(funds)) return;
		throw new ApiProblem({
			code: 3001,
			detail: `Insufficient Funds (cost: ${cost}, account balance: ${funds})`,
			source: '/',
		});
	}

	/** Places an order and takes its cost from the funds. */
	placeOrder(wanted: {
		groupId: number;
		quantity?: number;
		skus?: StockNumber[];
		/** The body of the request. */
		asked?: unknown;
	}): Order {
		const group = this.groupOrThrow(wanted.groupId);
		const quantity = wanted.skus?.length ?? wanted.quantity ?? 1;
		const cost = this.cost(group, quantity);
		this.checkFunds(cost);
		const { funds } = this.settings;
		if (funds !== null) this.settings.funds = toAmount(toUnits(funds) - toUnits(cost));
		// Numbers that were chosen are set aside at once: nobody else can order them.
		const chosen = new Set(wanted.skus?.map(({ number }) => number));
		group.stock = group.stock.filter((number) => !chosen.has(number));
		const order = this.addOrder({
			id: this.sampleIds.orders.shift(),
			itemId: this.sampleIds.orderItems.shift(),
			groupId: group.id,
			quantity,
			skus: wanted.skus ?? null,
			itemStatus: this.settings.createdItemStatus,
		});
		if (this.settings.fulfilment.mode === 'auto') this.moving.add(order);
		this.placed.push({ order, asked: JSON.stringify(wanted.asked) });
		return order;
	}

	/** @returns the order that the same request has placed a short while ago */
	twinOf(asked: unknown): Order | undefined {
		const text = JSON.stringify(asked);
		const since = this.now() - TWINS_MS;
		return this.placed.find((other) => other.asked === text && other.order.createdAt >= since)
			?.order;
	}

	/** Adds an order as it is, without cost and without numbers being delivered. */
	addOrder(given: OrderSeed): Order {
		const group = this.groupOrThrow(given.groupId ?? this.didGroups[0].id);
		const order: Order = {
			id: given.id ?? this.nextId(),
			createdAt: given.createdAt ?? this.now(),
			status: given.status ?? 'Created',
			quantity: given.quantity ?? 1,
			...(given.currency !== undefined && { currency: given.currency }),
			item: {
				id: given.itemId ?? 200000 + this.counter++,
				status: given.itemStatus ?? 'Processing',
				skus: given.skus ?? null,
				groupId: group.id,
				fees: group.fees,
				numbers: given.numbers ?? [],
			},
		};
		this.orders.push(order);
		this.ordersById.set(order.id, order);
		this.revision.orders++;
		return order;
	}

	/** Delivers numbers: all that are missing, or some. The order is then complete, or backordered. */
	fulfil(orderId: string, count?: number): Order {
		const order = this.orderOrThrow(orderId);
		const missing = order.quantity - order.item.numbers.length;
		const delivered = Math.min(count ?? missing, missing);
		for (let i = 0; i < delivered; i++) this.deliverOne(order);
		const complete = order.item.numbers.length === order.quantity;
		return this.setOrder(
			orderId,
			complete ? 'Complete' : 'Processing',
			complete ? 'Fulfilled - Complete' : 'Partially Fulfilled - Backordered',
		);
	}

	/** Puts what is missing on backorder. */
	backorder(orderId: string): Order {
		const some = this.orderOrThrow(orderId).item.numbers.length > 0;
		return this.setOrder(
			orderId,
			'Processing',
			some ? 'Partially Fulfilled - Backordered' : 'Backordered',
		);
	}

	/** Ends an order without delivering what is missing. */
	end(
		orderId: string,
		reason: 'complete' | 'backorder' | 'funds' | 'inventory' = 'backorder',
	): Order {
		const some = this.orderOrThrow(orderId).item.numbers.length > 0;
		const statuses: Record<typeof reason, [none: ItemStatus, some: ItemStatus]> = {
			complete: ['Canceled - Insufficient Inventory', 'Partially Fulfilled - Complete'],
			backorder: ['Backorder Canceled', 'Partially Fulfilled - Backorder Canceled'],
			funds: ['Canceled - Insufficient Funds', 'Partially Fulfilled - Insufficient Funds'],
			inventory: ['Canceled - Insufficient Inventory', 'Partially Fulfilled - Complete'],
		};
		return this.setOrder(orderId, 'Complete', statuses[reason][some ? 1 : 0]);
	}

	setOrder(orderId: string, status: Order['status'], itemStatus?: Order['item']['status']): Order {
		const order = this.orderOrThrow(orderId);
		order.status = status;
		if (itemStatus !== undefined) order.item.status = itemStatus;
		if (/^complete$/i.test(status)) this.moving.delete(order);
		return order;
	}

	private deliverOne(order: Order): void {
		const group = this.groupOrThrow(order.item.groupId);
		const chosen = order.item.skus?.[order.item.numbers.length]?.number;
		const number = chosen ?? group.stock.shift() ?? this.freshNumber(group);
		order.item.numbers.push(number);
		this.addNumber({ number, groupId: group.id });
	}

	private freshNumber(group: DidGroup): string {
		for (;;) {
			const number = numberOf(group, group.nextSubscriber++);
			if (!this.activeNumbers.has(number)) return number;
		}
	}

	// --- numbers --------------------------------------------------------------------------------

	addNumber(given: Partial<OwnNumber> & { number: string }): OwnNumber {
		const groupId = given.groupId ?? this.didGroups[0].id;
		const supportsCnam = this.groupOrThrow(groupId).supportsCnam;
		return this.enter({
			addedAt: this.now(),
			removedAt: null,
			trunkGroupId: null,
			groupId,
			cnam: supportsCnam ? { current: null, pending: null, pendingSince: 0 } : null,
			...given,
		});
	}

	removeNumber(number: string, removedAt = this.now()): OwnNumber {
		const row = this.numberOrThrow(number);
		row.removedAt = removedAt;
		this.activeNumbers.delete(number);
		this.revision.numbers++;
		return row;
	}

	requestCnam(number: string, pending: NonNullable<OwnNumber['cnam']>['pending']): void {
		const { cnam } = this.numberOrThrow(number);
		if (!cnam) throw new Error(`${number} does not support CNAM`);
		cnam.pending = pending;
		cnam.pendingSince = this.now();
	}

	completeCnam(number: string): void {
		const { cnam } = this.numberOrThrow(number);
		if (!cnam?.pending) return;
		const { pending } = cnam;
		cnam.current = pending.action === 'enable' ? settingOf(pending) : null;
		cnam.pending = null;
	}

	private enter(row: OwnNumber): OwnNumber {
		this.numbers.push(row);
		if (row.removedAt === null) this.activeNumbers.set(row.number, row);
		this.revision.numbers++;
		return row;
	}

	// --- trunk groups ---------------------------------------------------------------------------

	addTrunkGroup(given: Omit<TrunkGroup, 'id'>): TrunkGroup {
		const id = this.sampleIds.trunkGroups.shift() ?? 300000 + this.counter++;
		const group = { ...given, id };
		this.trunkGroups.push(group);
		if (group.is_default) this.makeDefault(group);
		return group;
	}

	makeDefault(chosen: TrunkGroup): void {
		for (const group of this.trunkGroups) group.is_default = group === chosen;
	}

	deleteTrunkGroup(id: number): void {
		this.trunkGroups = this.trunkGroups.filter((group) => group.id !== id);
		for (const number of this.numbers) {
			if (number.trunkGroupId === id) number.trunkGroupId = null;
		}
	}

	// --- in bulk --------------------------------------------------------------------------------

	/** Adds finished orders, one second apart, the last one now unless the options say otherwise. */
	seedOrders(count: number, options: { endAt?: number; status?: Order['status'] } = {}): void {
		const endAt = options.endAt ?? this.now() - 1000;
		for (let i = 0; i < count; i++) {
			this.addOrder({
				createdAt: endAt - (count - 1 - i) * 1000,
				status: options.status ?? 'Complete',
				itemStatus: 'Fulfilled - Complete',
				numbers: ['12075550000'],
			});
		}
	}

	/** Adds active numbers, one second apart. */
	seedNumbers(count: number, options: { endAt?: number } = {}): void {
		const endAt = options.endAt ?? this.now() - 1000;
		for (let i = 0; i < count; i++) {
			const group = this.didGroups[i % this.didGroups.length];
			this.addNumber({
				number: `1${2000000000 + i * 7 + 2000000}`,
				groupId: group.id,
				addedAt: endAt - (count - 1 - i) * 1000,
			});
		}
	}

	// --- time -----------------------------------------------------------------------------------

	/** Lets what is due happen: orders move, CNAM requests end, removed numbers leave the list. */
	tick(): void {
		const now = this.now();
		const { fulfilment, cnamMs, removedRetentionMs } = this.settings;
		if (fulfilment.mode === 'auto') {
			for (const order of [...this.moving]) {
				const age = now - order.createdAt;
				if (age >= fulfilment.completeMs) this.deliverFromStock(order);
				else if (age >= fulfilment.processingMs) {
					this.setOrder(order.id, 'Processing', 'Processing');
				}
			}
		}
		if (cnamMs !== null) {
			for (const row of this.activeNumbers.values()) {
				if (row.cnam?.pending && now - row.cnam.pendingSince >= cnamMs) {
					this.completeCnam(row.number);
				}
			}
		}
		const oldest = now - removedRetentionMs;
		const isGone = (row: OwnNumber) => row.removedAt !== null && row.removedAt < oldest;
		if (this.activeNumbers.size < this.numbers.length && this.numbers.some(isGone)) {
			this.numbers = this.numbers.filter((row) => !isGone(row));
			this.revision.numbers++;
		}
	}

	/** Delivers what is in stock; the rest goes on backorder. */
	private deliverFromStock(order: Order): void {
		const { stock } = this.groupOrThrow(order.item.groupId);
		const missing = order.quantity - order.item.numbers.length;
		const count = order.item.skus ? missing : Math.min(missing, stock.length);
		if (count > 0) this.fulfil(order.id, count);
		// US numbers are not put on backorder.
		if (count < missing && this.isUs(order)) this.end(order.id, 'inventory');
		else if (count === 0) this.backorder(order.id);
		this.moving.delete(order);
	}

	private isUs(order: Order): boolean {
		return this.groupOrThrow(order.item.groupId).countryIso === 'US';
	}

	private nextId(): string {
		const hex = (0x100000000 + ((this.counter++ * 2654435761) % 0x100000000)).toString(16).slice(1);
		const tail = (this.counter % 0x100).toString(16).padStart(2, '0');
		return `${hex.slice(0, 3)}-${hex.slice(3, 6)}-${hex.slice(6)}${tail}`;
	}

	private groupOrThrow(id: number): DidGroup {
		const group = this.group(id);
		if (!group) throw new Error(`The sandbox has no DID group ${id}`);
		return group;
	}

	private orderOrThrow(id: string): Order {
		const order = this.order(id);
		if (!order) throw new Error(`The sandbox has no order ${id}`);
		return order;
	}

	private numberOrThrow(number: string): OwnNumber {
		const row = this.activeNumber(number);
		if (!row) throw new Error(`The sandbox has no active number ${number}`);
		return row;
	}
}

function settingOf({ name, type, display }: CnamSetting): CnamSetting {
	return { name, type, display };
}

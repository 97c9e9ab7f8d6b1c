// A wallet's connection (Nostr Wallet Connect), for reading alone: what came in, what went out, and nothing that could move a sat. The
// secret is one file of this person's, and leaves it for the relay's encryption only: no page, log or export sees it. What a wallet
// says is somebody's word; `readTransaction` decides what of it can be.
import { join } from 'node:path';
import * as v from 'valibot';
import { WebSocket } from 'ws';
import type { WalletView } from '../core/sats.ts';
import { readStored, removeStored, writePrivate } from './files.ts';
import type { RecordsDesk } from './records/desk.ts';
import { messageOf } from './records/database.ts';

export interface WalletOptions {
	readonly dataDir: string;
	readonly records: RecordsDesk;
	readonly log: (line: string) => void;
	readonly now?: () => number;
	/** The longest that one answer is waited for. */
	readonly answerMs?: number;
}

const stored = v.strictObject({
	version: v.literal(1),
	/** Holds the secret. */
	connection: v.string(),
	alias: v.string(),
	network: v.string(),
	/** Milliseconds since 1970 up to which all was read. */
	readAt: v.number(),
});
type Stored = v.InferOutput<typeof stored>;

const EVERY_MS = 60_000;
const ANSWER_MS = 20_000;
const PAGE = 50;
/** One reading; a wallet that tells more has the rest read at the next. */
const PAGES_MOST = 100;
/** A payment may settle long after it was begun: so much is read again. */
const AGAIN_S = 24 * 3600;
/** Whoever may do one of these can take money out. */
const SPENDING = /^(pay_|multi_pay_|create_connection$|settle_hold_invoice$|sign_message$)/;
const REAL_NETWORKS = ['mainnet', 'bitcoin', 'main'];

export class Wallet {
	readonly #options: WalletOptions;
	readonly #path: string;
	#data: Stored | undefined;
	#trouble = '';
	#timer: ReturnType<typeof setInterval> | undefined;
	#reading: Promise<void> | undefined;

	constructor(options: WalletOptions) {
		this.#options = options;
		this.#path = join(options.dataDir, 'wallet.json');
		this.#data = readStored(this.#path, v.nullable(stored), null, options.log) ?? undefined;
		if (this.#data !== undefined) this.#begin();
	}

	view(): WalletView {
		const data = this.#data;
		return {
			connected: data !== undefined,
			alias: data?.alias ?? '',
			network: data?.network ?? '',
			relays: data === undefined ? [] : relaysOf(data.connection),
			readAt: data?.readAt ?? 0,
			trouble: this.#trouble,
		};
	}

	/** @returns '' = connected, or why not; never with the secret in it */
	async connect(connection: string): Promise<string> {
		const fault = connectionFault(connection);
		if (fault !== '') return fault;
		try {
			const info = await this.#ask(connection, (client) => client.getInfo());
			const methods: unknown = info.methods;
			if (!Array.isArray(methods) || !methods.includes('list_transactions'))
				return 'That connection may not list payments. Make one that is allowed to read them.';
			const spending = methods.filter((method) => typeof method !== 'string' || SPENDING.test(method));
			if (spending.length > 0)
				return `That connection could spend (${printable(spending.join(', '))}). Make a read-only one in your wallet: it is all that is needed here.`;
			this.#keep({ version: 1, connection, alias: printable(info.alias), network: printable(info.network).toLowerCase(), readAt: 0 });
		} catch (error) {
			return this.#told(error);
		}
		this.#trouble = '';
		this.#begin();
		await this.read();
		return '';
	}

	/** The rows that it told stay. */
	disconnect(): void {
		this.close();
		this.#data = undefined;
		this.#trouble = '';
		removeStored(this.#path);
	}

	/** Reads what is new. Resolves also when it could not. */
	async read(): Promise<void> {
		this.#reading ??= this.#readAll()
			.then(
				() => {
					this.#trouble = '';
				},
				(error: unknown) => {
					const told = this.#told(error);
					if (told !== this.#trouble) this.#options.log(told);
					this.#trouble = told;
				},
			)
			.finally(() => {
				this.#reading = undefined;
			});
		await this.#reading;
	}

	close(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
	}

	#begin(): void {
		this.close();
		this.#timer = setInterval(() => void this.read(), EVERY_MS);
		this.#timer.unref();
	}

	#keep(data: Stored): void {
		this.#data = data;
		writePrivate(this.#path, `${JSON.stringify(data)}\n`);
	}

	async #readAll(): Promise<void> {
		const data = this.#data;
		if (data === undefined) return;
		const begunAt = (this.#options.now ?? Date.now)();
		const from = Math.max(0, Math.floor(data.readAt / 1000) - AGAIN_S);
		let before = '';
		for (let page = 0; page < PAGES_MOST; page++) {
			const told = await this.#ask(data.connection, (client) =>
				client.listTransactions({ from, limit: PAGE, offset: page * PAGE, unpaid_outgoing: true }),
			);
			const payments: unknown = told.transactions;
			if (!Array.isArray(payments)) throw new Error('it answered with something that is no list of payments');
			const text = JSON.stringify(payments);
			// One that gives the same page for ever is not asked for ever.
			if (text === before) break;
			before = text;
			await this.#options.records.addPayments(payments.slice(0, PAGE * 4), 'wallet', !REAL_NETWORKS.includes(data.network));
			if (payments.length < PAGE) break;
		}
		if (this.#data?.connection === data.connection) this.#keep({ ...data, readAt: begunAt });
	}

	/** One question to the wallet, within its time. */
	async #ask<T>(connection: string, question: (client: Client) => Promise<T>): Promise<T> {
		// Node 20 has no WebSocket of its own, and the library takes the global one. It is loaded once somebody has a wallet.
		globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket;
		const { NWCClient } = await import('@getalby/sdk/nwc');
		const client = new NWCClient({ nostrWalletConnectUrl: connection });
		const ms = this.#options.answerMs ?? ANSWER_MS;
		let timer: ReturnType<typeof setTimeout> | undefined;
		try {
			return await Promise.race([
				question(client),
				new Promise<never>((_, reject) => {
					timer = setTimeout(() => reject(new Error(`it did not answer within ${ms / 1000} s`)), ms);
				}),
			]);
		} finally {
			clearTimeout(timer);
			client.close();
		}
	}

	#told(error: unknown): string {
		return `The wallet could not be read: ${printable(messageOf(error))}.`;
	}
}
type Client = InstanceType<typeof import('@getalby/sdk/nwc').NWCClient>;

/** '' or what is wrong with it, without telling any of it. */
function connectionFault(connection: string): string {
	const help = 'A connection looks like nostr+walletconnect://…?relay=wss://…&secret=…; your wallet makes one.';
	const read = /^nostr\+?walletconnect:(?:\/\/)?([0-9a-f]{64})\?(.+)$/i.exec(connection.trim());
	if (read === null) return `That is no wallet connection. ${help}`;
	const query = new URLSearchParams(read[2]);
	if (!/^[0-9a-f]{64}$/i.test(query.get('secret') ?? '')) return `The connection has no secret of 64 digits. ${help}`;
	const relays = query.getAll('relay');
	if (relays.length === 0 || !relays.every(isRelay)) return `The connection names no relay at wss://. ${help}`;
	return '';
}

function isRelay(address: string): boolean {
	if (!URL.canParse(address)) return false;
	const { protocol, hostname } = new URL(address);
	return protocol === 'wss:' || (protocol === 'ws:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname));
}

function relaysOf(connection: string): string[] {
	const query = new URLSearchParams(connection.slice(connection.indexOf('?') + 1));
	return query.getAll('relay').flatMap((address) => (URL.canParse(address) ? [new URL(address).host] : []));
}

/** Somebody else's words, on one line of a terminal. */
function printable(text: unknown): string {
	return String(text ?? '')
		.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
		.slice(0, 200);
}

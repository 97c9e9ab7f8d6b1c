// The SDK's own wallet service at the other end of a relay in this process: what is read is what a real client reads.
import { createECDH, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { NWCWalletService, NWCWalletServiceKeyPair, type NWCWalletServiceRequestHandler } from '@getalby/sdk/nwc';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openRecords, type RecordsDesk } from './records/desk.ts';
import { openCompanion, tempDir } from './testing/companion.ts';
import { startRelay, type TestRelay } from './testing/relay.ts';
import { Wallet } from './wallet.ts';

globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket;
const NOW = Math.floor(Date.now() / 1000) * 1000;
const NOW_S = NOW / 1000;
const READING = ['get_info', 'get_balance', 'list_transactions'] as const;

/** x of the secret's point: a Nostr public key. */
function publicKey(secret: string): string {
	const curve = createECDH('secp256k1');
	curve.setPrivateKey(Buffer.from(secret, 'hex'));
	return curve.getPublicKey('hex', 'compressed').slice(2);
}
const hash = (n: number): string => n.toString(16).padStart(64, '0');
const tip = (n: number, more: object = {}): object => ({
	type: 'incoming',
	state: 'settled',
	invoice: '',
	description: `tip ${n}`,
	payment_hash: hash(n),
	amount: 21_000,
	fees_paid: 0,
	created_at: NOW_S - 100,
	settled_at: NOW_S - 90,
	expires_at: NOW_S + 3000,
	...more,
});

let relay: TestRelay;
let records: RecordsDesk;
let wallet: Wallet;
let dir: string;
const logged: string[] = [];
const secret = randomBytes(32).toString('hex');
const walletSecret = randomBytes(32).toString('hex');
const ends: (() => void)[] = [];
const connection = (): string => `nostr+walletconnect://${publicKey(walletSecret)}?relay=${encodeURIComponent(relay.url)}&secret=${secret}`;

/** Starts a wallet at the other end; what it lists may be changed while it runs. */
async function offer(
	list: (request: { offset?: number; limit?: number }) => Promise<unknown> | unknown,
	more: { methods?: readonly string[]; network?: string } = {},
) {
	const { methods = READING, network = 'mainnet' } = more;
	const service = new NWCWalletService({ relayUrl: relay.url });
	await service.publishWalletServiceInfoEvent(walletSecret, [...READING], []);
	const handler = {
		getInfo: async () => ({
			result: { alias: 'Test \u001b[31mwallet', color: '', pubkey: '', network, block_height: 1, block_hash: '', methods },
			error: undefined,
		}),
		listTransactions: async (request: { offset?: number; limit?: number }) => ({
			result: { transactions: await list(request), total_count: 0 },
			error: undefined,
		}),
	} as unknown as NWCWalletServiceRequestHandler;
	const stop = await service.subscribe(new NWCWalletServiceKeyPair(walletSecret, publicKey(secret)), handler);
	ends.push(() => {
		stop();
		service.close();
	});
}

beforeEach(async () => {
	for (const name of ['info', 'error', 'warn'] as const)
		vi.spyOn(console, name).mockImplementation((...args) => void logged.push(args.join(' ')));
	relay = await startRelay();
	dir = tempDir();
	records = openRecords(dir, undefined, (line) => logged.push(line));
	wallet = new Wallet({ dataDir: dir, records, log: (line) => logged.push(line), now: () => NOW, answerMs: 1500 });
});
afterEach(async () => {
	wallet.close();
	for (const end of ends.splice(0)) end();
	await relay.close();
	await records.close();
	// Wherever it went wrong: nothing that was written or said holds the secret, but the one file.
	for (const name of readdirSync(dir)) if (name !== 'wallet.json') expect(readFileSync(join(dir, name)).includes(secret), name).toBe(false);
	expect(logged.join('\n')).not.toContain(secret);
	logged.length = 0;
	vi.restoreAllMocks();
});
const totals = async () => (await records.sats(0, NOW + 1)).totals;

describe('a wallet', () => {
	it('is read page by page, each payment once, with its receipt', async () => {
		const payments = Array.from({ length: 120 }, (_, n) => tip(n));
		payments.push(
			tip(900, { type: 'outgoing', amount: 5000, fees_paid: 7 }),
			tip(901, { state: 'pending', settled_at: null, type: 'outgoing', amount: 400 }),
			tip(902, { state: 'failed', settled_at: null }),
		);
		await offer(({ offset = 0, limit = 10 }) => payments.slice(offset, offset + limit));
		expect(await wallet.connect(connection())).toBe('');
		expect(wallet.view()).toEqual({
			connected: true,
			alias: 'Test  [31mwallet',
			network: 'mainnet',
			relays: [new URL(relay.url).host],
			readAt: NOW,
			trouble: '',
		});
		expect(await totals()).toMatchObject({ in: 120 * 21_000, out: 0, paid: 5000, fee: 7, pending: 400 });
		payments.unshift(tip(121));
		payments.splice(-2, 1, tip(901, { type: 'outgoing', amount: 400 }));
		await wallet.read();
		await wallet.read();
		expect(await totals()).toMatchObject({ in: 121 * 21_000, paid: 5400, pending: 0 });
		const { rows, newest } = await records.sats(0, NOW + 1);
		expect(rows).toBe(121 + 2 + 2);
		expect(newest.every(({ receipt }) => /^[0-9a-f]{64}$/.test(receipt))).toBe(true);
	});

	it('that lies is told apart: what cannot be is set aside and counted, the rest is taken', async () => {
		const lies = [
			tip(1, { amount: -5 }),
			tip(2, { amount: 2.5 }),
			tip(3, { amount: 9e15 }),
			tip(4, { amount: '21000' }),
			tip(5, { amount: Number.MAX_VALUE }),
			tip(6, { fees_paid: -1 }),
			tip(7, { payment_hash: 'x' }),
			tip(8, { settled_at: NOW_S + 90_000 }),
			tip(9, { created_at: 5, settled_at: 5 }),
			tip(10, { currency: 'USD' }),
			tip(11, { type: 'gift' }),
			'nonsense',
			null,
		];
		await offer(() => [...lies, tip(20), tip(20, { amount: 99_000 }), tip(20, { type: 'outgoing' }), tip(20), tip(21)]);
		expect(await wallet.connect(connection())).toBe('');
		expect(await totals()).toMatchObject({ in: 42_000, paid: 0 });
		expect((await records.sats(0, NOW + 1)).setAside).toBe(lies.length + 2);
		const { rows } = await records.rows({ table: 'set_aside' });
		expect(rows.map(({ why }) => why)).toEqual(
			expect.arrayContaining([
				'amount: negative',
				'amount: no whole number',
				'amount: more than one bitcoin',
				'currency: another currency',
				'settled_at: in the future',
				'payment_hash: told before with 21000 msat, now with 99000',
				'payment_hash: told before the other way round',
			]),
		);
	});

	it('that hangs, answers with no list, or gives one page for ever is left, and what is wrong is told', async () => {
		let answer: () => unknown = () => [tip(1)];
		let asked = 0;
		await offer(() => {
			asked++;
			return answer();
		});
		expect(await wallet.connect(connection())).toBe('');
		answer = () => new Promise(() => undefined);
		await wallet.read();
		expect(wallet.view().trouble).toBe('The wallet could not be read: it did not answer within 1.5 s.');
		answer = () => 'all of it';
		await wallet.read();
		expect(wallet.view().trouble).toMatch(/no list of payments/);
		asked = 0;
		answer = () => Array.from({ length: 50 }, (_, n) => tip(n));
		await wallet.read();
		expect(wallet.view().trouble).toBe('');
		expect(asked).toBe(2);
		expect(await totals()).toMatchObject({ in: 50 * 21_000 });
	});

	it('that could spend is refused, and so is what is no connection; the refusal tells nothing of it', async () => {
		await offer(() => [], { methods: [...READING, 'pay_invoice'] });
		expect(await wallet.connect(connection())).toMatch(/could spend \(pay_invoice\).*read-only/);
		const faults = [
			connection().replace(secret, 'short'),
			connection().replace(/relay=[^&]+/, 'relay=http%3A%2F%2Fexample.org'),
			`lnurl1${secret}`,
		];
		for (const fault of faults) {
			const said = await wallet.connect(fault);
			expect(said).toMatch(/nostr\+walletconnect/);
			expect(said).not.toContain(secret);
		}
		expect(wallet.view().connected).toBe(false);
		expect(existsSync(join(dir, 'wallet.json'))).toBe(false);
	});

	it('of a test network earns nothing real', async () => {
		await offer(() => [tip(1)], { network: 'signet' });
		expect(await wallet.connect(connection())).toBe('');
		expect(await totals()).toMatchObject({ in: 0, simulated: { in: 21_000 } });
	});

	it('is connected through the companion, whose answers, exports and logs never hold the secret', async () => {
		await offer(() => [tip(1)]);
		const companion = await openCompanion();
		const ask = async (method: string, path: string, body?: unknown) => {
			const response = await fetch(`${companion.server.origin}${path}`, {
				method,
				headers: companion.headers(),
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
			});
			return { status: response.status, text: await response.text() };
		};
		const said = [
			await ask('POST', '/wallet', { connection: connection() }),
			await ask('GET', '/sats?from=0'),
			await ask('POST', '/rates', { usdPerBtc: 100_000 }),
			await ask('POST', '/sats/import', { payments: [tip(2), tip(3, { amount: -1 })] }),
			await ask('POST', '/wallet/read', {}),
			await ask('GET', '/records/sats'),
			await ask('GET', '/tiers'),
		];
		for (const { status, text } of said) {
			expect(status).toBe(200);
			expect(text).not.toContain(secret);
		}
		expect(JSON.parse(said[1]?.text ?? '')).toMatchObject({ wallet: { connected: true }, totals: { in: 21_000 } });
		expect(JSON.parse(said[3]?.text ?? '')).toEqual({ added: 1, known: 0, refused: ['amount: negative'] });
		const file = join(companion.dataDir, 'wallet.json');
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect((await ask('POST', '/rates', { usdPerBtc: -1 })).status).toBe(400);
		expect((await fetch(`${companion.server.origin}/sats`, { headers: { Origin: companion.server.origin } })).status).toBe(401);
		expect(JSON.parse((await ask('DELETE', '/wallet')).text)).toMatchObject({ wallet: { connected: false }, totals: { in: 42_000 } });
		expect(existsSync(file)).toBe(false);
		expect(companion.logged.join('\n')).not.toContain(secret);
		await companion.close();
	});
});

// Nonsense on the wire, by the thousand: `npm run prove -- attacks` sends 100,000 messages (FALSEWORK_FUZZ), `npm test` fewer. All of them
// go to the control session as its sockets would hand them over, some also over real sockets. Behind it is a desk whose game window
// stands ready in front, so that whatever got through would be pressed at once.
import { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { seeded } from '../core/random.fixture.ts';
import { Control } from './control.ts';
import type { Desk } from './input/desk.ts';
import type { Driver } from './input/driver.ts';
import { noOwnInput } from './input/own-input.ts';
import { noWatchdog } from './input/watchdog.ts';
import { Pairing, proofOf, tokenIdOf } from './pairing.ts';
import { pageClaim, PROTOCOL_VERSION } from './protocol.ts';
import { openCompanion, profile, tempDir, type TestCompanion } from './testing/companion.ts';

const SEED = 20_261_201;
const MESSAGES = Number(process.env['FALSEWORK_FUZZ'] ?? 6000);
const ORIGIN = 'http://127.0.0.1:4953';
const random = seeded(SEED);
const below = (n: number): number => Math.floor(random.next() * n);
const one = <T>(of: readonly T[]): T => of[below(of.length)] as T;

/** A driver that counts what reaches the desktop. Letting go is no input. */
function countingDesk(): { readonly desk: Desk; readonly pressed: string[] } {
	const pressed: string[] = [];
	let at = { x: 0, y: 0 };
	const driver: Driver = {
		name: 'dry-run',
		knows: () => true,
		shifted: () => false,
		eventName: (key) => key,
		keyDown: (key) => void pressed.push(`key ${key}`),
		keyUp: () => undefined,
		buttonDown: (button) => void pressed.push(`button ${button}`),
		buttonUp: () => undefined,
		scroll: (direction) => void pressed.push(`scroll ${direction}`),
		moveTo: (point) => {
			at = point;
			pressed.push('move');
		},
		pointer: async () => at,
		settle: async () => undefined,
		close: () => undefined,
	};
	const facts = { id: 7, title: 'Test game', pid: null, placement: { x: 0, y: 0, width: 640, height: 480 } };
	const desk: Desk = {
		driver,
		windows: {
			name: 'x11',
			find: async () => facts,
			findByTitle: async () => [facts],
			inFront: async () => true,
			underPointer: async () => true,
			pointerInside: async () => at,
			raise: async () => undefined,
			close: () => undefined,
		},
		own: noOwnInput,
		watchdog: noWatchdog,
		notes: [],
		onOwn: () => undefined,
		onGone: () => undefined,
		close: () => undefined,
	};
	return { desk, pressed };
}

/** The part of a socket that the control session uses. */
class FakeSocket extends EventEmitter {
	readyState: number = WebSocket.OPEN;
	readonly told: { readonly type: string; readonly nonce?: string; readonly epoch?: number }[] = [];
	send(text: string): void {
		this.told.push(JSON.parse(text) as { type: string });
	}
	close(): void {
		if (this.readyState === WebSocket.CLOSED) return;
		this.readyState = WebSocket.CLOSED;
		this.emit('close');
	}
	terminate(): void {
		this.close();
	}
	hear(data: unknown, binary = false): void {
		this.emit('message', typeof data === 'string' ? Buffer.from(data) : data, binary);
	}
}

const odd: readonly (() => unknown)[] = [
	() => null,
	() => below(2) === 0,
	() => one([-1, 0, 1.5, 2 ** 53, 1e308, -0]),
	() => 'x'.repeat(below(200)),
	() => one(['__proto__', 'constructor', '\u0000', '../../etc/passwd', '\ud800', '$(reboot)', '<script>']),
	() => [],
	() => Array.from({ length: below(60) }, () => ({ do: 'key', keys: ['Meta'], holdMs: 0 })),
	() => ({ type: 'act', toString: 1 }),
];
const wrong = (): unknown => one(odd)();

/** A message as a page would send it, with the epoch and number given. */
function honest(epoch: number, seq: number): Record<string, unknown> {
	const frame = { width: 640, height: 480 };
	return {
		...one<Record<string, unknown>>([
			{ type: 'heartbeat' },
			{ type: 'release' },
			{ type: 'resume' },
			{ type: 'calibrate' },
			{ type: 'bind', label: 'window:7:0', frame, profile, raise: false },
			{ type: 'score', score: {} },
			{
				type: 'act',
				act: { id: seq, verb: 'press', steps: [{ do: 'key', keys: ['a'], holdMs: 0 }], frame: { ...frame, ageMs: 1 } },
				heard: { at: performance.now(), agoMs: 0 },
			},
		]),
		epoch,
		seq,
	};
}

/** Replaces or adds something somewhere, until it is not what a page would say. */
function bent(message: Record<string, unknown>): Record<string, unknown> {
	const copy = structuredClone(message);
	const keys = Object.keys(copy);
	switch (below(4)) {
		case 0:
			copy[one(['shell', 'file', 'url', 'role', 'command', 'update'])] = wrong();
			return copy;
		case 1:
			copy['type'] = one(['exec', 'open', 'paste', 'admin', '', wrong()]);
			return copy;
		case 2:
			copy[one(keys.filter((key) => key !== 'raise' && key !== 'profile' && key !== 'score'))] = { odd: wrong() };
			return copy;
		default:
			delete copy[one(['type', 'epoch', 'seq'])];
			return copy;
	}
}

/** Something that no session and no stranger may say. @returns what it is, and whether it is binary */
function nonsense(epoch: number, seq: number): { readonly data: unknown; readonly binary: boolean } {
	const text = JSON.stringify(honest(epoch, seq));
	const say = (data: unknown, binary = false) => ({ data, binary });
	switch (below(9)) {
		case 0:
			return say(Buffer.from(Array.from({ length: below(300) }, () => below(256))), true);
		case 1:
			return say(text.slice(0, below(text.length - 1)));
		case 2:
			return say(JSON.stringify(honest(epoch - 1 - below(5), seq)));
		case 3:
			return say(JSON.stringify(honest(epoch, -1 - below(9))));
		case 4:
			return say(`{"type":"heartbeat","epoch":${epoch},"seq":${seq},"pad":"${'x'.repeat(below(90_000))}"}`);
		case 5:
			return say(`${'['.repeat(below(4000))}1`);
		case 6:
			return say(text.replace('{', one(['{"__proto__":{"admin":true},', '{"__prot\\u006f__":1,'])));
		case 7:
			return say([Buffer.from(text.slice(0, 9)), Buffer.from([0xff, 0xfe])]);
		default:
			return say(JSON.stringify(bent(honest(epoch, seq))));
	}
}

/** Somebody who never had the token says all that a page says, in the right order. */
function stranger(socket: FakeSocket, tokenId: string, epoch: number): number {
	const proof = Array.from({ length: 64 }, () => below(16).toString(16)).join('');
	const said = [
		{ type: 'hello', protocol: PROTOCOL_VERSION, nonce: '0'.repeat(32), tokenId: one([tokenId, 'f'.repeat(16)]) },
		{ type: 'auth', proof },
		{ type: 'bind', epoch, seq: 1, label: 'window:7:0', frame: { width: 640, height: 480 }, profile },
		{ type: 'calibrate', epoch, seq: 2 },
		{ ...honest(epoch, 3) },
	];
	for (const message of said) socket.hear(JSON.stringify(message));
	return said.length;
}

describe(`${MESSAGES} messages of nonsense, seed ${SEED}`, () => {
	let companion: TestCompanion | undefined;
	afterEach(() => companion?.close());

	it('end their session or are dropped; no stranger gets one, nothing is pressed, and an honest page plays after it', async () => {
		const pairing = new Pairing(tempDir(), () => undefined);
		const paired = pairing.pair(ORIGIN, pairing.makeOneTimeCode());
		const token = paired.ok ? paired.token : '';
		let epoch = 0;
		// Each session's epoch is written to the disk and synced; a hundred thousand of them would measure the disk.
		pairing.nextEpoch = () => ++epoch;
		const { desk, pressed } = countingDesk();
		const control = new Control({ pairing, desk, log: () => undefined, onScore: () => undefined, antiCheat: () => undefined });
		const open = (): FakeSocket => {
			const socket = new FakeSocket();
			control.accept(socket as unknown as WebSocket, ORIGIN);
			return socket;
		};
		const proved = (): FakeSocket => {
			const socket = open();
			socket.hear(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION, nonce: '0'.repeat(32), tokenId: tokenIdOf(token) }));
			const nonce = socket.told[0]?.nonce ?? '';
			socket.hear(JSON.stringify({ type: 'auth', proof: proofOf(token, pageClaim('0'.repeat(32), nonce)) }));
			expect(socket.told[1]?.type).toBe('welcome');
			return socket;
		};
		let sent = 0;
		let ended = 0;
		while (sent < MESSAGES) {
			if (sent % 5000 < 5) await new Promise((resolve) => setImmediate(resolve));
			if (below(3) === 0) {
				const socket = open();
				sent += stranger(socket, tokenIdOf(token), epoch + 1);
				expect(socket.told.map(({ type }) => type)).not.toContain('welcome');
				socket.close();
				continue;
			}
			const socket = below(4) === 0 ? open() : proved();
			for (let seq = 1; socket.readyState === WebSocket.OPEN; seq++) {
				const { data, binary } = nonsense(epoch, seq);
				socket.hear(data, binary);
				sent++;
				if (socket.readyState !== WebSocket.OPEN) ended++;
				// What nobody need understand may be passed over, but not for ever.
				expect(seq).toBeLessThan(50);
			}
			expect(socket.told.at(-1)?.type).toBe('refused');
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(pressed).toEqual([]);
		expect(ended).toBeGreaterThan(MESSAGES / 5);
		expect(({} as { admin?: boolean }).admin).toBeUndefined();

		// That nothing was pressed says something only if an honest page presses.
		const page = proved();
		const until = async (type: string): Promise<void> => {
			await expect.poll(() => page.told.some((message) => message.type === type)).toBe(true);
		};
		page.hear(JSON.stringify({ type: 'bind', epoch, seq: 1, label: 'window:7:0', frame: { width: 640, height: 480 }, profile }));
		await until('bound');
		page.hear(JSON.stringify({ type: 'calibrate', epoch, seq: 2 }));
		await until('calibrated');
		const act = { id: 1, verb: 'press', steps: [{ do: 'key', keys: ['a'], holdMs: 0 }], frame: { width: 640, height: 480, ageMs: 1 } };
		page.hear(JSON.stringify({ type: 'act', epoch, seq: 3, act, heard: { at: performance.now(), agoMs: 0 } }));
		await until('acted');
		expect(pressed).toContain('key a');
		control.close();
	}, 600_000);

	it('on the real port are refused as well, and the companion answers on', async () => {
		companion = await openCompanion();
		const { port, origin } = companion.server;
		for (let i = 0; i < 60; i++) {
			const bytes =
				i % 2 === 0
					? Buffer.from(Array.from({ length: 1 + below(400) }, () => below(256)))
					: Buffer.from(
							`${one(['GET', 'POST', 'PUT', 'TRACE'])} ${one(['/control', '/tiers', '//', '*', '/\u0000'])} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${one(['Content-Length: 9999999999', 'Transfer-Encoding: chunked', 'Upgrade: websocket\r\nConnection: Upgrade', 'X: y'])}\r\n\r\nzz`,
						);
			await new Promise<void>((resolve) => {
				const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
				socket.setTimeout(200, () => socket.destroy());
				socket.on('data', (data) => expect(data.toString('latin1')).not.toMatch(/^HTTP\/1\.1 101/));
				socket.on('error', () => undefined);
				socket.on('close', () => resolve());
			});
		}
		for (let i = 0; i < 8; i++) {
			const socket = new WebSocket(`${origin.replace('http', 'ws')}/control`, { origin });
			await new Promise((resolve) => socket.once('open', resolve));
			const closed = new Promise((resolve) => socket.once('close', resolve));
			const { data, binary } = nonsense(1, 1);
			socket.send(Array.isArray(data) ? Buffer.concat(data as Buffer[]) : (data as string), { binary });
			await closed;
		}
		expect(await (await fetch(`${origin}/health`)).json()).toMatchObject({ ok: true });
		expect(companion.logged.filter((line) => line.includes('failed:'))).toEqual([]);
	});
});

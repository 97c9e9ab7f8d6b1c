// Time, chance and the order of events of a simulated world. Everything that the programs in it wait for (timers, the disk, the
// network, other programs) is an event here, and one event runs at a time to its end, microtasks included: so the seed alone
// decides what happens. The programs are the real ones; for the length of a run the platform's clocks and timers are ours.
import { createHash, createHmac } from 'node:crypto';
import FlatQueue from 'flatqueue';
import type { Random } from '../../core/ports.ts';
import { randomOf } from '../statistics.ts';

interface Event {
	readonly of: Program;
	readonly run: () => void;
	cancelled: boolean;
}

/** A program of the world: what it began ends with it. */
export interface Program {
	readonly name: string;
	state: 'running' | 'stopped' | 'dead';
	/** What fell due while it was stopped, in order. */
	readonly backlog: Event[];
}

const TIMED_OUT = new DOMException('The operation timed out.', 'TimeoutError');
/** Of the real platform, whatever is patched. */
const realImmediate = globalThis.setImmediate;
const EPOCH = Date.UTC(2026, 0, 1, 12);
/** A task of the platform, such as one request of the database's, comes to its turn within this: so a crash can meet a transaction. */
const TASK_MS = 0.4;
const TICKS_A_MS = 100;
/** More events than a run has; with it 2,000 seconds stay within whole numbers. */
const ORDERS = 2 ** 25;
/** More events than this at one moment are a loop without an end. */
const EVENTS_A_MS = 100_000;

export class Kernel {
	/** Milliseconds since the world began. */
	now = 0;
	/** What the wall clock is off by. */
	wallOffset = 0;
	readonly world: Program = { name: 'world', state: 'running', backlog: [] };
	private readonly queue = new FlatQueue<Event>();
	private order = 0;
	private running: Program = this.world;
	private readonly trace = createHash('sha256');
	/** Run after each event. */
	private readonly watchers: (() => void)[] = [];
	/** An error that no program caught. */
	private thrown: unknown;
	events = 0;
	private readonly tell: ((line: string) => void) | undefined;

	private readonly tasks: Random;
	private lastTask = 0;

	/** @param tell  hears every line of `note` */
	constructor(seed: number, tell?: (line: string) => void) {
		this.tasks = this.random(seed ^ 0x5bd1e995);
		this.tell = tell;
	}

	/** The program that runs now. */
	get current(): Program {
		return this.running;
	}

	random(seed: number): Random {
		return { next: randomOf(seed) };
	}

	start(name: string): Program {
		return { name, state: 'running', backlog: [] };
	}

	/** Gone at once, with all that it waits for. */
	kill(program: Program): void {
		program.state = 'dead';
		program.backlog.length = 0;
	}

	/** As SIGSTOP does: nothing runs in it until `resume`. */
	stop(program: Program): void {
		if (program.state === 'running') program.state = 'stopped';
	}

	resume(program: Program): void {
		if (program.state !== 'stopped') return;
		program.state = 'running';
		for (const event of program.backlog.splice(0)) this.push(0, event);
	}

	/** What happens becomes part of the run's fingerprint. */
	note(line: string): void {
		const text = `${this.now.toFixed(2)} ${line}`;
		this.trace.update(`${text}\n`);
		this.tell?.(text);
	}

	get fingerprint(): string {
		return this.trace.copy().digest('hex').slice(0, 16);
	}

	onEvent(watch: () => void): void {
		this.watchers.push(watch);
	}

	/** @param of  the program it happens in; the one that runs now unless given */
	after(ms: number, run: () => void, of: Program = this.running): { cancel(): void } {
		const event: Event = { of, run, cancelled: false };
		this.push(ms, event);
		return {
			cancel() {
				event.cancelled = true;
			},
		};
	}

	/** Runs something of a program now, from outside of it; nothing that waits, since what comes after a wait is the caller's. */
	in<T>(program: Program, work: () => T): T {
		const before = this.running;
		this.running = program;
		try {
			return work();
		} finally {
			this.running = before;
		}
	}

	private push(ms: number, event: Event): void {
		// Of two events at one moment the earlier one comes first, which a heap alone does not keep; all in whole numbers.
		this.queue.push(event, Math.round((this.now + Math.max(0, ms)) * TICKS_A_MS) * ORDERS + ++this.order);
	}

	/** Lets the world go on until a moment. @throws what a program threw and nobody caught */
	async runUntil(end: number): Promise<void> {
		let here = 0;
		for (;;) {
			const next = this.queue.peekValue();
			const at = next === undefined ? Infinity : Math.floor(next / ORDERS) / TICKS_A_MS;
			if (at > end) break;
			const event = this.queue.pop() as Event;
			if (event.cancelled || event.of.state === 'dead') continue;
			if (event.of.state === 'stopped') {
				event.of.backlog.push(event);
				continue;
			}
			here = Math.floor(at) === Math.floor(this.now) ? here + 1 : 0;
			if (here > EVENTS_A_MS) throw new Error(`More than ${EVENTS_A_MS} events in one millisecond: something waits for itself.`);
			this.now = Math.max(this.now, at);
			this.events++;
			this.running = event.of;
			event.run();
			// Every microtask of the event has run when the real loop comes round.
			await new Promise<void>((resolve) => realImmediate(resolve));
			this.running = this.world;
			for (const watch of this.watchers) watch();
			if (this.thrown !== undefined) throw this.thrown;
		}
		this.now = Math.max(this.now, end);
	}

	private timer(repeat: boolean, run: (...args: never[]) => void, ms = 0, args: readonly unknown[] = []) {
		const of = this.running;
		const handle = { cancelled: false, ref: () => handle, unref: () => handle, hasRef: () => true, [Symbol.toPrimitive]: () => 0 };
		const every = Math.max(1, Number(ms) || 0);
		const fire = (): void => {
			if (handle.cancelled) return;
			if (repeat) this.after(every, fire, of);
			(run as (...all: readonly unknown[]) => void)(...args);
		};
		this.after(every, fire, of);
		return handle;
	}

	/** Puts this world's time in the platform's place. @returns puts it back */
	install(): () => void {
		const kernel = this;
		const put: (() => void)[] = [];
		const patch = (target: object, name: string, value: unknown): void => {
			const had = Object.getOwnPropertyDescriptor(target, name);
			Object.defineProperty(target, name, { value, configurable: true, writable: true });
			put.push(() => {
				if (had === undefined) Reflect.deleteProperty(target, name);
				else Object.defineProperty(target, name, had);
			});
		};
		const cancel = (handle: unknown): void => {
			if (typeof handle === 'object' && handle !== null) (handle as { cancelled: boolean }).cancelled = true;
		};
		patch(globalThis, 'setTimeout', (run: () => void, ms?: number, ...args: unknown[]) => kernel.timer(false, run, ms, args));
		patch(globalThis, 'setInterval', (run: () => void, ms?: number, ...args: unknown[]) => kernel.timer(true, run, ms, args));
		patch(globalThis, 'setImmediate', (run: (...args: unknown[]) => void, ...args: unknown[]) => {
			const handle = { cancelled: false };
			const at = Math.max(kernel.lastTask, kernel.now + TASK_MS * kernel.tasks.next());
			kernel.lastTask = at;
			kernel.after(at - kernel.now, () => handle.cancelled || run(...args));
			return handle;
		});
		for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate']) patch(globalThis, name, cancel);
		patch(performance, 'now', () => kernel.now);
		patch(Date, 'now', () => Math.floor(EPOCH + kernel.now + kernel.wallOffset));
		patch(AbortSignal, 'timeout', (ms: number) => {
			const controller = new AbortController();
			kernel.after(ms, () => controller.abort(TIMED_OUT));
			return controller.signal;
		});
		// What the platform does beside the event loop would come back at a moment of its own.
		patch(crypto.subtle, 'digest', (_: string, data: BufferSource) =>
			Promise.resolve(asBuffer(createHash('sha256').update(asBytes(data)).digest())),
		);
		patch(crypto.subtle, 'importKey', (_: string, key: BufferSource) => Promise.resolve(asBytes(key).slice()));
		patch(crypto.subtle, 'sign', (_: string, key: Uint8Array, data: BufferSource) =>
			Promise.resolve(asBuffer(createHmac('sha256', key).update(asBytes(data)).digest())),
		);
		patch(WebAssembly, 'compile', (bytes: BufferSource) => Promise.resolve(new WebAssembly.Module(bytes)));
		patch(WebAssembly, 'instantiate', (what: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports) =>
			what instanceof WebAssembly.Module
				? Promise.resolve(new WebAssembly.Instance(what, imports))
				: Promise.resolve(new WebAssembly.Module(what)).then((module) => ({ module, instance: new WebAssembly.Instance(module, imports) })),
		);
		let made = 0;
		patch(crypto, 'randomUUID', () => `00000000-0000-4000-8000-${(++made).toString(16).padStart(12, '0')}`);
		const caught = (error: unknown): void => {
			kernel.thrown ??= error;
		};
		// A test runner has its own: ours decides for the length of the run.
		const others = process.listeners('unhandledRejection');
		process.removeAllListeners('unhandledRejection');
		process.on('unhandledRejection', caught);
		put.push(() => {
			process.off('unhandledRejection', caught);
			for (const other of others) process.on('unhandledRejection', other);
		});
		return () => {
			for (const back of put.reverse()) back();
		};
	}
}

function asBytes(data: BufferSource): Uint8Array {
	return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
function asBuffer(bytes: Uint8Array): ArrayBuffer {
	return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

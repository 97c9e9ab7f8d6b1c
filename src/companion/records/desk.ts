// The records on a thread of their own: a slow disk must not keep the companion from hearing a heartbeat. The thread is the program
// itself, started as `records DIR`, as the watchdog is; without a program (in tests) they are kept in this thread.
import { type MessagePort, Worker } from 'node:worker_threads';
import { RecordsError } from './database.ts';
import { Records } from './store.ts';

type Method = 'append' | 'sessions' | 'view' | 'rows' | 'addPayments' | 'addRate' | 'sats' | 'erase';
/** Every question that the records answer; rejects with a RecordsError. */
export type RecordsDesk = {
	readonly [M in Method]: (...args: Parameters<Records[M]>) => Promise<ReturnType<Records[M]>>;
} & { close(): Promise<void> };

interface Asked {
	readonly id: number;
	readonly method: Method | 'close';
	readonly args: readonly unknown[];
}
type Told =
	| { readonly id: number; readonly value: unknown }
	| { readonly id: number; readonly fault: { readonly kind: RecordsError['kind']; readonly message: string } }
	| { readonly warning: string };

const METHODS: readonly Method[] = ['append', 'sessions', 'view', 'rows', 'addPayments', 'addRate', 'sats', 'erase'];

/** @param entry  the program that can run the thread; undefined: none is started */
export function openRecords(dataDir: string, entry: string | undefined, warn: (line: string) => void): RecordsDesk {
	return entry === undefined ? here(new Records(dataDir, warn)) : onThread(dataDir, entry, warn);
}

function desk(ask: (method: Method, args: readonly unknown[]) => Promise<unknown>, close: () => Promise<void>): RecordsDesk {
	const methods = Object.fromEntries(METHODS.map((method) => [method, (...args: unknown[]) => ask(method, args)]));
	return { ...methods, close } as unknown as RecordsDesk;
}

function run(records: Records, method: Method, args: readonly unknown[]): unknown {
	return (records[method] as (...given: readonly unknown[]) => unknown).call(records, ...args);
}

function here(records: Records): RecordsDesk {
	return desk(
		async (method, args) => run(records, method, args),
		async () => records.close(),
	);
}

function onThread(dataDir: string, entry: string, warn: (line: string) => void): RecordsDesk {
	const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: RecordsError) => void }>();
	let thread: Worker | undefined;
	let last = 0;

	function fail(why: string): void {
		thread = undefined;
		for (const { reject } of waiting.values()) reject(new RecordsError('failed', why));
		waiting.clear();
	}
	/** Started when first needed, and again after it has died. */
	function started(): Worker {
		if (thread !== undefined) return thread;
		const fresh = new Worker(entry, { argv: ['records', dataDir], stdout: false, stderr: false });
		thread = fresh;
		// It alone keeps no program alive.
		fresh.unref();
		fresh.on('message', (told: Told) => {
			if ('warning' in told) return warn(told.warning);
			const asked = waiting.get(told.id);
			waiting.delete(told.id);
			if ('fault' in told) asked?.reject(new RecordsError(told.fault.kind, told.fault.message));
			else asked?.resolve(told.value);
		});
		fresh.on('error', (error) => {
			warn(
				`The records' thread failed: ${error instanceof Error ? error.message : String(error)}. It is started again when it is next needed.`,
			);
			if (thread === fresh) fail('The records failed; they are opened again at the next try.');
		});
		fresh.on('exit', () => {
			if (thread === fresh) fail('The records were closed.');
		});
		return fresh;
	}
	function ask(method: Method | 'close', args: readonly unknown[]): Promise<unknown> {
		return new Promise((resolve, reject) => {
			const id = ++last;
			waiting.set(id, { resolve, reject });
			started().postMessage({ id, method, args } satisfies Asked);
		});
	}
	return desk(ask, async () => {
		if (thread === undefined) return;
		const closing = thread;
		await ask('close', []).catch(() => undefined);
		await closing.terminate();
	});
}

/** The thread's side. */
export function serveRecords(dataDir: string, port: MessagePort): Promise<void> {
	const records = new Records(dataDir, (warning) => port.postMessage({ warning } satisfies Told));
	return new Promise((done) => {
		port.on('message', ({ id, method, args }: Asked) => {
			try {
				if (method === 'close') {
					records.close();
					port.postMessage({ id, value: null } satisfies Told);
					return done();
				}
				port.postMessage({ id, value: run(records, method, args) } satisfies Told);
			} catch (error) {
				const kind = error instanceof RecordsError ? error.kind : 'failed';
				const message = error instanceof Error ? error.message : String(error);
				port.postMessage({ id, fault: { kind, message } } satisfies Told);
			}
		});
	});
}

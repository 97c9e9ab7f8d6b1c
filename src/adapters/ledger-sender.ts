// Writes the ledger on to the companion's records as it grows, and whatever they lack when a companion comes: entries are told apart
// by session and number there, so what is sent twice is taken once. Play never waits for it, and this browser's own ledger stays
// what counts.
import type { LedgerEntry } from '../core/ledger.ts';
import type { Called } from './companion.ts';

export interface SessionCount {
	readonly session: string;
	readonly entries: number;
}
export interface LedgerSource {
	/** Sessions that this browser has. */
	counts(): Promise<readonly SessionCount[]>;
	/** Entries of one of them, in the order of writing where that is known. */
	entriesOf(session: string): Promise<readonly LedgerEntry[]>;
}
export interface LedgerSender {
	/** A new entry. */
	tell(entry: LedgerEntry): void;
	/** A companion is there: it is given what it lacks. */
	connected(): void;
	/** It is gone. */
	disconnected(): void;
	/** Resolves when what waits has been sent, or could not be. */
	flush(): Promise<void>;
}

const EVERY_MS = 1000;
const RETRY_MS = 15_000;
/** Entries in one batch, and how long they may be together: the companion takes 2000 and 4 MiB. */
const BATCH_MOST = 500;
const BATCH_CHARS = 1_000_000;

/**
 * @param held  what the records have
 * @param send  gives them a batch
 * @param trouble  hears why they take none, '' = they do
 */
export function makeLedgerSender(options: {
	readonly source: LedgerSource;
	readonly held: () => Promise<Called<{ readonly sessions: readonly SessionCount[] }>>;
	readonly send: (entries: readonly LedgerEntry[]) => Promise<Called<unknown>>;
	readonly trouble: (text: string) => void;
}): LedgerSender {
	const { source, held, send, trouble } = options;
	let queue: LedgerEntry[] = [];
	/** Counts up with each companion: what was begun for one before goes no further. */
	let turn = 0;
	let there = false;
	let busy = false;
	let timer: ReturnType<typeof setTimeout> | undefined;

	function later(ms: number, what: () => Promise<boolean>): void {
		const mine = turn;
		clearTimeout(timer);
		timer = setTimeout(() => {
			timer = undefined;
			busy = true;
			void what().then((well) => {
				if (mine !== turn) return;
				busy = false;
				// What could not be written is still in this browser: all that is lacking is looked up again.
				if (!well) {
					queue = [];
					there = false;
					later(RETRY_MS, catchUp);
				} else if (queue.length > 0) later(EVERY_MS, flush);
			});
		}, ms);
	}

	async function inBatches(entries: readonly LedgerEntry[]): Promise<boolean> {
		const mine = turn;
		for (let from = 0; from < entries.length; ) {
			let chars = 0;
			let to = from;
			while (to < entries.length && to - from < BATCH_MOST && (to === from || chars < BATCH_CHARS))
				chars += JSON.stringify(entries[to++]).length;
			const done = await send(entries.slice(from, to));
			if (mine !== turn) return false;
			// Silence is told of elsewhere.
			if (!done.ok) {
				trouble(done.kind === 'no-companion' ? '' : done.message);
				return false;
			}
			from = to;
		}
		trouble('');
		return true;
	}

	function flush(): Promise<boolean> {
		return inBatches(queue.splice(0));
	}

	async function catchUp(): Promise<boolean> {
		const mine = turn;
		const known = await held();
		if (mine !== turn) return false;
		if (!known.ok) {
			// One of before has no records.
			trouble(known.kind === 'no-companion' || known.kind === 'not-found' ? '' : known.message);
			return false;
		}
		there = true;
		const has = new Map(known.value.sessions.map(({ session, entries }) => [session, entries]));
		for (const { session, entries } of await source.counts()) {
			if ((has.get(session) ?? 0) >= entries) continue;
			if (!(await inBatches(await source.entriesOf(session)))) return false;
		}
		return true;
	}

	return {
		tell(entry) {
			if (!there) return;
			queue.push(entry);
			if (timer === undefined && !busy) later(EVERY_MS, flush);
		},
		connected() {
			stop();
			later(0, catchUp);
		},
		disconnected: stop,
		async flush() {
			if (there && !busy && queue.length > 0) await flush();
		},
	};

	function stop(): void {
		turn++;
		queue = [];
		there = busy = false;
		clearTimeout(timer);
		timer = undefined;
	}
}

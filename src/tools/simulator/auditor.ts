// Who stands outside the simulated world and sees all of it: what the loop asked for, what reached the desktop, what the store
// said was written and what lies on the disk, what the model server was asked. It holds them against what is promised.
import { createHash } from 'node:crypto';
import type { Store } from '../../adapters/store.ts';
import type { ChainRow, CrystalRow, LedgerRow, SetAsideRow, SettingRow } from '../../adapters/store-schema.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { type Crystal, scopeKey } from '../../core/crystals/crystal.ts';
import { GENESIS, linkHash } from '../../core/graduation/chain.ts';
import type { LedgerEntry } from '../../core/ledger.ts';
import type { ActOutcome, ActRequest, InputDriver, ResolvedStep } from '../../core/ports.ts';
import type { Desktop, Press } from './desktop.ts';
import type { Disk } from './disk.ts';
import type { Kernel } from './kernel.ts';
import type { CloudCall } from './network.ts';

export const CLASSES = [
	'lost write',
	'doubled act',
	'unreported act',
	'old frame',
	'wrong size',
	'stuck key',
	'budget',
	'damage',
	'standstill',
] as const;
export type Class = (typeof CLASSES)[number];

/** A promise that was broken. */
export class Violation extends Error {
	readonly kind: Class;
	constructor(kind: Class, detail: string) {
		super(`${kind}: ${detail}`);
		this.name = 'Violation';
		this.kind = kind;
	}
}

/** Everything up within so long of a fault. */
const RELEASE_MS = 300;
const FRAME_AGE_MS = 500;
/** Between the last question to the desktop and the press go some tenths of a millisecond. */
const RACE_MS = 20;
/** An act is reported within its own time and this. */
const REPORT_MS = 10_000;

interface Known {
	/** Contents in the order in which they were handed over. */
	readonly texts: string[];
	/** The newest that was said to be written. */
	acknowledged: number;
}

interface Asked {
	readonly key: string;
	readonly request: ActRequest;
	readonly frameAt: number;
	askedAt: number;
	readonly downs: number;
	pressed: number;
	/** Connections over which it was carried out. */
	readonly lines: Set<number>;
	outcome: ActOutcome | undefined;
	reportedAt: number;
}

export interface Caps {
	readonly callsPerSession: number;
	readonly callsPerDay: number;
	readonly usdPerSession: number;
	readonly usdPerDay: number;
}

interface Spent {
	calls: number;
	usd: number;
}

export class Auditor {
	/** The first promise that was broken. */
	broken: Violation | undefined;
	readonly counts = { acts: 0, done: 0, presses: 0, writes: 0, crashes: 0, calls: 0 };
	private readonly kernel: Kernel;
	private readonly desktop: Desktop;
	private readonly disk: Disk;
	private readonly caps: Caps;
	private readonly asked = new Map<string, Asked>();
	private readonly open = new Set<Asked>();
	/** Acts that the companion has got and not answered, of the connection that it listens to. */
	private atCompanion: { line: number; queue: string[] } = { line: 0, queue: [] };
	private readonly crystals = new Map<string, Known>();
	private readonly settings = new Map<string, Known>();
	private readonly entries = new Map<number, boolean>();
	private readonly sessions = new Map<string, string>();
	private readonly spent = new Map<string, Spent>();
	/** Conditions under which nothing may be down, and since when each holds. */
	private readonly faults = new Map<string, number>();

	constructor(kernel: Kernel, desktop: Desktop, disk: Disk, caps: Caps) {
		this.kernel = kernel;
		this.desktop = desktop;
		this.disk = disk;
		this.caps = caps;
		desktop.onPress = (press) => this.press(press);
		desktop.onLift = () => this.held();
	}

	/** Noted, not thrown: some of what is watched runs inside programs that catch what is thrown in them. */
	private fail(kind: Class, detail: string): void {
		this.broken ??= new Violation(kind, detail);
	}

	// ── acts ──

	/** @param life  of the page */
	watchDriver(driver: InputDriver, life: string): InputDriver {
		const { kernel } = this;
		return {
			get kind() {
				return driver.kind;
			},
			act: async (request) => {
				const one: Asked = {
					key: `${life} ${request.id}`,
					request,
					frameAt: kernel.now - request.frame.ageMs,
					askedAt: kernel.now,
					downs: request.steps.reduce((sum, step) => sum + downsOf(step), 0),
					pressed: 0,
					lines: new Set(),
					outcome: undefined,
					reportedAt: Infinity,
				};
				if (this.asked.has(one.key)) this.fail('doubled act', `the loop used the number of act ${one.key} twice`);
				this.asked.set(one.key, one);
				this.open.add(one);
				this.counts.acts++;
				const outcome = await driver.act(request);
				this.open.delete(one);
				one.outcome = outcome;
				one.reportedAt = kernel.now;
				kernel.note(`act ${one.key} ${request.verb} ${outcome.done ? 'done' : `${outcome.reason}: ${outcome.detail}`}`);
				if (outcome.done) {
					this.counts.done++;
					if (one.pressed !== one.downs)
						this.fail('unreported act', `act ${one.key} (${request.verb}) is told as done with ${one.pressed} of ${one.downs} presses`);
				} else if (['rate', 'not-allowed', 'advice-only'].includes(outcome.reason) && one.pressed > 0)
					this.fail('unreported act', `act ${one.key} was refused (${outcome.reason}) after ${one.pressed} presses`);
				return outcome;
			},
			releaseAll: () => driver.releaseAll(),
		};
	}

	/** The companion reads a message. */
	delivered(line: number, life: string, text: string): void {
		if (!text.includes('"type":"act"')) return;
		const { act } = JSON.parse(text) as { act: { id: number } };
		if (this.atCompanion.line === line) this.atCompanion.queue.push(`${life} ${act.id}`);
	}

	/** The companion says something. */
	answered(line: number, text: string): void {
		if (text.includes('"type":"welcome"')) this.atCompanion = { line, queue: [] };
		else if (text.includes('"type":"acted"') && this.atCompanion.line === line) this.atCompanion.queue.shift();
	}

	/** The page has given it up, and nothing of it is left to press. */
	private isOver(key: string): boolean {
		const one = this.asked.get(key);
		return one?.outcome !== undefined && one.pressed >= one.downs;
	}

	private press({ what, size }: Press): void {
		const { kernel, desktop } = this;
		this.counts.presses++;
		const { queue } = this.atCompanion;
		// Whose answer was lost stays in front; it is passed over once it has pressed all it was asked to.
		while (queue.length > 1 && this.isOver(queue[0] as string)) queue.shift();
		const one = queue[0] === undefined ? undefined : this.asked.get(queue[0]);
		if (one === undefined) return this.fail('doubled act', `${what} went down and no act asked for it`);
		one.lines.add(this.atCompanion.line);
		if (one.lines.size > 1) this.fail('doubled act', `act ${one.key} (${one.request.verb}) was carried out over two connections`);
		if (++one.pressed > one.downs)
			this.fail('doubled act', `act ${one.key} (${one.request.verb}) pressed ${one.pressed} times, not ${one.downs}`);
		const ageMs = kernel.now - one.frameAt;
		if (one.pressed === 1 && ageMs > FRAME_AGE_MS + RACE_MS)
			this.fail('old frame', `act ${one.key} (${one.request.verb}) began on a frame ${Math.round(ageMs)} ms old`);
		const { width, height } = one.request.frame;
		if (size !== `${width}x${height}` && kernel.now - desktop.resizedAt > RACE_MS)
			this.fail('wrong size', `act ${one.key}, chosen at ${width}x${height}, pressed at ${size}`);
		if (kernel.now - one.reportedAt > RELEASE_MS)
			this.fail('unreported act', `act ${one.key} went on ${Math.round(kernel.now - one.reportedAt)} ms after it was told as lost`);
		this.held();
	}

	// ── what is held ──

	/** From now on nothing may be down, or that is over. */
	fault(name: string, on: boolean): void {
		if (!on) this.faults.delete(name);
		else if (!this.faults.has(name)) this.faults.set(name, this.kernel.now);
	}

	private held(): void {
		if (this.desktop.down.size === 0 || this.faults.size === 0) return;
		// Whoever should let go may itself be struck down before it could: then the time begins anew.
		let since = -Infinity;
		let name = '';
		for (const [fault, at] of [...this.faults].sort(([, a], [, b]) => a - b)) {
			if (since !== -Infinity && at > since + RELEASE_MS) break;
			[name, since] = [fault, at];
		}
		const ms = this.kernel.now - since;
		if (ms > RELEASE_MS + 1)
			this.fail('stuck key', `${[...this.desktop.down.keys()].join(', ')} still down ${Math.round(ms)} ms after: ${name}`);
	}

	/** After every event. @param reports  the page runs, and so can report */
	check(reports: boolean): void {
		this.held();
		if (!reports) return;
		for (const one of this.open) {
			const ms = this.kernel.now - one.askedAt;
			if (ms > REPORT_MS + 2000) this.fail('unreported act', `act ${one.key} has had no outcome for ${Math.round(ms)} ms`);
		}
	}

	/** The page is gone, and what it waited for with it. */
	pageGone(): void {
		this.open.clear();
	}
	/** The page stands still: it cannot report. */
	pageStood(ms: number): void {
		for (const one of this.open) one.askedAt += ms;
	}

	// ── money ──

	/** Whose caps count for a page's life. */
	session(life: string, id: string): void {
		this.sessions.set(life, id);
	}

	/** Something reached the model server; what it costs there, it costs, whether or not an answer comes back. */
	call({ life, date, usd }: CloudCall): void {
		this.counts.calls++;
		const { callsPerSession, callsPerDay, usdPerSession, usdPerDay } = this.caps;
		const spend = (of: string, calls: number, most: number): void => {
			const spent = this.spent.get(of) ?? { calls: 0, usd: 0 };
			this.spent.set(of, spent);
			spent.calls++;
			spent.usd += usd;
			if (spent.calls > calls) this.fail('budget', `call ${spent.calls} of ${of}; ${calls} at most`);
			if (spent.usd > most + 1e-9) this.fail('budget', `$${spent.usd.toFixed(4)} of ${of}; $${most} at most`);
		};
		spend(`session ${this.sessions.get(life) ?? life}`, callsPerSession, usdPerSession);
		spend(`day ${date}`, callsPerDay, usdPerDay);
	}

	// ── the store ──

	watchStore(store: Store): Store {
		const handOver = (crystals: readonly Crystal[]): (() => void) => {
			const marks = crystals.map((crystal) => {
				const { blobs: _, ...rest } = crystal;
				const known = put(this.crystals, `${scopeKey(crystal.scope)} ${crystal.id}`, canonicalJson(rest));
				return [known, known.texts.length - 1] as const;
			});
			return () => {
				for (const [known, at] of marks) known.acknowledged = Math.max(known.acknowledged, at);
				this.counts.writes += marks.length;
			};
		};
		const putCrystals: Store['putCrystals'] = async (crystals) => {
			const acknowledge = handOver(crystals);
			const written = await store.putCrystals(crystals);
			if (written) acknowledge();
			return written;
		};
		const watched: Partial<Store> = {
			putCrystals,
			putCrystal: (crystal) => putCrystals([crystal]),
			setSetting: async (key, value) => {
				const known = put(this.settings, key, canonicalJson(value ?? null));
				const at = known.texts.length - 1;
				const written = await store.setSetting(key, value);
				if (written) known.acknowledged = Math.max(known.acknowledged, at);
				return written;
			},
			appendLedger: (entry: LedgerEntry) => {
				this.entries.set(entry.n, false);
				store.appendLedger(entry);
			},
			flush: async () => {
				const before = [...this.entries].filter(([, written]) => !written).map(([n]) => n);
				await store.flush();
				if (store.trouble() === '') for (const n of before) this.entries.set(n, true);
			},
		};
		return new Proxy(store, {
			get: (target, name) => {
				const own = (watched as Record<string | symbol, unknown>)[name];
				if (own !== undefined) return own;
				const value = (target as unknown as Record<string | symbol, unknown>)[name];
				return typeof value === 'function' ? value.bind(target) : value;
			},
		});
	}

	/** What lies on the disk after a crash, against what was said to be written. */
	afterCrash(): void {
		this.counts.crashes++;
		const { disk } = this;
		const stored = new Map(disk.rows<CrystalRow>('crystals').map((row) => [`${row.scope} ${row.id}`, row]));
		for (const [key, known] of this.crystals) {
			const row = stored.get(key);
			if (row === undefined) {
				if (known.acknowledged >= 0) this.fail('lost write', `crystal ${key} was written and is not there`);
				this.crystals.delete(key);
				continue;
			}
			const { blobs: _, ...rest } = JSON.parse(row.json) as { blobs: unknown };
			if (!keep(known, canonicalJson(rest))) this.fail('lost write', `crystal ${key} is older on the disk than was said to be written`);
			if (sha256(row.json) !== row.sha256) this.fail('damage', `crystal ${key} does not fit its sha256`);
		}
		const settings = new Map(disk.rows<SettingRow>('settings').map(({ key, value }) => [key, canonicalJson(value)]));
		for (const [key, known] of this.settings) {
			const text = settings.get(key);
			if (text !== undefined && !keep(known, text))
				this.fail('lost write', `setting ${key} is older on the disk than was said to be written`);
			else if (text === undefined && known.acknowledged >= 0) this.fail('lost write', `setting ${key} was written and is not there`);
		}
		const ledger = new Map(disk.rows<LedgerRow>('ledger').map((row) => [row.n, row]));
		for (const [n, written] of this.entries) {
			if (ledger.has(n)) this.entries.set(n, true);
			else if (written) this.fail('lost write', `entry ${n} of the ledger was written and is not there`);
			else this.entries.delete(n);
		}
		let before = GENESIS;
		const chain = [...disk.rows<ChainRow>('chain')].sort((a, b) => a.link - b.link);
		for (const [i, { link, n, hash }] of chain.entries()) {
			const entry = ledger.get(n)?.entry as LedgerEntry | undefined;
			if (link !== i + 1 || entry === undefined || linkHash(before, entry, sha256) !== hash)
				this.fail('damage', `link ${link} of the ledger's chain does not follow`);
			before = hash;
		}
		if (chain.length !== ledger.size) this.fail('damage', `${ledger.size} entries in the ledger, ${chain.length} links in its chain`);
		const aside = disk.rows<SetAsideRow>('setAside')[0];
		if (aside !== undefined)
			this.fail(
				'damage',
				`set aside: ${aside.table} ${aside.key}, ${aside.why} ${JSON.stringify(aside)} ${JSON.stringify(ledger.get(Number(aside.key)))}`,
			);
	}
}

function put(of: Map<string, Known>, key: string, text: string): Known {
	let known = of.get(key);
	if (known === undefined) of.set(key, (known = { texts: [], acknowledged: -1 }));
	known.texts.push(text);
	return known;
}

/** What is on the disk must be the newest that was acknowledged, or one handed over after it; from there it goes on. */
function keep(known: Known, text: string): boolean {
	const whole = known.texts.lastIndexOf(text) >= known.acknowledged;
	known.texts.splice(0, known.texts.length, text);
	known.acknowledged = 0;
	return whole;
}

function sha256(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}

/** How often a step presses something. */
function downsOf(step: ResolvedStep): number {
	switch (step.do) {
		case 'click':
		case 'drag':
		case 'hold':
			return 1;
		case 'key':
			return step.keys.length;
		case 'text':
			return step.text.length;
		default:
			return 0;
	}
}

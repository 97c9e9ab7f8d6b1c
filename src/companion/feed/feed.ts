// The newest scorecard, as the page that plays tells it. What is not a scorecard is refused and counted, and takes nothing away from
// the last good one. Age is told by a steady clock: the wall's may jump, at either end.
import { type FeedSnapshot, readSnapshot, snapshotOf, STALE_MS, type ToldSnapshot } from '../../core/feed/snapshot.ts';
import { emptySums, scorecard } from '../../core/scorecard.ts';
import { TokenBucket } from '../rate.ts';

/** Snapshots a second that are taken; a page sends two. */
const SNAPSHOTS_PER_SECOND = 8;

/** What is told before anything was heard. */
const NOTHING_YET: FeedSnapshot = snapshotOf(scorecard(emptySums()));

export interface Clocks {
	/** Milliseconds since 1970. */
	readonly wall: () => number;
	/** Milliseconds that only rise. */
	readonly steady: () => number;
}
const CLOCKS: Clocks = { wall: () => Date.now(), steady: () => performance.now() };

export class Feed {
	private readonly clocks: Clocks;
	private readonly rate: TokenBucket;
	private readonly run: string;
	private readonly listeners = new Set<() => void>();
	private heard: { readonly snapshot: FeedSnapshot; readonly at: number } | undefined;
	/** Snapshots taken. */
	taken = 0;
	/** Snapshots refused: no scorecards, or too many. */
	refused = 0;

	constructor(clocks: Clocks = CLOCKS) {
		this.clocks = clocks;
		this.rate = new TokenBucket(SNAPSHOTS_PER_SECOND, 2 * SNAPSHOTS_PER_SECOND, clocks.steady);
		this.run = Math.floor(clocks.wall()).toString(36);
	}

	/**
	 * Takes what somebody says is the scorecard.
	 *
	 * @param ageMs  how old it was when it came here, for who hands on what another heard
	 * @returns '' or why it was refused
	 */
	take(data: unknown, ageMs = 0): string {
		const read = readSnapshot(data);
		if (!read.ok || !this.rate.take()) {
			this.refused++;
			return read.ok ? `more than ${SNAPSHOTS_PER_SECOND} snapshots a second` : read.why;
		}
		this.heard = { snapshot: read.value, at: this.clocks.steady() - ageMs };
		this.taken++;
		for (const listener of this.listeners) listener();
		return '';
	}

	/** Forgets what was heard. */
	forget(): void {
		this.heard = undefined;
	}

	/** Tells of each snapshot taken. @returns stops it */
	onTaken(listener: () => void): () => void {
		this.listeners.add(listener);
		return () => void this.listeners.delete(listener);
	}

	/** Of the newest; another run of the program begins with another word. */
	get id(): string {
		return `${this.run}-${this.taken}`;
	}
	get newest(): FeedSnapshot | undefined {
		return this.heard?.snapshot;
	}
	/** Since the newest was true; undefined before the first. */
	get ageMs(): number | undefined {
		return this.heard === undefined ? undefined : Math.max(0, this.clocks.steady() - this.heard.at);
	}
	/** As it is sent. */
	get told(): ToldSnapshot {
		return { ...(this.heard?.snapshot ?? NOTHING_YET), ageMs: Math.round(this.ageMs ?? 0) };
	}
	/** Wall time of the last word when that is too long ago, else null. */
	get staleSince(): number | null {
		const age = this.ageMs;
		return age === undefined || age <= STALE_MS ? null : this.clocks.wall() - age;
	}
}

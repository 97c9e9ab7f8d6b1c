// Ledgers as play leaves them, by chance with a seed.
import { type EntryDraft, type LedgerEntry, makeLedger } from './ledger.ts';
import type { Random } from './ports.ts';

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random.next() * from.length)] as T;

/**
 * One session: begun, with pauses, ended.
 *
 * @param at  when it begins, milliseconds since 1970
 * @param paid  the share of questions that a model in the cloud answers, in [0, 1]
 */
export function playedSession(random: Random, session: string, at: number, entries: number, paid = 0.3, simulated = false): LedgerEntry[] {
	let now = at;
	let played = 0;
	let playing = true;
	const written: LedgerEntry[] = [];
	const ledger = makeLedger({ session, next: 1, now: () => now, persist: (entry) => written.push(entry) });
	const told = (event: 'started' | 'paused' | 'resumed' | 'ended'): void =>
		void ledger.append({ type: 'session', event, game: 'test-game', detail: event === 'ended' ? 'time' : '', playedMs: played });
	told('started');
	for (let i = 0; i < entries; i++) {
		const gap = Math.floor(random.next() * 4000);
		now += gap;
		if (playing) played += gap;
		if (random.next() < 0.02) {
			playing = !playing;
			told(playing ? 'resumed' : 'paused');
		} else drafts(random, ledger.next, paid, simulated).forEach((draft) => void ledger.append(draft));
	}
	told('ended');
	return written;
}

/** A decision and the act that carries it out, or one entry of another sort. */
function drafts(random: Random, n: number, paid: number, simulated: boolean): EntryDraft[] {
	const tier = random.next() < paid ? 'cloud' : 'crystal';
	const asked = tier === 'cloud';
	const wrong = random.next() < 0.1;
	const question: EntryDraft = {
		type: 'question',
		tick: n,
		ask: pick(random, ['perception', 'decision', 'decision']),
		tier,
		misses: asked ? [{ tier: 'crystal', reason: 'no-crystal', detail: '' }] : [],
		latencyMs: Math.floor(random.next() * 2000),
		model: asked ? 'teacher' : '',
		calls: asked ? 1 : 0,
		promptTokens: asked ? 900 : 0,
		completionTokens: asked ? 80 : 0,
		usd: asked ? pick(random, [0.001, 0.0025, null]) : 0,
		simulated,
		made: asked ? [`template-${n}`] : [],
		used: asked ? [] : [`template-${1 + Math.floor(random.next() * n)}`],
		why: 'seen before',
		violation: false,
	};
	switch (pick(random, ['question', 'act', 'act', 'verdict', 'rested', 'spoken', 'state'])) {
		case 'act':
			return [
				question,
				{
					type: 'act',
					tick: n,
					frame: `f${n}`,
					of: n,
					act: { verb: 'click', args: { at: 'door' } },
					done: !wrong,
					reason: wrong ? 'rate: too many' : '',
					idle: random.next() < 0.2,
				},
			];
		case 'verdict':
			return [{ type: 'verdict', ask: 'perception', of: n, tier: 'crystal', by: 'truth', wrong, acted: wrong, detail: '' }];
		case 'rested':
			return [{ type: 'rested', ticks: Math.floor(random.next() * 15) }];
		case 'spoken':
			return [{ type: 'spoken', of: n, tier, event: 'quest', line: 'So it begins.' }];
		case 'state':
			return [
				{ type: 'state', crystal: `template-${n}`, kind: 'template', name: `t-${n}`, from: 'trial', to: 'shadow', why: 'found again' },
			];
		default:
			return [question];
	}
}

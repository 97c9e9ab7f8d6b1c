// Outcomes become what is known of a tier. Two sequential tests run beside each other, towards "good enough" and towards "to be
// skipped", each on two sorts of evidence: usable or not, right or wrong. They may be looked at after every outcome (Ville); when
// neither is decided after `EPOCH` observations they begin anew, so that old days do not outweigh new ones. A verdict in force is
// watched by a CUSUM; one that no longer fits is quarantined and everything is counted afresh.
import type { Scope, State, StateChange } from '../crystal.ts';
import { freshStat, unpaid } from '../crystal.ts';
import { type SequentialTest, testPassed, testStep } from '../ladder.ts';
import { label } from '../lifecycle.ts';
import { cascadeName, type Prediction, type Signs, TEST_ALPHA, turn } from './apply.ts';
import {
	askedOf,
	CASCADE_SCHEMA,
	type CascadeAsk,
	type CascadeCrystal,
	type CascadeData,
	type CascadeTier,
	type Channel,
	type Example,
	EXAMPLES_MAX,
	freshCascade,
	freshChannel,
	isVerifiable,
	LATENCIES_MAX,
} from './schema.ts';

/** Half of the evidence is gone after 69 more observations: models, prompts and games change faster than pixels. */
const DECAY = 0.99;
const EPOCH = 64;
/** "Good enough": right more often than six times in ten, the founding floor. Eight clean ones; a miss costs three and a half. */
export const GOOD: SequentialTest = { p0: 0.4, p1: 0.1, alpha: TEST_ALPHA };
/** "To be skipped": it succeeds less often than four times in ten, and rather never. Seven failures in a row; a success costs four
 *  and a half. The test is one of the claim "it fails", so a success is its miss. */
export const SKIP: SequentialTest = { p0: 0.4, p1: 0.05, alpha: TEST_ALPHA };
/** CUSUM of a verdict: rate of contradictions that is tolerated, rate that is to be found, height of the alarm. A good tier is
 *  quarantined after six failures in a row, a skipped one after two successes in a row. */
const AGAINST = {
	good: { tolerated: 0.25, broken: 0.55, height: 4.5 },
	skip: { tolerated: 0.05, broken: 0.4, height: 4 },
} as const;
const TRIAL_OUTCOMES = 4;
const ANEW_OUTCOMES = 5;
/** Of predictions made before a tier changed so many stay. */
const EXAMPLES_KEPT = 20;
const HISTORY_MAX = 20;
const CLAIM_CLEAN = 4;

/** What came of asking a tier. `first` and `again`: usable, at once or after one repair. */
export type Outcome = 'first' | 'again' | 'refused' | 'timed-out' | 'failed';
export interface Attempted {
	readonly outcome: Outcome;
	readonly ms: number;
	readonly calls: number;
	/** null: the price is not known. */
	readonly usd: number | null;
}
export type VerifiedBy = keyof CascadeData['verified'];
/** What was known of an answer before it was verified. */
export type Foretold = Prediction & Signs;

export function makeCascadeCrystal(made: {
	readonly id: string;
	readonly scope: Scope;
	readonly at: number;
	/** Ledger entry of its first outcome. */
	readonly entry: number;
	readonly ask: CascadeAsk;
	readonly key: string;
	readonly tier: CascadeTier;
	readonly simulated: boolean;
}): CascadeCrystal {
	const data = freshCascade(made.ask, made.key, made.tier, made.simulated);
	return {
		id: made.id,
		kind: 'cascade',
		scope: made.scope,
		name: cascadeName(data),
		schema: CASCADE_SCHEMA,
		createdAt: made.at,
		// It is a by-product of questions that were asked for their answers: it paid for nothing and justifies no call.
		provenance: unpaid({ at: made.at, ask: made.ask, entry: made.entry, tier: made.tier.name, model: made.tier.model }),
		state: 'trial',
		stat: freshStat(),
		history: [],
		data,
		blobs: {},
	};
}

/** Takes in what came of asking. @returns the change of state, when there is one */
export function attempted(crystal: CascadeCrystal, what: Attempted, at: number): StateChange | undefined {
	if (crystal.state === 'retired') return undefined;
	const { data } = crystal;
	const usable = what.outcome === 'first' || what.outcome === 'again';
	const { outcomes } = data;
	crystal.data = {
		...data,
		outcomes: {
			first: outcomes.first + (what.outcome === 'first' ? 1 : 0),
			again: outcomes.again + (what.outcome === 'again' ? 1 : 0),
			refused: outcomes.refused + (what.outcome === 'refused' ? 1 : 0),
			timedOut: outcomes.timedOut + (what.outcome === 'timed-out' ? 1 : 0),
			failed: outcomes.failed + (what.outcome === 'failed' ? 1 : 0),
		},
		// One that was given up on would have taken longer; nobody knows by how much.
		ms: [...data.ms, what.outcome === 'timed-out' ? 1.5 * what.ms : what.ms].slice(-LATENCIES_MAX),
		usd: data.usd + (what.usd ?? 0),
		calls: data.calls + what.calls,
		skips: usable && data.by === 'usable' ? 0 : data.skips,
	};
	return observe(crystal, 'usable', usable, `${what.outcome.replace('-', ' ')}`, at);
}

/** Takes in whether a usable answer was right. */
export function verified(crystal: CascadeCrystal, right: boolean, by: VerifiedBy, foretold: Foretold, at: number): StateChange | undefined {
	if (crystal.state === 'retired') return undefined;
	const { data } = crystal;
	const [good, bad] = data.verified[by];
	const chance = foretold.chance ?? foretold.base;
	crystal.data = {
		...data,
		skips: right && data.by === 'right' ? 0 : data.skips,
		verified: { ...data.verified, [by]: right ? [good + 1, bad] : [good, bad + 1] },
		examples:
			data.key === ''
				? [
						...data.examples.slice(1 - EXAMPLES_MAX),
						[foretold.base, foretold.confidence ?? null, turn(foretold.agrees), chance, right ? 1 : 0] satisfies Example,
					]
				: data.examples,
	};
	return observe(crystal, 'right', right, `${right ? 'right' : 'wrong'} by ${WHO[by]}`, at);
}
const WHO: Readonly<Record<VerifiedBy, string>> = { postcondition: 'its postcondition', truth: "the game's truth", tier: 'a better tier' };

/** A usable answer stood, or was doubted while another tier could be asked. */
export function weighed(crystal: CascadeCrystal, doubted: boolean): void {
	if (crystal.state === 'retired') return;
	const [stood, not] = crystal.data.weighed;
	crystal.data = {
		...crystal.data,
		weighed: [stood * WEIGHED_DECAY + (doubted ? 0 : 1), not * WEIGHED_DECAY + (doubted ? 1 : 0)],
		skips: doubted || crystal.data.verdict === 'skip' ? crystal.data.skips : 0,
	};
}
const WEIGHED_DECAY = 0.95;

/** It was passed over because of what is known of it. */
export function skipped(crystal: CascadeCrystal): void {
	crystal.data = { ...crystal.data, skips: crystal.data.skips + 1 };
}

function observe(crystal: CascadeCrystal, sort: 'usable' | 'right', good: boolean, because: string, at: number): StateChange | undefined {
	const { data } = crystal;
	crystal.data = { ...data, [sort]: stepChannel(data[sort], good, crystal.state === 'autonomous' ? data : undefined, sort) };
	// A usable answer that will be verified counts once, then.
	if (!(sort === 'usable' && good && isVerifiable(data.ask)))
		crystal.stat = { ...label(crystal.stat, !good, { episode: data.key, at }), alarm: 1 + crystal.data[sort].alarm };
	return advance(crystal, because, at);
}

function stepChannel(channel: Channel, good: boolean, inForce: Pick<CascadeData, 'verdict' | 'by'> | undefined, sort: string): Channel {
	const anew = channel.since >= EPOCH;
	const next: Channel = {
		k: channel.k * DECAY + (good ? 1 : 0),
		w: channel.w * DECAY + (good ? 0 : 1),
		since: anew ? 1 : channel.since + 1,
		good: testStep(anew ? 0 : channel.good, !good, GOOD),
		skip: testStep(anew ? 0 : channel.skip, good, SKIP),
		alarm: channel.alarm,
	};
	const against = inForce === undefined || inForce.verdict === 'open' ? undefined : AGAINST[inForce.verdict];
	// A tier that is skipped because its answers were wrong may well go on to give usable ones.
	if (against === undefined || (inForce?.verdict === 'skip' && inForce.by !== sort)) return next;
	const contradicts = inForce?.verdict === 'good' ? !good : good;
	const { tolerated, broken } = against;
	return {
		...next,
		alarm: Math.max(0, channel.alarm + (contradicts ? Math.log(broken / tolerated) : Math.log((1 - broken) / (1 - tolerated)))),
	};
}

/** What the tests have shown; undefined while they have shown nothing. */
function shown({ ask, usable, right }: CascadeData): Pick<CascadeData, 'verdict' | 'by'> | undefined {
	if (testPassed(usable.skip, SKIP)) return { verdict: 'skip', by: 'usable' };
	if (testPassed(right.skip, SKIP)) return { verdict: 'skip', by: 'right' };
	if (!testPassed(usable.good, GOOD)) return undefined;
	if (!isVerifiable(ask)) return { verdict: 'good', by: 'usable' };
	return testPassed(right.good, GOOD) ? { verdict: 'good', by: 'both' } : undefined;
}

function advance(crystal: CascadeCrystal, because: string, at: number): StateChange | undefined {
	const { data, state } = crystal;
	const to = (next: State, why: string, change: Partial<CascadeData> = {}): StateChange => {
		crystal.data = { ...crystal.data, ...change };
		const step = { at, from: state, to: next, why };
		crystal.state = next;
		crystal.history = [...crystal.history, step].slice(-HISTORY_MAX);
		return step;
	};
	const seen = data.usable.since;
	switch (state) {
		case 'trial':
			return seen >= TRIAL_OUTCOMES ? to('shadow', `${seen} outcomes: ${because}`) : undefined;
		case 'quarantined':
			return seen + data.right.since >= ANEW_OUTCOMES ? to('shadow', `watched anew: ${because}`) : undefined;
		case 'shadow': {
			const now = shown(data) ?? claimHolds(data);
			if (now === undefined) return undefined;
			const word = now.verdict === 'good' ? 'good enough' : 'to be skipped';
			const held = { usable: { ...data.usable, alarm: 0 }, right: { ...data.right, alarm: 0 } };
			return to('autonomous', `${word} after ${askedOf(data)} questions: ${because}`, { ...now, ...held, skips: 0 });
		}
		case 'autonomous': {
			const { height } = AGAINST[data.verdict === 'skip' ? 'skip' : 'good'];
			const alarm = Math.max(data.usable.alarm, data.right.alarm);
			if (alarm < height) return undefined;
			const word = data.verdict === 'good' ? 'no longer good enough' : 'no longer to be skipped';
			const { claimed: _, ...own } = crystal.data;
			crystal.data = own;
			crystal.stat = { ...freshStat(), used: crystal.stat.used, lastUsedAt: crystal.stat.lastUsedAt };
			return to('quarantined', `${word}: alarm ${alarm.toFixed(1)}: ${because}`, {
				usable: freshChannel(),
				right: freshChannel(),
				verdict: 'open',
				by: '',
				weighed: [0, 0],
				skips: 0,
				ms: data.ms.slice(-8),
				examples: data.examples.slice(-EXAMPLES_KEPT),
			});
		}
		case 'retired':
			return undefined;
	}
}

/** A pack's verdict is taken up when the first outcomes here agree with it without exception. */
function claimHolds({ ask, claimed, usable, right }: CascadeData): Pick<CascadeData, 'verdict' | 'by'> | undefined {
	if (claimed === undefined || claimed.verdict === 'open') return undefined;
	if (claimed.verdict === 'good') {
		if (usable.w > 0 || right.w > 0 || usable.since < CLAIM_CLEAN) return undefined;
		return isVerifiable(ask)
			? right.since >= CLAIM_CLEAN
				? { verdict: 'good', by: 'both' }
				: undefined
			: { verdict: 'good', by: 'usable' };
	}
	if (usable.since >= CLAIM_CLEAN && usable.k === 0) return { verdict: 'skip', by: 'usable' };
	return right.since >= CLAIM_CLEAN && right.k === 0 ? { verdict: 'skip', by: 'right' } : undefined;
}

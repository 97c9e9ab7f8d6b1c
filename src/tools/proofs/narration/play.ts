// The practice game played in no time at all, and told: its own truth as facts, the product's events, voice, seam and ledger, and a
// scripted writer of lines in the place of a model.
import { makeChatTier } from '../../../adapters/tiers/chat.ts';
import { makeCascade, type Tier, TierError } from '../../../core/cascade.ts';
import type { Crystal } from '../../../core/crystals/crystal.ts';
import { type Phrase, phraseText } from '../../../core/crystals/phrase/schema.ts';
import type { Pace } from '../../../core/crystals/phrase/surprise.ts';
import { evaluate, parseExpression } from '../../../core/facts/expression.ts';
import { type LedgerEntry, makeLedger, type QuestionEntry } from '../../../core/ledger.ts';
import { makeEvents } from '../../../core/loop/events.ts';
import { makeVoice } from '../../../core/loop/voice.ts';
import type { Random } from '../../../core/ports.ts';
import type { Profile } from '../../../core/profile.ts';
import type { Facts, FactValue, NarrationEvent } from '../../../core/question.ts';
import { INSTRUCTIONS } from '../../../core/wire.ts';
import { momentsOf } from '../../../practice/playthrough.ts';
import { answerChat, TEACHER_MODEL } from '../../../practice/teacher.ts';
import type { Truth } from '../../../practice/truth.ts';
import type { GameEvent } from '../../../practice/world.ts';

/** One event of the session, and what was said of it. */
export interface Told {
	/** Game ms. */
	readonly at: number;
	readonly event: NarrationEvent;
	readonly by: 'template' | 'model' | 'silence';
	/** Empty for silence. */
	readonly line: string;
	/** The template's own text; empty for others. */
	readonly form: string;
	readonly why: string;
	/** What was so in the game. */
	readonly truth: Truth;
	readonly happened: readonly GameEvent[];
}
export interface Session {
	readonly told: readonly Told[];
	readonly phrases: readonly Phrase[];
	readonly entries: readonly LedgerEntry[];
	readonly pace: Pace;
}

export interface SessionOptions {
	readonly profile: Profile;
	readonly seed: number;
	readonly ms: number;
	readonly random: Random;
	readonly linesPerHour: number;
	/** The scripted writer unless given. */
	readonly tier?: Tier;
}

/** The practice teacher on its own wire, at once. */
function scriptedTier(): Tier {
	return makeChatTier({
		id: 'practice',
		name: 'local',
		label: TEACHER_MODEL,
		asks: new Set(['narration']),
		budgetMs: 5000,
		simulated: true,
		price: null,
		boxFormat: 'pixels',
		modelName: TEACHER_MODEL,
		post: async (body) => {
			const reply = answerChat(body);
			if (reply.status !== 200) throw new TierError('tier-failed', `The teacher answered ${reply.status}.`);
			return reply.body;
		},
	});
}

export async function playNarrated({ profile, seed, ms, random, linesPerHour, tier = scriptedTier() }: SessionOptions): Promise<Session> {
	let now = 0;
	const clock = { now: () => 1_700_000_000_000 + now, monotonic: () => now };
	const crystals = new Map<string, Crystal>();
	const ledger = makeLedger({ session: `practice ${seed}`, next: 1, now: clock.now, persist: () => {} });
	let made = 0;
	const voice = makeVoice({
		scope: { game: profile.id, gameVersion: '1', language: 'en', layout: 'any' },
		profile,
		crystals,
		clock,
		random,
		newId: (kind) => `${kind}-${made++}`,
		save: (c) => void crystals.set(c.id, c),
		changed: () => {},
		linesPerHour: () => linesPerHour,
	});
	const cascade = makeCascade({ ledger, clock, tiers: () => [tier], instructions: INSTRUCTIONS });
	const events = makeEvents(profile, conditionsOf(profile));
	const cancel = new AbortController().signal;
	const told: Told[] = [];
	for (const { question, truth, happened, at } of momentsOf(seed, ms)) {
		now = at;
		for (const event of events.find({ screen: truth.screen, facts: { ...question.facts, screen: truth.screen } })) {
			const attempt = voice.attempt(event, { screen: truth.screen, used: [], failed: false, asking: false });
			const base = { at, event, truth, happened };
			if (attempt.outcome === 'silence') {
				ledger.append({ type: 'silent', tick: question.tick, event: event.type, why: attempt.why });
				told.push({ ...base, by: 'silence', line: '', form: '', why: attempt.why });
				continue;
			}
			const settling = cascade.settle<'narration'>(
				{
					question: voice.question(event, { ...question.frame, at }, question.tick),
					kind: event.type,
					check: () => attempt,
					crystallise: (answer, receipt) => voice.crystallise(event, answer, receipt),
					verify: (answer) => voice.verify(answer, event),
					tick: question.tick,
				},
				cancel,
			);
			const settled = await settling.settled;
			if (settled === undefined) {
				told.push({ ...base, by: 'silence', line: '', form: '', why: 'the model gave no line' });
				continue;
			}
			const { entry } = settled;
			voice.spoken(event, settled.answer.line, entry.used);
			ledger.append({ type: 'spoken', of: entry.n, tier: settled.tier, event: event.type, line: settled.answer.line });
			const phrase = crystals.get(entry.used[0] ?? '') as Phrase | undefined;
			told.push({
				...base,
				by: settled.tier === 'crystal' ? 'template' : 'model',
				line: settled.answer.line,
				form: phrase === undefined ? '' : `${event.type}: ${phraseText(phrase.data)}`,
				why: reasonOf(entry),
			});
		}
	}
	return { told, phrases: [...crystals.values()] as Phrase[], entries: ledger.entries(), pace: voice.pace() };
}

function reasonOf({ misses, why }: QuestionEntry): string {
	return misses.length > 0 ? misses.map((m) => `${m.reason}: ${m.detail}`).join('; ') : why;
}

/** The profile's conditions for events, as the mind evaluates them. */
function conditionsOf(profile: Profile) {
	const conditions = new Map(
		Object.entries(profile.narration?.on ?? {}).flatMap(([event, text]) => {
			const parsed = parseExpression(text);
			return parsed.ok ? [[event, parsed.expr] as const] : [];
		}),
	);
	return (event: string, { facts }: { readonly facts: Facts }): boolean | undefined => {
		const expr = conditions.get(event);
		if (expr === undefined) return undefined;
		const value = evaluate(expr, {
			facts: new Map<string, FactValue>(Object.entries(facts)),
			instances: new Map(),
			history: { valueAt: () => undefined, changedAt: () => undefined },
			now: 0,
		});
		return typeof value === 'boolean' ? value : undefined;
	};
}

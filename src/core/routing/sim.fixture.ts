// A small world for the router: kinds of question, models that are right by a chance, and a seed for everything.
import type { ModelHandle, Tier } from '../cascade.ts';
import type { Crystal, StateChange } from '../crystals/crystal.ts';
import { scopeOf } from '../crystals/crystal.fixture.ts';
import type { MissReason } from '../ledger.ts';
import { handClock, tierOf } from '../loop/desk.fixture.ts';
import { type DecisionAnswer, type LiveAsk, plainAnswer } from '../question.ts';
import { seeded } from '../random.fixture.ts';
import { type Dial, OPEN_DIAL } from './dial.ts';
import { makeRouter, type RouterMemory } from './router.ts';

export interface Skill {
	readonly usable: number;
	readonly right: number;
	readonly ms: number;
}
export interface SimTier {
	readonly name: Tier['name'];
	readonly model: string;
	readonly skill: (key: string, question: number) => Skill;
	/** How well its stated confidence tells right from wrong: 0 not at all, 1 perfectly. */
	readonly candour?: number;
}
export interface SimOptions {
	readonly seed: number;
	readonly tiers: readonly SimTier[];
	readonly keys?: readonly string[];
	readonly ask?: LiveAsk;
	readonly dial?: () => Dial;
	/** Share of the answers that are verified later. */
	readonly verified?: number;
	readonly crystals?: Map<string, Crystal>;
	readonly memory?: RouterMemory;
}
export interface SimQuestion {
	readonly key: string;
	/** Tiers that were asked, by model. */
	readonly asked: readonly string[];
	readonly by: string | undefined;
	readonly right: boolean;
	readonly misses: readonly MissReason[];
}

export function simTier({ name, model }: Pick<SimTier, 'name' | 'model'>): Tier {
	return tierOf(Object.freeze({}) as ModelHandle, { id: model, label: model, modelName: model, name, budgetMs: 20_000 });
}

export function makeSim(o: SimOptions) {
	const random = seeded(o.seed);
	const clock = handClock();
	const crystals = o.crystals ?? new Map<string, Crystal>();
	const changes: { readonly name: string; readonly change: StateChange; readonly question: number }[] = [];
	let made = 0;
	let asked = 0;
	const router = makeRouter({
		crystals,
		scope: scopeOf(),
		clock,
		random,
		newId: (kind) => `${kind}-${made++}`,
		save: (crystal) => void crystals.set(crystal.id, crystal),
		changed: (crystal, change) => void changes.push({ name: crystal.name, change, question: asked }),
		dial: o.dial ?? (() => OPEN_DIAL),
		entry: () => asked,
		...(o.memory === undefined ? {} : { memory: o.memory }),
	});
	const keys = o.keys ?? ['play'];
	const tiers = o.tiers.map((sim) => ({ sim, tier: simTier(sim) }));

	function ask(): SimQuestion {
		const n = ++asked;
		// Half a minute between two questions that no crystal answers.
		clock.at += 30_000;
		const key = keys[Math.floor(random.next() * keys.length)] as string;
		const walk = router.walk(
			{ ask: o.ask ?? 'decision', key } as { ask: 'decision'; key: string },
			tiers.map((t) => t.tier),
			clock.at,
		);
		const log = { asked: [] as string[], misses: [] as MissReason[] };
		for (let turn = walk.next(); turn !== undefined; turn = walk.next()) {
			if ('miss' in turn) {
				log.misses.push(turn.miss.reason);
				continue;
			}
			const { tier, withinMs } = turn;
			const sim = (tiers.find((t) => t.tier === tier) as (typeof tiers)[number]).sim;
			const skill = sim.skill(key, n);
			const ms = skill.ms * (0.7 + 0.6 * random.next());
			const usable = random.next() < skill.usable;
			log.asked.push(sim.model);
			clock.at += Math.min(ms, withinMs);
			if (ms > withinMs) {
				walk.tried({ outcome: 'timed-out', ms: withinMs, calls: 1, usd: 0 });
				continue;
			}
			walk.tried({ outcome: usable ? 'first' : 'refused', ms, calls: usable ? 1 : 2, usd: 0 });
			if (!usable) continue;
			const right = random.next() < skill.right;
			const candour = sim.candour ?? 0;
			const confidence = candour * (right ? 0.9 : 0.2) + (1 - candour) * random.next();
			const doubt = walk.weigh(answerOf(right, n, confidence), sim.model, { confidence });
			if (doubt !== undefined) log.misses.push(doubt.reason);
		}
		const best = walk.best();
		const right = best?.answer.act.verb === 'right';
		walk.over(n);
		if (best !== undefined && random.next() < (o.verified ?? 1)) router.verified(n, right, 'postcondition');
		return { key, ...log, by: best?.model, right };
	}
	return {
		router,
		crystals,
		changes,
		clock,
		ask,
		run: (questions: number): SimQuestion[] => Array.from({ length: questions }, ask),
	};
}

/** Right answers are all alike, wrong ones each in their own way. */
function answerOf(right: boolean, n: number, confidence: number): DecisionAnswer {
	const act = right ? { verb: 'right', args: {} } : { verb: 'wrong', args: { n } };
	return plainAnswer(act, { confidence });
}

export const share = (questions: readonly SimQuestion[], of: (q: SimQuestion) => boolean): number =>
	questions.filter(of).length / questions.length;

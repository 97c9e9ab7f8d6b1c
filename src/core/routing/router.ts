// Remembers what came of every question that was asked of a model, and routes the next one by it. What it learns is crystals of
// kind `cascade`; what it counts for the dial is a small memory beside them. The seam (cascade.ts) walks the route it gives.
import type { Tier } from '../cascade.ts';
import { calibrationError, type Known, predict, verdictOf } from '../crystals/cascade/apply.ts';
import { attempted, type Foretold, makeCascadeCrystal, skipped, verified, weighed } from '../crystals/cascade/crystallise.ts';
import type { CascadeCrystal, CascadeTier } from '../crystals/cascade/schema.ts';
import type { Crystal, Scope, StateChange } from '../crystals/crystal.ts';
import { used } from '../crystals/lifecycle.ts';
import type { MissReason } from '../ledger.ts';
import type { Clock, Random } from '../ports.ts';
import type { Answers, LiveAsk } from '../question.ts';
import { BURST, type Dial, DIAL_ASKS, makeMeter, type Meter, shareOf, shareText } from './dial.ts';
import { LEAST_MS, PATIENCE_MS, type QuestionKind, route, type Step, withinOf } from './route.ts';
import { sameAnswer } from './same.ts';
import type { Routing, Turn, Walk } from './walk.ts';

/** An answer that is less likely right is doubted while another tier can be asked: by tiers not shown good, and by those that are. */
const ENOUGH = 0.8;
const ENOUGH_GOOD = 0.6;
/** Skipped tiers are given at most so many chances an hour, as crystals are audits. */
const CHANCES_PER_HOUR = 8;
/** Answers that may still be verified. */
const AWAITED = 200;

export interface Router extends Routing {
	/** What is known, for showing: the order in which the tiers of an ask would be asked now. */
	steps(kind: QuestionKind, tiers: readonly Tier[]): readonly Step[];
	meter(ask: LiveAsk): Pick<Meter, 'shares' | 'threshold'>;
	/** Calibration of what was foretold about the answers of all tiers: verified answers, and the error where it can be told. */
	calibration(ask: LiveAsk): { readonly n: number; readonly error: number | undefined };
	crystals(): readonly CascadeCrystal[];
	memory(): RouterMemory;
}
/** What outlives a session besides the crystals. JSON. */
export interface RouterMemory {
	readonly meters: Readonly<Partial<Record<LiveAsk, unknown>>>;
	readonly chances: readonly number[];
}

export interface RouterOptions {
	readonly crystals: ReadonlyMap<string, Crystal>;
	readonly scope: Scope;
	readonly clock: Clock;
	readonly random: Random;
	readonly newId: (kind: string) => string;
	readonly save: (crystal: Crystal) => void;
	readonly changed: (crystal: Crystal, change: StateChange) => void;
	readonly dial: () => Dial;
	/** Sequence number of the ledger entry that is being made. */
	readonly entry: () => number;
	readonly memory?: RouterMemory;
}

/** Under which name a tier's model is learnt about. */
export function tierKey(tier: Tier): CascadeTier {
	return { name: tier.name, model: (tier.modelName ?? tier.id).slice(0, 200) };
}

interface Awaited extends Foretold {
	readonly own: string;
	readonly whole: string;
}

export function makeRouter(o: RouterOptions): Router {
	const { clock, random } = o;
	const meters = Object.fromEntries(DIAL_ASKS.map((ask) => [ask, makeMeter(o.memory?.meters[ask])])) as Record<LiveAsk, Meter>;
	/** When skipped tiers got a chance, ms since 1970. */
	let chances = [...(o.memory?.chances ?? [])];
	const awaited = new Map<number, Awaited>();

	const all = (): CascadeCrystal[] => [...o.crystals.values()].filter((c): c is CascadeCrystal => c.kind === 'cascade');
	function find(ask: LiveAsk, key: string, tier: CascadeTier): CascadeCrystal | undefined {
		return all().find(({ data }) => data.ask === ask && data.key === key && data.tier.name === tier.name && data.tier.model === tier.model);
	}
	function knownOf({ ask, key }: QuestionKind, tier: Tier): Known {
		const of = tierKey(tier);
		const own = key === '' ? undefined : find(ask, key, of);
		const whole = find(ask, '', of);
		return { ...(own === undefined ? {} : { own }), ...(whole === undefined ? {} : { whole }) };
	}
	/** The crystals that an outcome goes into; kinds get one of their own once there is a choice between tiers. */
	function ensure({ ask, key }: QuestionKind, tier: Tier, choice: boolean): Known {
		const made = (name: string) => {
			const crystal = makeCascadeCrystal({
				id: o.newId('cascade'),
				scope: o.scope,
				at: clock.now(),
				entry: o.entry(),
				ask,
				key: name,
				tier: tierKey(tier),
				simulated: tier.simulated,
			});
			o.save(crystal);
			return crystal;
		};
		const known = knownOf({ ask, key }, tier);
		const whole = known.whole ?? made('');
		if (key === '' || (known.own === undefined && !choice)) return { whole };
		return { own: known.own ?? made(key), whole };
	}
	function learn(crystals: readonly (CascadeCrystal | undefined)[], step: (crystal: CascadeCrystal) => StateChange | undefined): void {
		for (const crystal of crystals) {
			if (crystal === undefined) continue;
			const change = step(crystal);
			o.save(crystal);
			if (change !== undefined) o.changed(crystal, change);
		}
	}
	function steps(kind: QuestionKind, tiers: readonly Tier[], options: Parameters<typeof route>[1]): readonly Step[] {
		return route(
			tiers.map((tier) => ({ tier, known: knownOf(kind, tier) })),
			options,
		);
	}

	return {
		walk<A extends LiveAsk>(asked: QuestionKind & { readonly ask: A }, tiers: readonly Tier[], begunMs: number): Walk<A> {
			const { ask } = asked;
			const kind: QuestionKind = { ask, key: asked.key.slice(0, 120) };
			const meter = meters[ask];
			const share = shareOf(o.dial(), ask);
			meter.question(share);
			chances = chances.filter((at) => clock.now() - at < 3_600_000);
			const plan = [
				...steps(kind, tiers, {
					cloud: meter.may(share),
					rationed: share !== null,
					mayTry: chances.length < CHANCES_PER_HOUR,
					throws: tiers.map(() => random.next()),
				}),
			];
			const choice = tiers.length > 1;
			const passed: Step[] = [];
			const answers: { step: Step; answer: Answers[A]; model: string; foretold: Foretold; known: Known }[] = [];
			const reached = { device: false, local: false, cloud: false };
			let cheaper = false;
			let current: Step | undefined;
			let stands = false;
			let alone = true;

			const left = (): number => PATIENCE_MS[ask] - (clock.monotonic() - begunMs);
			const later = (): readonly Step[] => plan.filter((s) => s.act === 'ask' && (s.tier.name !== 'cloud' || meter.may(share)));
			const miss = (tier: Tier, reason: MissReason, detail: string): Turn => ({ miss: { tier: tier.name, reason, detail } });

			return {
				next() {
					if (stands) return undefined;
					current = undefined;
					// Passed over in favour of somebody who could not answer after all.
					if (plan.length === 0 && answers.length === 0 && passed.length > 0) {
						plan.push(...passed.splice(0).map((s) => ({ ...s, act: 'ask' as const })));
						alone = true;
					}
					const step = plan.shift();
					if (step === undefined) return undefined;
					const { tier } = step;
					if (tier.name !== 'cloud') cheaper = true;
					if (step.act === 'skip') {
						passed.push(step);
						if (step.by !== undefined) {
							skipped(step.by);
							step.by.stat = used(step.by.stat, clock.now());
							o.save(step.by);
						}
						return miss(tier, 'skipped', `${tier.label}: ${step.why}`);
					}
					if (left() < LEAST_MS && !alone)
						return miss(tier, 'timed-out', `${tier.label} was not asked: the ${PATIENCE_MS[ask] / 1000} s that a ${ask} may take are over`);
					if (tier.name === 'cloud' && !meter.may(share)) return miss(tier, 'dial-reached', `${tier.label}: ${dialText(share, meter)}`);
					if (tier.name === 'cloud') meter.spend(share);
					if (step.again) chances.push(clock.now());
					current = step;
					const rest = later();
					const withinMs = withinOf(step, alone && rest.length === 0 ? Infinity : Math.max(LEAST_MS, left()), rest);
					return { tier, withinMs };
				},
				tried(what) {
					if (current === undefined) return;
					const { tier } = current;
					if (what === undefined) {
						// It never left: neither the model nor the share has anything to do with it.
						if (tier.name === 'cloud') meter.refund(share);
						return;
					}
					alone = false;
					reached[tier.name] = true;
					const known = ensure(kind, tier, choice);
					learn([known.own, known.whole], (crystal) => attempted(crystal, what, clock.now()));
				},
				weigh(answer, model, signs) {
					if (current === undefined) return undefined;
					const { tier } = current;
					const known = knownOf(kind, tier);
					const foretold = { ...predict(known, signs), ...signs };
					for (const doubted of answers) compare(doubted, answer, known);
					answers.push({ step: current, answer, model, foretold, known });
					const no = doubtOf(foretold, known);
					stands = no === undefined;
					if (foretold.chance !== undefined && later().length > 0)
						for (const crystal of [known.own, known.whole]) if (crystal !== undefined) weighed(crystal, !stands);
					if (no === undefined) return undefined;
					return { tier: tier.name, reason: 'doubted', detail: `${tier.label}: ${no}` };
				},
				best() {
					const given = chosen();
					return given === undefined
						? undefined
						: { tier: given.step.tier, model: given.model, answer: given.answer, chance: given.foretold.chance };
				},
				over(entry) {
					const given = chosen();
					if (given !== undefined) {
						const known = ensure(kind, given.step.tier, choice);
						awaited.set(entry, { ...given.foretold, own: known.own?.id ?? '', whole: known.whole?.id ?? '' });
						for (const old of awaited.keys()) {
							if (awaited.size <= AWAITED) break;
							awaited.delete(old);
						}
						for (const crystal of [known.own, known.whole]) if (crystal !== undefined) crystal.stat = used(crystal.stat, clock.now());
					}
					const before = answers.filter((a) => a.step.tier.name !== 'cloud');
					// What could not be answered for less is as unsure as can be; an answer that nothing is known of says nothing.
					const chance = before.length === 0 ? (cheaper ? 0 : undefined) : before.at(-1)?.foretold.chance;
					meter.done(reached, chance);
				},
			};

			/** One that stands was asked for because those before were doubted; else the likeliest, of like ones the last. */
			function chosen(): (typeof answers)[number] | undefined {
				if (stands) return answers.at(-1);
				return answers.toSorted((a, b) => chanceIn(b) - chanceIn(a) || answers.indexOf(b) - answers.indexOf(a))[0];
			}

			/** Why an answer should not stand while another may be asked; undefined when it should. */
			function doubtOf({ chance }: Foretold, known: Known): string | undefined {
				if (chance === undefined) return undefined;
				const rest = later();
				if (rest.length === 0) return undefined;
				const enough = verdictOf(known).is === 'good' ? ENOUGH_GOOD : ENOUGH;
				if (chance >= enough) return undefined;
				const said = `its answer is right with a chance of ${chance.toFixed(2)}`;
				if (rest.some(({ tier }) => tier.name !== 'cloud')) return `${said}, below ${enough}`;
				const threshold = Math.min(enough, meter.threshold(share));
				// What the share allows is not left unused; else the least sure go, and of those just at the threshold only as many as leave
				// something for a question that nobody else can answer.
				const spare = chance > threshold ? BURST - 1 : chance === threshold ? 1 : 0;
				if (!meter.may(share, spare)) return undefined;
				return `${said}, below ${enough}${share === null ? '' : ` and among the least sure (the cloud: ${shareText(share)})`}`;
			}

			/** What a better tier says of a doubted answer is a label, where it is the better one. */
			function compare(doubted: (typeof answers)[number], answer: Answers[A], better: Known): void {
				const same = sameAnswer(ask, doubted.answer, answer);
				if (same === undefined) return;
				const [a, b] = [predict(doubted.known, {}).chance, predict(better, {}).chance];
				if (a !== undefined && b !== undefined && b < a) return;
				learn([doubted.known.own, doubted.known.whole], (crystal) => verified(crystal, same, 'tier', doubted.foretold, clock.now()));
			}
			function chanceIn({ foretold }: (typeof answers)[number]): number {
				return foretold.chance ?? foretold.base;
			}
		},
		verified(entry, right, by) {
			const known = awaited.get(entry);
			if (known === undefined) return;
			// One label an answer: a situation that is acted on again and again is not a new answer.
			awaited.delete(entry);
			const crystals = [known.own, known.whole].map((id) => {
				const crystal = o.crystals.get(id);
				return crystal?.kind === 'cascade' ? (crystal as CascadeCrystal) : undefined;
			});
			learn(crystals, (crystal) => verified(crystal, right, by, known, clock.now()));
		},
		steps(kind, tiers) {
			const share = shareOf(o.dial(), kind.ask);
			return steps(kind, tiers, { cloud: meters[kind.ask].may(share), rationed: share !== null, mayTry: false, throws: [] });
		},
		meter: (ask) => meters[ask],
		calibration(ask) {
			const examples = all().flatMap(({ data }) => (data.ask === ask && data.key === '' ? data.examples : []));
			return { n: examples.length, error: calibrationError(examples) };
		},
		crystals: all,
		memory: () => ({
			meters: Object.fromEntries(DIAL_ASKS.map((ask) => [ask, meters[ask].memory()])),
			chances,
		}),
	};
}

function dialText(share: number | null, meter: Meter): string {
	const { questions, cloud } = meter.shares;
	return share === 0
		? 'the dial says never'
		: `the dial says ${shareText(share)}; ${cloud} of the last ${questions} questions reached the cloud`;
}

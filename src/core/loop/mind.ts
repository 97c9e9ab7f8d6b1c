// What stands between a screen and the decision learner (core/reasoning): a situation becomes facts, an act becomes input. What is
// not known is not guessed.
import type { Attempt } from '../cascade.ts';
import type { Residue } from '../crystals/crystal.ts';
import { answerFromProse } from '../crystals/rule/chain.ts';
import { makeRuleCheck, type RuleCheck } from '../crystals/rule/check.ts';
import type { Rule } from '../crystals/rule/schema.ts';
import type { Skill } from '../crystals/skill/schema.ts';
import type { TemplateCrystal } from '../crystals/template/schema.ts';
import { checkExpression, evaluate, type Expr, parseExpression } from '../facts/expression.ts';
import { fires, watchEffects } from '../facts/literal.ts';
import { actFault, resolveAct, type ResolveScene } from '../facts/resolve.ts';
import { makeFactTable } from '../facts/snapshot.ts';
import type { Box } from '../geometry.ts';
import type { Random } from '../ports.ts';
import type { Profile } from '../profile.ts';
import { type Act, plainAnswer, type DecisionAnswer, type Facts, type FactValue, questionHead } from '../question.ts';
import { type Case, makeCases } from '../reasoning/cases.ts';
import { type Decision, makeReasoner, type Point, type Reasoner, type ReasonerMemory } from '../reasoning/reasoner.ts';
import type { Tuning } from '../reasoning/tuning.ts';
import { type Desk, provenanceOf } from './desk.ts';
import { type Folk, makeFolk } from './folk.ts';
import { type Aim, mayCommit, type Witness } from './evidence.ts';
import type { Mind } from './loop.ts';
import { makePlanner, type Planner, type PlanMemory } from './planner.ts';
import { nearestSights, type Situation } from './situation.ts';
import { makeSkills, type SkillHit, type Skills, type SkillsMemory, type SkillsOptions } from './skills.ts';

export interface MindOptions extends Desk {
	readonly random: Random;
	/** From the session before, in this scope. */
	readonly memory?: MindMemory;
	readonly encoder?: SkillsOptions['encoder'];
	/** Of the decision learner, what differs from the values of play: for the tuner. */
	readonly tuning?: Partial<Tuning>;
}
/** What outlives a session besides the crystals. JSON. `skills`, `plan` and `cases` are absent in stores of before. */
export type MindMemory = ReasonerMemory & {
	readonly skills?: SkillsMemory;
	readonly plan?: PlanMemory;
	readonly cases?: readonly Case[];
};

/** The decision learner as a person looks into it. */
export interface MindInside extends Pick<Reasoner, 'rules' | 'nearest' | 'requests' | 'promise' | 'teacher'> {
	/** All that was known at the newest look; the same object until the next one. */
	readonly facts: Facts;
	/** What a rule written by hand may speak of. */
	readonly check: RuleCheck;
}

export function makeMind(
	o: MindOptions,
): Mind & MindInside & { readonly skills: Skills; readonly planner: Planner; readonly folk: Folk; memory(): MindMemory } {
	const { profile, crystals, clock } = o;
	const table = makeFactTable(profile);
	table.define({ id: 'screen', kind: 'enum', open: true });
	table.define({ id: 'last.verb', kind: 'enum', open: true });
	table.define({ id: 'last.at', kind: 'enum', open: true });
	const { memory, encoder, tuning, ...desk } = o;
	const folk = makeFolk({ ...desk, table });
	// A profile may have facts of these names, which are then its own.
	for (const id of ['place', 'nav.state', 'travel.to']) if (table.get(id) === undefined) table.define({ id, kind: 'enum', open: true });
	if (table.get('route.known') === undefined) table.define({ id: 'route.known', kind: 'boolean' });
	const reasoner = makeReasoner({
		table,
		actions: profile.actions,
		rules: [...crystals.values()].filter((c): c is Rule => c.kind === 'rule'),
		random: o.random,
		clock,
		scope: o.scope,
		newId: o.newId,
		save: o.save,
		changed: o.changed,
		grave: folk.attacksPeaceful,
		...(memory === undefined ? {} : { memory }),
		...(tuning === undefined ? {} : { tuning }),
	});
	const skills = makeSkills({
		...desk,
		table,
		grave: folk.attacksPeaceful,
		...(encoder === undefined ? {} : { encoder }),
		...(memory?.skills === undefined ? {} : { memory: memory.skills }),
	});
	const planner = makePlanner({ ...desk, table, rules: reasoner.rules, ...(memory?.plan === undefined ? {} : { memory: memory.plan }) });
	const cases = makeCases({ table, clock, random: o.random, ...(memory?.cases === undefined ? {} : { memory: memory.cases }) });
	const irreversible = new Set(profile.actions.filter((a) => a.irreversible).map((a) => a.verb));
	/** What cannot be undone, and has no element in the picture to be sure of. */
	const isBlind = ({ verb, args }: Act): boolean => irreversible.has(verb) && typeof args['at'] !== 'string';
	/** What an act is for, in words: what the plan pursues, else what the profile says. */
	const aim = (): string => planner.goal ?? profile.goal;
	// A profile may have a fact of this name, which is then its own.
	const tellsGoal = table.get('goal') === undefined;
	if (tellsGoal) table.define({ id: 'goal', kind: 'enum', open: true });
	/** Of the newest point. */
	let decision: Decision | undefined;
	/** What a skill would begin here, where no rule decides. */
	let begun: SkillHit | undefined;
	/** Why the newest answer is to be had once more. */
	let doubted: string | undefined;
	/** A skill failed: what to do now is asked, not tried again. */
	let failed: string | undefined;
	const conditions = new Map<string, Expr>();
	for (const [event, text] of Object.entries({ ...profile.narration?.on, ...profile.harms })) {
		const parsed = parseExpression(text);
		if (parsed.ok) conditions.set(event, parsed.expr);
	}
	let lastScreen = '';
	let newest: Facts = {};

	function elementsOn(screen: string): string[] {
		const names = new Set<string>();
		for (const c of crystals.values()) {
			if (c.kind !== 'template' || c.state === 'retired' || c.state === 'quarantined') continue;
			const { element, screens } = (c as TemplateCrystal).data;
			if ((screens[screen]?.seen ?? 0) > 0) names.add(element);
		}
		return [...names];
	}

	/** Where the same lesson counts anew: another visit of the screen, or another value of a worded fact. */
	function episode(situation: Situation): string {
		const worded = profile.facts.filter((f) => f.type === 'enum').map((f) => String(situation.facts[f.name] ?? ''));
		return [situation.visit, ...worded].join('|');
	}

	function pointOf(facts: Facts, situation: Situation): Point {
		return {
			facts,
			episode: episode(situation),
			place: `${situation.screen}|${String(facts['last.verb'])}:${String(facts['last.at'])}|${JSON.stringify(situation.facts)}`,
			elements: new Set([...elementsOn(situation.screen), ...situation.sights.map((s) => s.name)]),
		};
	}

	/** The best box of each element in sight; of several the one nearest to the middle of the frame. */
	function sceneOf(situation: Situation, facts: Facts): ResolveScene {
		const elements = new Map([...nearestSights(situation)].map(([name, { box }]) => [name, box]));
		return { elements, facts, frame: situation.frame, ...(o.fixed === undefined ? {} : { fixed: o.fixed }) };
	}

	function possibleIn(situation: Situation, facts: Facts): (act: Act) => boolean {
		const scene = sceneOf(situation, facts);
		return (act) => resolveAct(act, profile, scene).ok;
	}

	/** Where no rule decides, a skill may; where rules contradict each other, one that begins as a trusted one of them would. */
	function bySkill(rule: Extract<Decision, { outcome: 'miss' }>, facts: Facts, possible: (act: Act) => boolean): Attempt<DecisionAnswer> {
		if (failed !== undefined) return { outcome: 'miss', reason: 'act-failed', detail: failed };
		const miss = { outcome: 'miss', reason: rule.reason, detail: rule.detail } as const;
		const sides = (act: Act): boolean => reasoner.agreeing(act, facts).some((id) => reasoner.rules.get(id)?.state === 'autonomous');
		const found = skills.decide(facts, rule.reason === 'conflict' ? (act) => possible(act) && sides(act) : possible);
		if (!('run' in found)) return found.reason === 'no-crystal' ? miss : { ...miss, detail: `${rule.detail}; skills: ${found.detail}` };
		begun = found;
		const { run, act, expects, p, why } = found;
		const { when, unless, until } = run.skill.data;
		const answer = plainAnswer(act, { because: when, unless, expects: [...expects], until, confidence: p });
		return { outcome: 'hit', used: [run.skill.id], why, answer };
	}

	/** Where neither a rule nor a skill decides, the nearest labelled case may, but for what cannot be undone. */
	function byCase(
		missed: Extract<Attempt<DecisionAnswer>, { outcome: 'miss' }>,
		facts: Facts,
		possible: (act: Act) => boolean,
	): Attempt<DecisionAnswer> {
		if (missed.reason === 'conflict' || missed.reason === 'act-failed') return missed;
		const found = cases.decide(facts, (act) => !irreversible.has(act.verb) && !folk.attacksPeaceful(act) && possible(act));
		if (found.outcome === 'hit')
			return { outcome: 'hit', used: [], why: found.why, answer: plainAnswer(found.act, { confidence: found.score }) };
		if (found.reason === 'audit') return found;
		return found.reason === 'no-crystal' ? missed : { ...missed, detail: `${missed.detail}; ${found.detail}` };
	}

	/** @param by  what wants it: a crystal, or the model's answer of this entry */
	function commits(act: Act, facts: Facts, by: 'crystal' | number): Aim {
		if (!isBlind(act)) return { ok: true, note: '' };
		const speaking = reasoner.agreeing(act, facts).flatMap((id) => reasoner.rules.get(id) ?? []);
		const witnesses = new Set<Witness>([by === 'crystal' ? 'rule' : 'model']);
		if (speaking.some((rule) => rule.state === 'autonomous')) witnesses.add('rule');
		if (speaking.some((rule) => rule.data.origin === 'hand' || rule.history.some(({ why }) => why === 'approved by hand')))
			witnesses.add('person');
		if (cases.seconds(act, facts, by === 'crystal' ? undefined : by) !== undefined) witnesses.add('case');
		return mayCommit(act.verb, witnesses);
	}

	/** A hit that lacks the second witness it needs is a miss: a model is asked, and becomes the second. */
	function seconded(attempt: Attempt<DecisionAnswer>, facts: Facts): Attempt<DecisionAnswer> {
		const aim = attempt.outcome === 'hit' ? commits(attempt.answer.act, facts, 'crystal') : undefined;
		return aim === undefined || aim.ok ? attempt : { outcome: 'miss', reason: aim.reason, detail: aim.why };
	}

	return {
		commits,
		observe(situation, last) {
			const at = clock.monotonic();
			if (situation.screen !== lastScreen) {
				// What another screen showed says nothing of this one.
				for (const fact of table.all) if (fact.from === undefined) table.forget(fact.id);
				lastScreen = situation.screen;
			}
			table.observe('screen', situation.screen, at);
			table.observe('last.verb', last.verb, at);
			table.observe('last.at', last.at, at);
			for (const [name, value] of Object.entries(situation.facts)) table.observe(name, value, at);
			for (const id of ['place', 'travel.to', 'route.known']) if (situation.facts[id] === undefined) table.forget(id);
			const seen = new Map<string, Box[]>();
			for (const name of elementsOn(situation.screen)) seen.set(name, []);
			for (const sight of situation.sights) seen.set(sight.name, [...(seen.get(sight.name) ?? []), sight.box]);
			table.see(seen, at);
			// What nobody looked for this time is not known, however lately it was there.
			for (const { id } of table.all) if (id.startsWith('sees.') && !seen.has(id.slice('sees.'.length))) table.forget(id);
			for (const [name, boxes] of seen) {
				const id = `sees.${name}`;
				table.define({ id, kind: 'boolean' });
				if (boxes.length === 0 && situation.unsure.includes(name)) table.forget(id);
				else table.observe(id, boxes.length > 0, at);
			}
			// What is pursued in this tick was found open in the one before.
			if (tellsGoal) {
				if (planner.goal === undefined) table.forget('goal');
				else table.observe('goal', planner.goal, at);
			}
			folk.observe(situation);
			newest = table.snapshot(at).values;
			planner.see(newest);
			folk.see(newest, situation);
			return newest;
		},
		question(facts, situation, tick, recent) {
			const unclear = reasoner.unclear(facts);
			return {
				...questionHead('decision', profile.id, tick, situation.frame),
				screen: situation.screen,
				facts: table.varying(facts, 60),
				elements: [...new Set(situation.sights.map((s) => s.name))],
				goal: planner.goal === undefined ? profile.goal : `${planner.goal}, on the way to: ${profile.goal}`,
				actions: profile.actions.map(({ verb, args, does }) => ({ verb, does, ...(args === undefined ? {} : { args }) })),
				recent,
				cases: reasoner.nearest(facts, 3).map((c) => ({ facts: c.facts, act: c.act })),
				...(unclear === undefined ? {} : { unclear }),
			};
		},
		attempt(facts, situation, n) {
			const possible = possibleIn(situation, facts);
			decision = reasoner.decide({ ...pointOf(facts, situation), n, possible });
			skills.look(facts, aim(), n, episode(situation));
			begun = undefined;
			if (decision.outcome === 'miss') {
				const found = bySkill(decision, facts, possible);
				return seconded(found.outcome === 'miss' ? byCase(found, facts, possible) : found, facts);
			}
			const { rule, act, why } = decision;
			if (decision.audit) return { outcome: 'miss', reason: 'audit', detail: `asked to check ${why}` };
			const { when, unless, expects, until } = rule.data;
			const answer = plainAnswer(act, { because: when, unless, expects, until, confidence: decision.score });
			return seconded({ outcome: 'hit', used: [rule.id], why, answer }, facts);
		},
		verify(answer, situation) {
			const fault = actFault(answer.act, profile);
			if (fault !== undefined) return fault;
			const resolved = resolveAct(answer.act, profile, sceneOf(situation, situation.facts));
			return resolved.ok ? undefined : resolved.reason;
		},
		read: (text, facts, situation) =>
			answerFromProse(text, { facts, table, actions: profile.actions, elements: situation.sights.map((s) => s.name) }),
		crystallise: (facts, situation, answer, receipt) => {
			failed = undefined;
			const provenance = provenanceOf(receipt, clock.now());
			const { residue, again } = reasoner.learn(pointOf(facts, situation), answer, provenance, decision, receipt.trust);
			doubted = again;
			if (again !== undefined) return residue;
			cases.learn(facts, answer, provenance.entry);
			return withSkills(residue, skills.learn(answer, facts, aim(), provenance, episode(situation)));
		},
		again() {
			const why = doubted;
			doubted = undefined;
			return why;
		},
		resolve: (act, situation, facts) => resolveAct(act, profile, sceneOf(situation, facts)),
		stillHolds: (answer, facts) => fires(answer.because, answer.unless, facts),
		agreeing: reasoner.agreeing,
		agrees: reasoner.agrees,
		watch: (expects, before) => watchEffects(expects, before),
		outcome(ids, verdict, situation, local) {
			reasoner.outcome(ids, verdict, pointOf(situation.facts, situation), local ? decision : undefined);
			if (local && verdict.label !== 'none') cases.outcome(verdict.label === 'harmful');
		},
		happens(event, facts) {
			const expr = conditions.get(event);
			if (expr === undefined) return undefined;
			const values = new Map<string, FactValue>(Object.entries(facts));
			const value = evaluate(expr, {
				facts: values,
				instances: new Map(),
				history: { valueAt: () => undefined, changedAt: () => undefined },
				now: clock.monotonic(),
			});
			return typeof value === 'boolean' ? value : undefined;
		},
		retire(id) {
			reasoner.rules.remove(id);
			skills.library.remove(id);
			folk.retire(id);
		},
		revive(id) {
			const crystal = crystals.get(id);
			if (crystal?.kind === 'rule') reasoner.rules.add(crystal as Rule);
			if (crystal?.kind === 'skill') skills.library.add(crystal as Skill);
			folk.revive(id);
		},
		start: (id, facts, situation) => skills.start(id, facts, possibleIn(situation, facts)),
		began: (run) => skills.began(run),
		begin() {
			if (begun !== undefined) skills.began(begun.run);
			return begun?.run;
		},
		ended(run, end, situation) {
			if (end.do === 'failed') failed = `"${run.skill.name}": ${end.why}`;
			skills.ended(run, end, episode(situation));
		},
		did: (done) => skills.did({ ...done, goal: aim() }),
		skills,
		planner,
		folk,
		requests: reasoner.requests,
		promise: reasoner.promise,
		teacher: reasoner.teacher,
		memory: () => ({ ...reasoner.memory(), skills: skills.memory(), plan: planner.memory(), cases: cases.memory() }),
		rules: reasoner.rules,
		nearest: reasoner.nearest,
		get facts() {
			return newest;
		},
		check: makeRuleCheck(table, profile),
	};
}

/** What a call left behind, skills among it. */
function withSkills(residue: Residue, { made, labelled, refused }: ReturnType<Skills['learn']>): Residue {
	if (made.length + labelled.length + refused.length === 0) return residue;
	const before = 'none' in residue ? { made: [], refused: [], labelled: [] } : residue;
	if ('none' in residue && made.length + labelled.length === 0) return residue;
	return { made: [...before.made, ...made], refused: [...before.refused, ...refused], labelled: [...before.labelled, ...labelled] };
}

/** Faults in the profile that only the loop's own facts can show: derived facts and events that do not add up. */
export function profileFaults(profile: Profile): readonly string[] {
	const table = makeFactTable(profile);
	for (const id of ['screen', 'last.verb', 'last.at']) table.define({ id, kind: 'enum', open: true });
	const faults = table.faults.map((f) => `fact "${f.fact}": ${f.message}`);
	for (const [event, text] of [...Object.entries(profile.narration?.on ?? {}), ...Object.entries(profile.harms ?? {})]) {
		const parsed = parseExpression(text);
		if (!parsed.ok) {
			faults.push(`event "${event}": position ${parsed.fault.at}: ${parsed.fault.message}`);
			continue;
		}
		const checked = checkExpression(parsed.expr, {
			fact: (name) => {
				const def = table.get(name);
				return def === undefined ? undefined : def.kind === 'enum' ? 'text' : def.kind;
			},
			element: () => true,
		});
		if (!checked.ok) faults.push(`event "${event}": position ${checked.fault.at}: ${checked.fault.message}`);
		else if (checked.type !== 'boolean') faults.push(`event "${event}": gives a ${checked.type}, not true or false`);
	}
	return faults;
}

// Rules as a person reads, tries and questions them. Everything is worked out when it is asked for; nothing here decides.
import { CLEAN_FOR_IRREVERSIBLE, DELTA, whatIsMissing } from '../../src/core/crystals/lifecycle.ts';
import { type Crystal, freshStat, type Scope, unpaid } from '../../src/core/crystals/crystal.ts';
import { readWritten } from '../../src/core/crystals/rule/check.ts';
import { ruleFires } from '../../src/core/crystals/rule/rule-index.ts';
import { printRules, readRules } from '../../src/core/crystals/rule/rules-file.ts';
import { type Rule, RULE_SCHEMA } from '../../src/core/crystals/rule/schema.ts';
import { printAct, printLiteral, printRule, ruleName } from '../../src/core/crystals/rule/text.ts';
import type { Skill } from '../../src/core/crystals/skill/schema.ts';
import { gateText, stepText } from '../../src/core/crystals/skill/text.ts';
import { fires, known, truthOf } from '../../src/core/facts/literal.ts';
import type { LedgerEntry, QuestionEntry } from '../../src/core/ledger.ts';
import type { MindInside } from '../../src/core/loop/mind.ts';
import type { Clock } from '../../src/core/ports.ts';
import type { Profile } from '../../src/core/profile.ts';
import type { Facts, FactValue, Literal } from '../../src/core/question.ts';
import { caseOf } from '../../src/core/reasoning/cases.ts';
import type { AnswerView, LearningView, LiteralView, RuleDetail, RuleSeen, RuleTrial, SkillSeen, WhyView } from '../agent.protocol.ts';
import { TAUGHT } from './crystals.ts';
import { actText } from './views.ts';

export interface RulesDeskOptions {
	readonly profile: Profile;
	readonly scope: () => Scope;
	readonly crystals: () => ReadonlyMap<string, Crystal>;
	readonly mind: () => MindInside;
	readonly clock: Clock;
	/** Entries by number, of whatever session; those that are gone are left out. */
	readonly entries: (numbers: readonly number[]) => Promise<readonly LedgerEntry[]>;
	/** Of this session. */
	readonly session: () => readonly LedgerEntry[];
}
export interface RulesDesk {
	/** Ids of the rules whose condition holds now. */
	readonly firing: readonly string[];
	detail(rule: Rule): Promise<RuleDetail>;
	trial(text: string): RuleTrial;
	explain(entry: number): Promise<WhyView | undefined>;
	learning(): LearningView;
	print(): string;
	/** New rules of a `rules.txt`, or a sentence why none. */
	read(text: string): readonly Rule[] | string;
}

const FIRING_MOST = 100;
const ANSWERS_MOST = 8;
const OTHERS_MOST = 8;
const NEARLY_MOST = 5;
const CASES_MOST = 3;
const DIFFERS_MOST = 6;
const FAULTS_TOLD = 3;

export function makeRulesDesk(o: RulesDeskOptions): RulesDesk {
	let firing: { readonly facts: Facts; readonly ids: readonly string[] } | undefined;
	const isIrreversible = (verb: string): boolean => o.profile.actions.some((a) => a.verb === verb && a.irreversible);
	const rules = (): Rule[] => [...o.crystals().values()].filter((c): c is Rule => c.kind === 'rule');

	/** The newest of those that a model gave; a rule's own decisions are among what it is counted from. */
	async function answersOf(numbers: readonly number[]): Promise<AnswerView[]> {
		return (await o.entries([...new Set(numbers)]))
			.flatMap((e) => (e.type === 'question' && e.calls > 0 ? [answerOf(e)] : []))
			.sort((x, y) => y.entry - x.entry)
			.slice(0, ANSWERS_MOST);
	}
	/** The answer that paid for it, and those that it was counted from. */
	const entriesOf = ({ provenance, data }: Rule | Skill): number[] =>
		[provenance.entry, ...data.from.map(Number)].filter((n) => Number.isSafeInteger(n) && n > 0);

	function seen(rule: Rule, facts: Facts, lacks: string): RuleSeen {
		const { when, unless, then } = rule.data;
		return {
			id: rule.id,
			name: rule.name,
			state: rule.state,
			then: printAct(then),
			when: held(when, facts),
			unless: held(unless, facts),
			lacks,
		};
	}

	return {
		get firing() {
			const { facts, rules: index } = o.mind();
			if (firing?.facts !== facts)
				firing = {
					facts,
					ids: index
						.matching(facts)
						.slice(0, FIRING_MOST)
						.map((rule) => rule.id),
				};
			return firing.ids;
		},
		async detail(rule) {
			const { data, stat } = rule;
			const { facts } = o.mind();
			return {
				layer: data.layer,
				origin: data.origin,
				text: printRule(data),
				then: printAct(data.then),
				labels: stat.labels,
				episodes: stat.episodes.length,
				last: stat.last,
				irreversible:
					isIrreversible(data.then.verb) && stat.clean < CLEAN_FOR_IRREVERSIBLE
						? `its act cannot be undone: ${stat.clean} of ${CLEAN_FOR_IRREVERSIBLE} clean labels in a row`
						: '',
				when: held(data.when, facts),
				unless: held(data.unless, facts),
				earlier: data.earlier ?? [],
				from: await answersOf(entriesOf(rule)),
			};
		},
		trial(text) {
			const { facts, check } = o.mind();
			const read = readWritten(text, check);
			if (!read.ok) return { ok: false, at: read.at, why: read.message };
			const { when, unless, then } = read.rule;
			return {
				ok: true,
				when: held(when, facts),
				unless: held(unless, facts),
				then: printAct(then),
				fires: fires(when, unless, facts, isIrreversible(then.verb)),
			};
		},
		async explain(n) {
			const [entry] = await o.entries([n]);
			if (entry?.type !== 'question' || entry.ask !== 'decision') return undefined;
			const facts = entry.facts ?? {};
			const { rules: index, nearest } = o.mind();
			const used = entry.used.flatMap((id) => o.crystals().get(id) ?? []);
			const followed = used.filter((c): c is Rule => c.kind === 'rule');
			const skill = used.find((c): c is Skill => c.kind === 'skill');
			const like = entry.tier === 'crystal' ? caseOf(entry.why) : undefined;
			const others = index.matching(facts).filter((rule) => !entry.used.includes(rule.id));
			return {
				n,
				facts: Object.entries(facts).map(([id, value]) => ({ id, value: valueText(value) })),
				followed: followed.map((rule) => seen(rule, facts, '')),
				...(skill === undefined ? {} : { skill: skillSeen(skill) }),
				...(like === undefined ? {} : { like }),
				others: others.slice(0, OTHERS_MOST).map((rule) => seen(rule, facts, whyNot(rule, entry, followed.length > 0))),
				nearly: index.nearly(facts, NEARLY_MOST).map((rule) => seen(rule, facts, lackOf(rule, facts))),
				cases: nearest(facts, CASES_MOST + 1)
					.filter((one) => one.entry !== n)
					.slice(0, CASES_MOST)
					.map((one) => ({ entry: one.entry, act: actText(one.act), differs: differences(one.facts, facts) })),
				answers:
					entry.calls > 0
						? [answerOf(entry)]
						: await answersOf([
								...[...followed, ...(skill === undefined ? [] : [skill])].flatMap(entriesOf),
								...(like === undefined ? [] : [like]),
							]),
				verdicts: o.session().flatMap((e) => (e.type === 'verdict' && e.of === n ? [`${e.wrong ? 'wrong' : 'right'}: ${e.detail}`] : [])),
			};
		},
		learning() {
			const { labels, harm, evidence, strictUntil } = o.mind().promise();
			return {
				requests: o
					.mind()
					.requests()
					.map(({ text, acts, labels: of, error, missing }) => ({
						when: text,
						acts: acts.map(actText),
						labels: of,
						error,
						missing: missing.map(({ name, why, times }) => ({ name, why, times })),
					})),
				delta: DELTA,
				labels,
				...(harm === undefined ? {} : { harm }),
				evidence,
				strict: strictUntil > o.clock.monotonic(),
				teacher: o.mind().teacher(),
			};
		},
		print: () => printRules(rules().filter((rule) => rule.state !== 'retired')),
		read(text) {
			const read = readRules(text, o.mind().check);
			if (!read.ok) {
				const told = read.faults.slice(0, FAULTS_TOLD).map((f) => `line ${f.line}, column ${f.column}: ${f.message}`);
				const rest = read.faults.length - told.length;
				const others = rest > 0 ? `; and ${rest} others${read.more ? ' or more' : ''}` : '';
				return `No rule was taken. ${told.join('; ')}${others}.`;
			}
			const here = new Set(rules().map((rule) => printRule(rule.data)));
			const at = o.clock.now();
			const fresh = read.rules.filter((rule) => !here.has(printRule(rule)));
			if (fresh.length === 0) return 'The file holds no rule that is not here already.';
			return fresh.map(
				(rule): Rule => ({
					id: `rule-${crypto.randomUUID()}`,
					kind: 'rule',
					scope: o.scope(),
					name: ruleName(rule),
					schema: RULE_SCHEMA,
					createdAt: at,
					provenance: unpaid({ at, ask: 'decision', tier: 'hand' }),
					state: 'shadow',
					stat: freshStat(),
					history: [{ at, from: 'trial', to: 'shadow', why: 'came with a rules.txt' }],
					data: { ...rule, origin: 'hand', from: [] },
					blobs: {},
				}),
			);
		},
	};

	function whyNot(rule: Rule, entry: QuestionEntry, byRule: boolean): string {
		if (rule.state === 'autonomous') {
			if (!ruleFires(rule, entry.facts ?? {}, isIrreversible(rule.data.then.verb))) return 'an exception of it was not known';
			return byRule ? 'the other one comes first' : (entry.misses[0]?.detail ?? '');
		}
		return whatIsMissing(rule) ?? rule.state;
	}
}

function skillSeen({ id, name, state, data }: Skill): SkillSeen {
	return {
		id,
		name,
		state,
		description: data.description,
		taught: TAUGHT[data.origin],
		when: gateText(data),
		steps: data.steps.map(stepText),
	};
}

function answerOf(entry: QuestionEntry): AnswerView {
	return {
		entry: entry.n,
		at: entry.at,
		who: entry.model || (entry.tier ?? 'nobody'),
		act: entry.act !== undefined ? actText(entry.act) : entry.ask === 'strategy' ? 'a plan' : 'no act',
		said: entry.said ?? '',
	};
}

function held(literals: readonly Literal[], facts: Facts): LiteralView[] {
	return literals.map((literal) => ({
		text: printLiteral(literal),
		truth: truthOf(literal, facts) ?? null,
		value: valueText(known(facts, literal.f)),
	}));
}

/** What one condition of a rule that nearly fired would have needed. */
function lackOf(rule: Rule, facts: Facts): string {
	const lacking = rule.data.when.find((literal) => truthOf(literal, facts) !== true);
	return lacking === undefined ? '' : `${printLiteral(lacking)} did not hold: it was ${valueText(known(facts, lacking.f))}`;
}

function differences(then: Facts, here: Facts): WhyView['cases'][number]['differs'] {
	return [...new Set([...Object.keys(then), ...Object.keys(here)])]
		.filter((id) => valueText(known(then, id)) !== valueText(known(here, id)))
		.slice(0, DIFFERS_MOST)
		.map((id) => ({ id, then: valueText(known(then, id)), here: valueText(known(here, id)) }));
}

/** Empty: unknown. */
function valueText(value: FactValue | undefined): string {
	if (value === undefined) return '';
	if (typeof value === 'number') return String(Math.round(value * 1000) / 1000);
	return Array.isArray(value) ? value.map((n) => Math.round(n)).join(', ') : String(value);
}

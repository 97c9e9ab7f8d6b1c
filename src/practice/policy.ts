// How the scripted teacher plays: an ordered list of readable rules over what the question offers, and over nothing else. It
// never looks at the game's hidden state, so a learner that sees the same facts can come to the same acts. Every rule says
// all it depends on (also what it depends on being absent), so that no two rules claim the same moment.
import type { Act, DecisionAnswer, DecisionQuestion, Effect, Facts, FactValue, Literal } from '../core/question.ts';

interface PolicyRule {
	readonly when: readonly Literal[];
	readonly act: Act;
	readonly expects: readonly Effect[];
	readonly until?: readonly Literal[];
	/** Other acts that are as good, given only when they can be done. */
	readonly alsoOk?: readonly Act[];
	readonly confidence?: number;
	readonly why: string;
}

const is = (f: string, v: string | number | boolean): Literal => ({ f, op: '==', v });
const atMost = (f: string, v: number): Literal => ({ f, op: '<=', v });
const above = (f: string, v: number): Literal => ({ f, op: '>', v });
const oneOf = (f: string, ...v: string[]): Literal => ({ f, op: 'in', v });
const sees = (name: string, v = true): Literal => is(`sees.${name}`, v);
const on = (screen: string): Literal => is('screen', screen);
const click = (at: string): Act => ({ verb: 'click', args: { at } });
const verb = (name: string): Act => ({ verb: name, args: {} });
const soon = (f: string, op: Effect['op'], withinMs: number, v?: string | boolean): Effect =>
	v === undefined ? { f, op, withinMs } : { f, op, v, withinMs };

const PLAY = on('play');
const CALM = is('calm', true);
/** Time to walk across a room and back, at normal speed. */
const WALK_MS = 10_000;

function leave(quest: Literal, room: string, door: string, to: string, why: string, ...more: Literal[]): PolicyRule {
	return {
		when: [quest, is('room', room), sees(door), ...more, PLAY, CALM],
		act: click(door),
		expects: [soon('room', '==', WALK_MS, to)],
		why,
	};
}

const TALK = is('quest', 'Talk to Mira');
const RETURN = is('quest', 'Return to Mira');
/** The log of quests says where; as long as it is not known, the line in the quest panel does. */
const WANTED = is('quest.place', 'Crypt');
const CRYPT = oneOf('quest', 'Clear the Crypt', 'Open the chest');

/** The first rule that holds decides. */
const RULES: readonly PolicyRule[] = [
	{ when: [on('title')], act: click('start'), expects: [soon('screen', '==', 1500, 'play')], why: 'The title screen waits for a start.' },
	{
		when: [on('options')],
		act: click('back'),
		alsoOk: [verb('close')],
		expects: [soon('screen', '==', 1500, 'title')],
		why: 'The options are fine as they are.',
	},
	{
		when: [on('menu')],
		act: click('resume'),
		alsoOk: [verb('close')],
		expects: [soon('screen', '==', 1500, 'play')],
		why: 'Nothing to do in the menu.',
	},
	{
		when: [on('inventory')],
		act: click('close'),
		alsoOk: [verb('close'), verb('open-bag')],
		expects: [soon('screen', '==', 1500, 'play')],
		why: 'The bag has been seen.',
	},
	{
		when: [on('dead')],
		act: click('try-again'),
		expects: [soon('screen', '==', 1500, 'play')],
		why: 'Fallen; the village is the next place.',
	},
	{ when: [on('victory')], act: click('play-again'), expects: [soon('screen', '==', 1500, 'play')], why: 'Won; another round.' },
	{
		when: [on('talk'), sees('accept')],
		act: click('accept'),
		expects: [soon('screen', '==', 1500, 'play')],
		why: 'The quest is what we came for.',
	},
	{
		when: [on('talk'), sees('accept', false), sees('pay')],
		act: click('pay'),
		expects: [soon('screen', '==', 1500, 'play')],
		why: 'Ten gold are cheaper than teeth.',
	},
	{
		when: [on('talk'), sees('accept', false), sees('pay', false), sees('leave')],
		act: click('leave'),
		expects: [soon('screen', '==', 1500, 'play')],
		why: 'All has been said.',
	},
	{ when: [on('talk'), sees('next')], act: click('next'), expects: [soon('sees.next', '==', 1500, false)], why: 'Mira has more to say.' },

	{ when: [PLAY, is('thirsty', true)], act: verb('drink'), expects: [soon('hp', 'up', 1500)], why: 'Badly hurt, and a potion at hand.' },
	{
		when: [PLAY, is('thirsty', false), sees('rat')],
		act: click('rat'),
		alsoOk: [click('slime')],
		expects: [soon('rats', 'down', 15_000)],
		until: [is('thirsty', true)],
		why: 'A rat bites quickest, so it goes first.',
	},
	{
		when: [PLAY, is('thirsty', false), sees('rat', false), sees('slime')],
		act: click('slime'),
		expects: [soon('slimes', 'down', 15_000)],
		until: [is('thirsty', true)],
		why: 'The slime is the last foe in sight.',
	},
	{
		when: [PLAY, is('thirsty', false), atMost('enemies', 0), sees('potion')],
		act: click('potion'),
		expects: [soon('potions', 'up', WALK_MS)],
		why: 'A free potion, and nobody to stop us.',
	},
	{
		when: [PLAY, CALM, sees('altar'), atMost('hp', 15)],
		act: click('altar'),
		expects: [soon('hp', 'up', WALK_MS)],
		why: 'The altar heals.',
	},

	leave(TALK, 'Village', 'door-cellar', 'Cellar', 'One potion is too few for the crypt; the cellar has more.', atMost('potions', 1)),
	{
		when: [PLAY, CALM, TALK, sees('mira'), above('potions', 1)],
		act: click('mira'),
		expects: [soon('screen', '==', WALK_MS, 'talk')],
		why: 'Mira has a quest.',
	},
	{
		when: [PLAY, CALM, TALK, sees('mira'), sees('door-cellar', false)],
		act: click('mira'),
		expects: [soon('screen', '==', WALK_MS, 'talk')],
		why: 'Mira has a quest.',
	},
	leave(TALK, 'Cellar', 'door-village', 'Village', 'The shelves are empty now.'),
	leave(TALK, 'Meadow', 'door-village', 'Village', 'Mira lives in the village.'),
	leave(TALK, 'Crypt', 'door-meadow', 'Meadow', 'Mira is two rooms away.'),
	leave(TALK, 'Shrine', 'door-meadow', 'Meadow', 'Mira is two rooms away.', above('hp', 15)),

	leave(CRYPT, 'Village', 'door-cellar', 'Cellar', 'Without a potion the crypt is a grave.', atMost('potions', 0)),
	leave(WANTED, 'Village', 'door-meadow', 'Meadow', 'The quest is in the crypt, past the meadow.', above('potions', 0)),
	leave(CRYPT, 'Village', 'door-meadow', 'Meadow', 'The crypt lies past the meadow.', above('potions', 0)),
	leave(CRYPT, 'Cellar', 'door-village', 'Village', 'The shelves are empty now.'),
	leave(CRYPT, 'Meadow', 'door-shrine', 'Shrine', 'Too weak to go on; the shrine heals.', atMost('hp', 15)),
	leave(WANTED, 'Meadow', 'door-crypt', 'Crypt', 'Down we go, where the quest is.', above('hp', 15)),
	leave(CRYPT, 'Meadow', 'door-crypt', 'Crypt', 'Down we go.', above('hp', 15)),
	leave(CRYPT, 'Shrine', 'door-meadow', 'Meadow', 'Healed; back to work.', above('hp', 15)),
	{
		when: [PLAY, CALM, is('quest', 'Open the chest'), sees('chest')],
		act: click('chest'),
		expects: [soon('quest', '==', WALK_MS, 'Return to Mira')],
		why: 'The way to the chest is clear.',
	},

	{
		when: [PLAY, CALM, RETURN, sees('mira')],
		act: click('mira'),
		expects: [soon('screen', '==', WALK_MS, 'talk')],
		why: 'The relic is hers.',
	},
	leave(RETURN, 'Crypt', 'door-meadow', 'Meadow', 'Up and out with the relic.'),
	leave(RETURN, 'Shrine', 'door-meadow', 'Meadow', 'Back towards the village.', above('hp', 15)),
	leave(RETURN, 'Meadow', 'door-village', 'Village', 'Mira waits in the village.'),
	leave(RETURN, 'Cellar', 'door-village', 'Village', 'Mira is not in the cellar.'),
];

/** What can be clicked to some purpose. */
const CLICKABLE =
	/^(door-.+|mira|altar|rat|slime|potion|chest|start|options|back|hints|gentle|resume|quit|bag|menu|close|next|accept|leave|gift|duel|buy|pay|lever|glowcap|hammer|sela|bram|ysolde|tovin|odrin|pip|gorm|try-again|play-again)$/;

/** @param guide  what to do in play where no rule of the Hollow fits: the Warren's teacher knows its way */
export function decide(question: DecisionQuestion, guide?: () => Act): DecisionAnswer {
	const known = completed(question);
	if (guide && question.screen === 'play' && known.calm === true) return answer(question, known, guided(known, guide()));
	const rule = RULES.find((r) => r.when.every((literal) => holds(literal, known)));
	if (!rule) return answer(question, known, waiting(known));
	return answer(question, known, isStuck(question, rule.act) ? detour(question, rule) : rule);
}

function answer(question: DecisionQuestion, known: Facts, rule: PolicyRule): DecisionAnswer {
	const because = rule.when
		.flatMap((literal) => spelled(literal, question.facts, known))
		.filter((literal) => literal.f in question.facts && holds(literal, question.facts));
	return {
		act: rule.act,
		options: optionsOf(question, known, rule),
		because: dedupe(because).slice(0, 6),
		unless: [],
		expects: [...rule.expects],
		until: [...(rule.until ?? [])].filter((literal) => literal.f in question.facts),
		scope: 'situation',
		confidence: rule.confidence ?? 0.9,
		missing: [],
		reasoning: rule.why,
	};
}

/** A step of an errand. Where it leads is not in the facts, so the answer claims little. */
function guided(known: Facts, act: Act): PolicyRule {
	const when = ['screen', 'quest', 'calm'].flatMap((f) => (known[f] === undefined ? [] : [is(f, known[f] as string | boolean)]));
	return { when, act, expects: [], confidence: 0.5, why: 'On the way to what is to be done next.' };
}

/** Nothing fits: something is out of sight that ought to be there. Looking again is the best there is. */
function waiting(known: Facts): PolicyRule {
	const when = ['screen', 'room', 'quest', 'calm'].flatMap((f) =>
		known[f] === undefined || Array.isArray(known[f]) ? [] : [is(f, known[f] as string | boolean)],
	);
	return { when, act: { verb: 'wait', args: { ms: 400 } }, expects: [], confidence: 0.3, why: 'What is wanted is not in sight yet.' };
}

/** The same act failed twice running: trying it a third time from the same place would be a loop. */
function isStuck(question: DecisionQuestion, wanted: Act): boolean {
	const last = question.recent.slice(-2);
	return last.length === 2 && last.every((r) => r.outcome === 'failed' && sameAct(r.act, wanted));
}

function detour(question: DecisionQuestion, rule: PolicyRule): PolicyRule {
	const when: Literal[] = [...rule.when.filter(({ f }) => f === 'screen')];
	for (const f of ['last.verb', 'last.at']) {
		const value = question.facts[f];
		if (typeof value === 'string') when.push(is(f, value));
	}
	const scale = question.frame.width / 960;
	const spots = [
		[352, 206],
		[240, 270],
		[470, 270],
	] as const;
	const [x, y] = spots[question.tick % spots.length] ?? spots[0];
	const canGo = question.screen === 'play' && question.actions.some((a) => a.verb === 'go');
	const act: Act = canGo
		? { verb: 'go', args: { to: [Math.round(x * scale), Math.round(y * scale)] } }
		: { verb: 'wait', args: { ms: 600 } };
	return { when, act, expects: [], confidence: 0.3, alsoOk: [rule.act], why: 'That failed twice; a few steps aside may help.' };
}

function optionsOf(question: DecisionQuestion, known: Facts, rule: PolicyRule): DecisionAnswer['options'] {
	const verbs = new Set(question.actions.map((a) => a.verb));
	const clickable = [...new Set(question.elements)].filter((name) => CLICKABLE.test(name)).slice(0, 30);
	const candidates: Act[] = [
		...(verbs.has('click') ? clickable.map(click) : []),
		...['drink', 'open-bag', 'close'].filter((name) => verbs.has(name)).map(verb),
		...(verbs.has('wait') ? [{ verb: 'wait', args: { ms: 400 } }] : []),
	].filter((act) => !sameAct(act, rule.act));
	const hurt = typeof known.hp === 'number' && known.hp <= 22 && typeof known.potions === 'number' && known.potions > 0;
	return [
		{ act: rule.act, value: 1, ok: true },
		...candidates.map((act) => {
			const ok = (rule.alsoOk ?? []).some((other) => sameAct(other, act)) || (hurt && question.screen === 'play' && act.verb === 'drink');
			return { act, value: ok ? 0.8 : 0, ok };
		}),
	];
}

/** The question's facts, with what follows from them and from the elements in sight. */
function completed(question: DecisionQuestion): Facts {
	const facts: Record<string, FactValue> = { ...question.facts, screen: question.screen };
	for (const rule of RULES) {
		for (const { f } of rule.when) if (f.startsWith('sees.')) facts[f] ??= question.elements.includes(f.slice(5));
	}
	const seen = (name: string): boolean => facts[`sees.${name}`] === true;
	facts.enemies ??= number(facts.rats, seen('rat')) + number(facts.slimes, seen('slime'));
	facts.thirsty ??= number(facts.hp, true, 40) <= 15 && number(facts.potions, false) > 0;
	facts.calm ??= facts.enemies === 0 && !seen('potion') && !facts.thirsty;
	return facts;
}

function number(value: FactValue | undefined, seen: boolean, otherwise = 1): number {
	return typeof value === 'number' ? value : seen ? otherwise : 0;
}

/** A literal in terms of the facts that were offered: a derived fact that was not is spelled out by what made it so. */
function spelled(literal: Literal, offered: Facts, known: Facts): readonly Literal[] {
	if (literal.f in offered) return [literal];
	const absent = (count: string, element: string): Literal => (count in offered ? atMost(count, 0) : sees(element, false));
	const unthirsty: Literal = number(known.hp, true, 40) > 15 ? above('hp', 15) : atMost('potions', 0);
	if (literal.f === 'enemies') return [absent('rats', 'rat'), absent('slimes', 'slime')];
	if (literal.f === 'thirsty') return literal.v === true ? [atMost('hp', 15), above('potions', 0)] : [unthirsty];
	if (literal.f === 'calm') return [absent('rats', 'rat'), absent('slimes', 'slime'), sees('potion', false), unthirsty];
	return [];
}

export function holds({ f, op, v }: Literal, facts: Facts): boolean {
	const value = facts[f];
	if (value === undefined) return false;
	if (op === '==') return value === v;
	if (op === '!=') return value !== v;
	if (op === 'in') return Array.isArray(v) && (typeof value === 'string' || typeof value === 'number') && v.includes(value);
	if (typeof value !== 'number' || typeof v !== 'number') return false;
	return op === '<=' ? value <= v : value > v;
}

function sameAct(a: Act, b: Act): boolean {
	return a.verb === b.verb && JSON.stringify(a.args) === JSON.stringify(b.args);
}

function dedupe(literals: readonly Literal[]): Literal[] {
	return literals.filter((a, i) => literals.findIndex((b) => JSON.stringify(b) === JSON.stringify(a)) === i);
}

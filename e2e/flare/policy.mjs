// The stand-in's decisions: a list of rules over what the question offers, first match first. Every rule is one that the player
// could learn, so what it needs is in the facts and nothing else: the screen, and the verb that was done last.

/** @typedef {{f: string, op: '<=' | '>' | '==' | '!=' | 'in', v: unknown}} Literal */
/** @typedef {{verb: string, args?: Record<string, unknown>}} Act */
/** @typedef {{when: Literal[], act: Act, then: string[], why: string}} Rule  then: the screens that may follow */

const on = (screen) => ({ f: 'screen', op: '==', v: screen });
const after = (...verbs) => (verbs.length === 1 ? { f: 'last.verb', op: '==', v: verbs[0] } : { f: 'last.verb', op: 'in', v: verbs });
const screenIn = (screens) => (screens.length === 1 ? on(screens[0]) : { f: 'screen', op: 'in', v: screens });
const click = (at) => ({ verb: 'click', args: { at } });

/**
 * The way in, and the way out of every screen that is not the open world.
 *
 * @type {Rule[]}
 */
const LEAVE = [
	{ when: [on('title')], act: click('play-game'), then: ['hero-select'], why: 'The title leads to the saved heroes.' },
	{ when: [on('hero-select')], act: click('load-game'), then: ['dialogue', 'loading', 'play'], why: 'The one hero is chosen already.' },
	{ when: [on('loading')], act: { verb: 'wait', args: { ms: 300 } }, then: ['dialogue', 'play'], why: 'The map is being read.' },
	{ when: [on('dialogue')], act: { verb: 'next-line' }, then: ['dialogue', 'dialogue-end'], why: 'The speaker has more to say.' },
	{ when: [on('dialogue-end')], act: click('dialogue-close'), then: ['play'], why: 'That was the last line.' },
	{ when: [on('paused')], act: click('continue'), then: ['play'], why: 'Nothing happens while the game is paused.' },
	{ when: [on('inventory')], act: { verb: 'close-inventory' }, then: ['play'], why: 'Seen enough of the inventory.' },
	{ when: [on('character')], act: { verb: 'close-character' }, then: ['play'], why: 'Seen enough of the character sheet.' },
	{ when: [on('log')], act: { verb: 'close-log', args: { at: 'left-close' } }, then: ['play'], why: 'Seen enough of the log.' },
	{ when: [on('powers')], act: { verb: 'close-powers' }, then: ['play'], why: 'The powers are not on the round.' },
];

/** A panel that was asked for and is not there is asked for again, so each step also follows on itself. */
const open = (verb, before, screen) => ({
	when: [on('play'), after(...before, verb)],
	act: { verb },
	then: [screen],
	why: `Next on the round: ${screen}.`,
});
const walk = (verb, before) => ({ when: [on('play'), after(before)], act: { verb }, then: ['play'], why: 'A few steps.' });

/**
 * The round through the open world: three panels, four walks, and again.
 *
 * @type {Rule[]}
 */
const ROUND = [
	open('open-character', ['close-inventory'], 'character'),
	open('open-log', ['close-character'], 'log'),
	walk('walk-north', 'close-log'),
	walk('walk-east', 'walk-north'),
	walk('walk-south', 'walk-east'),
	walk('walk-west', 'walk-south'),
	open('open-inventory', ['none', 'click', 'wait', 'walk-west', 'close-powers'], 'inventory'),
];

/** @type {readonly Rule[]} */
export const RULES = [...LEAVE, ...ROUND];

/** The plan for a session: into the world, then about it. The last goal is never over, so the plan holds to the end. */
export function plan() {
	return {
		goals: [
			{
				name: 'Get into the game',
				priority: 2,
				when: [screenIn(['title', 'hero-select', 'loading'])],
				until: [screenIn(['dialogue', 'play'])],
			},
			{ name: 'Hear the dialogue out', priority: 1, when: [screenIn(['dialogue', 'dialogue-end'])], until: [on('play')] },
			{ name: 'Look into each panel and walk about', priority: 0, when: [], until: [] },
		],
		rules: [],
	};
}

/** @param {Literal} literal */
export function holds({ f, op, v }, facts) {
	const value = facts[f];
	if (value === undefined) return false;
	if (op === 'in') return Array.isArray(v) && v.includes(value);
	if (op === '!=') return value !== v;
	if (op === '==') return value === v;
	return op === '>' ? value > v : value <= v;
}

/** The verb of the newest act, where the facts do not say it. Acts are listed oldest first. */
function lastVerb(recent) {
	const last = Array.isArray(recent) ? recent.at(-1) : undefined;
	return last?.act?.verb ?? last?.verb ?? 'none';
}

/**
 * The answer to a decision question, in the full form.
 *
 * @param {{screen?: string, facts?: Record<string, unknown>, actions?: {verb: string}[],
 *   elements?: string[], recent?: unknown[]}} question  elements: what is in sight, where the question says it
 */
export function decide({ screen = 'unknown', facts = {}, actions = [], elements, recent = [] }) {
	const known = { screen, 'last.verb': lastVerb(recent), ...facts };
	const legal = new Set(actions.map((action) => action.verb));
	const possible = ({ verb, args }) =>
		(legal.size === 0 || legal.has(verb)) && (!args?.at || !Array.isArray(elements) || elements.includes(args.at));
	const rule = RULES.find((r) => r.when.every((literal) => holds(literal, known)) && possible(r.act));
	// A reason may only name what was offered, and must be true of it.
	const because = (rule?.when ?? []).filter((literal) => literal.f in facts && holds(literal, facts));
	const act = withArgs(rule?.act ?? { verb: 'wait', args: { ms: 500 } });
	const others = [...legal].filter((verb) => verb !== act.verb).slice(0, 3);
	const missing = ['screen', 'last.verb']
		.filter((id) => !(id in facts))
		.map((name) => ({ name, type: 'enum', why: 'the rule that was used reads it' }));
	return {
		act,
		options: [{ act, value: 1, ok: true }, ...others.map((verb) => ({ act: { verb, args: {} }, value: 0, ok: false }))],
		because,
		unless: [],
		expects: rule && 'screen' in facts ? [{ ...screenIn(rule.then), withinMs: 2000 }] : [],
		until: [],
		// Without a rule nothing was decided; "here" and a low confidence keep anyone from learning it.
		scope: rule ? 'game' : 'here',
		confidence: rule ? 0.95 : 0.1,
		missing: rule ? missing : [],
		reasoning: rule?.why ?? 'No rule fits what was offered, so nothing is done.',
	};
}

const withArgs = ({ verb, args = {} }) => ({ verb, args });

const LINES = {
	quest: 'Another errand: {what}.',
	death: 'So that is how it ends: {what}.',
	'level-up': 'Stronger, and none the wiser: {what}.',
	discovery: 'So this is {what}.',
	fight: 'A fight, then: {what}.',
};

/**
 * One line about an event; its first value with a printable form fills the only slot.
 *
 * @param {{event?: {type?: string} & Record<string, unknown>}} question
 */
export function narrate({ event = {} }) {
	const { type = 'event', ...values } = event;
	const pair = Object.entries(values).find(([, value]) => ['string', 'number'].includes(typeof value));
	if (!pair) return { line: `${type === 'death' ? 'So that is how it ends.' : 'Well, well.'}`, slots: {} };
	const [name, value] = [pair[0], String(pair[1])];
	return { line: (LINES[type] ?? 'Noted: {what}.').replace('{what}', () => value), slots: { [name]: value } };
}

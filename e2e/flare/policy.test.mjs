import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readProfile } from '../../src/core/profile.ts';
import { decide, holds, narrate, RULES } from './policy.mjs';

const text = readFileSync(new URL('../../public/profiles/flare.json', import.meta.url), 'utf8');
const profile = JSON.parse(text);

/** The game as the policy sees it: which screen an act leads to from which. */
const NEXT = {
	title: { click: 'hero-select' },
	'hero-select': { click: 'loading' },
	loading: { wait: 'dialogue' },
	dialogue: { 'next-line': 'dialogue-end' },
	'dialogue-end': { click: 'play' },
	play: { 'open-inventory': 'inventory', 'open-character': 'character', 'open-log': 'log' },
	inventory: { 'close-inventory': 'play' },
	character: { 'close-character': 'play' },
	log: { 'close-log': 'play' },
};

/** Plays `steps` steps and returns what was done. */
function play(steps, screen = 'title', last = 'none') {
	const done = [];
	for (let i = 0; i < steps; i++) {
		const facts = { screen, 'last.verb': last, hp: 280 };
		const answer = decide({ screen, facts, actions: profile.actions, recent: [] });
		for (const literal of answer.because) expect(holds(literal, facts), JSON.stringify(literal)).toBe(true);
		last = answer.act.verb;
		screen = NEXT[screen]?.[last] ?? screen;
		expect(holds(answer.expects[0], { screen }), `${last} leads to ${screen}`).toBe(true);
		done.push(last);
	}
	return done;
}

const ROUND = [
	'open-inventory',
	'close-inventory',
	'open-character',
	'close-character',
	'open-log',
	'close-log',
	'walk-north',
	'walk-east',
	'walk-south',
	'walk-west',
];

describe('decide', () => {
	it('gets from the title into the game and then goes round and round', () => {
		expect(play(25)).toEqual(['click', 'click', 'wait', 'next-line', 'click', ...ROUND, ...ROUND]);
	});

	it('leaves the pause menu and the powers, from which the round goes on', () => {
		const facts = (screen) => ({ screen, 'last.verb': 'walk-north' });
		expect(decide({ screen: 'paused', facts: facts('paused') }).act).toEqual({ verb: 'click', args: { at: 'continue' } });
		expect(decide({ screen: 'powers', facts: facts('powers') }).act.verb).toBe('close-powers');
		expect(decide({ screen: 'play', facts: { screen: 'play', 'last.verb': 'close-powers' } }).act.verb).toBe('open-inventory');
	});

	it('asks again for a panel that did not open', () => {
		for (const verb of ['open-inventory', 'open-character', 'open-log']) {
			expect(decide({ screen: 'play', facts: { screen: 'play', 'last.verb': verb } }).act.verb).toBe(verb);
		}
	});

	it('has a rule for every verb of the round on the open world, and rules that never overlap', () => {
		const after = [...ROUND, 'none', 'click', 'wait', 'close-powers'].filter((verb) => verb !== 'walk');
		for (const verb of after) {
			const fitting = RULES.filter((rule) => rule.when.every((l) => holds(l, { screen: 'play', 'last.verb': verb })));
			expect(fitting, verb).toHaveLength(1);
		}
	});

	it('uses only verbs and arguments that the profile has, on facts that can be conditions', () => {
		const byVerb = new Map(profile.actions.map((action) => [action.verb, action]));
		for (const { act, when } of RULES) {
			expect(Object.keys(act.args ?? {})).toEqual(Object.keys(byVerb.get(act.verb)?.args ?? {}));
			for (const { f } of when) expect(['screen', 'last.verb']).toContain(f);
		}
	});

	it('names no fact that was not offered, and says which it misses', () => {
		const answer = decide({ screen: 'play', facts: {}, actions: profile.actions, recent: [{ act: { verb: 'close-log', args: {} } }] });
		expect(answer.act.verb).toBe('walk-north');
		expect(answer.because).toEqual([]);
		expect(answer.expects).toEqual([]);
		expect(answer.missing.map((fact) => fact.name)).toEqual(['screen', 'last.verb']);
	});

	it('waits, without confidence and without a reason, where no rule fits', () => {
		const answer = decide({ screen: 'unknown', facts: { screen: 'unknown' }, actions: profile.actions });
		expect(answer).toMatchObject({ act: { verb: 'wait' }, because: [], expects: [], scope: 'here', confidence: 0.1 });
	});

	it('does not click what is not in sight', () => {
		const question = { screen: 'log', facts: { screen: 'log', 'last.verb': 'open-log' }, actions: profile.actions };
		expect(decide({ ...question, elements: ['left-close'] }).act).toEqual({ verb: 'close-log', args: { at: 'left-close' } });
		expect(decide({ ...question, elements: ['log-title'] })).toMatchObject({ act: { verb: 'wait' }, because: [] });
	});

	it('does not answer a verb that the profile does not offer', () => {
		const answer = decide({ screen: 'title', facts: { screen: 'title' }, actions: [{ verb: 'wait' }] });
		expect(answer.act.verb).toBe('wait');
	});
});

describe('profile', () => {
	it('is one that the program reads', () => {
		expect(readProfile(text)).toMatchObject({ ok: true });
	});

	it('presses only keys and buttons that its safety list has', () => {
		for (const { input } of profile.actions) {
			for (const step of input) {
				if (step.key) expect(profile.safety.keys).toContain(step.key);
				if (step.click) expect(profile.safety.buttons).toContain(step.click);
			}
		}
	});

	it('walks to points inside its world box', () => {
		const [x, y, w, h] = profile.world;
		for (const step of profile.actions.flatMap((action) => action.input).filter((s) => Array.isArray(s.at))) {
			expect([step.at[0] >= x, step.at[1] >= y, step.at[0] < x + w, step.at[1] < y + h]).not.toContain(false);
		}
	});
});

describe('narrate', () => {
	it('says one line whose slots stand in it', () => {
		for (const type of profile.narration.events) {
			const { line, slots } = narrate({ event: { type, what: 'the $& Arrival', n: 2 } });
			expect(Object.keys(slots)).toEqual(['what']);
			expect(line).toContain(slots.what);
		}
		expect(narrate({ event: { type: 'death' } })).toEqual({ line: 'So that is how it ends.', slots: {} });
	});
});

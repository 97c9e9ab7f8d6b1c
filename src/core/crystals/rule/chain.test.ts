import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { truthOf } from '../../facts/literal.ts';
import { type FactTable, makeFactTable } from '../../facts/snapshot.ts';
import { type FactWanted, type Profile, readProfile } from '../../profile.ts';
import type { Facts, Literal } from '../../question.ts';
import { answerFromProse, type Chain, type ChainScene, readChain } from './chain.ts';
import { printAct, printLiteral } from './text.ts';

// ---- the set: chains written by hand, each with what it says ----------------------------------------------------------------

interface Table {
	readonly profile?: string;
	readonly facts?: readonly FactWanted[];
	readonly actions?: readonly string[];
	readonly sees?: readonly string[];
	readonly situations: Readonly<Record<string, Facts>>;
}
interface SetFile {
	readonly tables: Readonly<Record<string, Table>>;
	readonly chains: readonly (readonly [table: string, situation: string, text: string, says: readonly string[], act: string])[];
}
const file = JSON.parse(readFileSync(new URL('./chain.fixture.json', import.meta.url), 'utf8')) as SetFile;

function profileOf(table: Table): Pick<Profile, 'facts' | 'actions'> {
	if (table.profile !== undefined) {
		const read = readProfile(readFileSync(new URL(`../../../../public/profiles/${table.profile}.json`, import.meta.url), 'utf8'));
		if (!read.ok) throw new Error(read.faults[0]?.message);
		return read.profile;
	}
	return { facts: [...(table.facts ?? [])], actions: (table.actions ?? []).map((verb) => ({ verb, does: verb, input: [{ waitMs: 1 }] })) };
}
function put(table: FactTable, facts: Facts): void {
	for (const [id, value] of Object.entries(facts)) if (table.get(id)?.from === undefined) table.observe(id, value, 0);
}
function sceneOf(name: string, situation: string): ChainScene {
	const table = file.tables[name] as Table;
	const { facts: wanted, actions } = profileOf(table);
	const fresh = makeFactTable({ facts: wanted });
	fresh.define({ id: 'screen', kind: 'enum', open: true });
	for (const seen of table.sees ?? []) fresh.define({ id: `sees.${seen}`, kind: 'boolean' });
	const facts = table.situations[situation] as Facts;
	// Every situation of the table has been met before, this one last.
	for (const known of [...Object.values(table.situations), facts]) put(fresh, known);
	return { facts, table: fresh, actions, elements: table.sees ?? [] };
}

interface Judged {
	readonly text: string;
	readonly chain: Chain;
	readonly scene: ChainScene;
	readonly extracted: number;
	/** Literals found that the text does not say. */
	readonly wrong: readonly string[];
	/** Of `because`, what passes the truth check of admission. */
	readonly admitted: readonly Literal[];
	readonly act: string;
	readonly wanted: string;
}
function judge([name, situation, text, says, wanted]: SetFile['chains'][number]): Judged {
	const scene = sceneOf(name, situation);
	const chain = readChain(text, scene);
	const told: readonly (readonly [string, Literal])[] = [
		...chain.because.map((l) => ['', l] as const),
		...chain.unless.map((l) => ['unless ', l] as const),
		...chain.until.map((l) => ['until ', l] as const),
	];
	const fits = (said: string, prefix: string, literal: Literal): boolean => {
		const parts = /^(unless |until )?([a-z][a-z0-9.-]*)(<=|==|!=|>)(.*)$/.exec(said);
		if (parts === null || (parts[1] ?? '') !== prefix || parts[2] !== literal.f || parts[3] !== literal.op) return false;
		if (typeof literal.v !== 'number') return String(literal.v) === parts[4];
		const { min = 0, max = 0 } = scene.table.get(literal.f) ?? {};
		return parts[4] === '?' || Math.abs(literal.v - Number(parts[4])) <= Math.max(1e-9, 0.021 * (max - min));
	};
	return {
		text,
		chain,
		scene,
		extracted: told.length,
		wrong: told.filter(([prefix, l]) => !says.some((said) => fits(said, prefix, l))).map(([prefix, l]) => prefix + printLiteral(l)),
		admitted: chain.because.filter((l) => scene.table.fault(l) === undefined && truthOf(l, scene.facts) === true),
		act: chain.act === undefined ? '' : printAct(chain.act),
		wanted,
	};
}
const judged = file.chains.map(judge);
const held = judged.filter((_, i) => i % 2 === 1);
const share = (of: readonly Judged[], what: (one: Judged) => boolean): number => of.filter(what).length / of.length;
const precision = (of: readonly Judged[]): number =>
	1 - of.reduce((sum, one) => sum + one.wrong.length, 0) / of.reduce((sum, one) => sum + one.extracted, 0);

describe('the set of chains', () => {
	it('is of at least 150, over six tables, half of it held out', () => {
		expect(file.chains.length).toBeGreaterThanOrEqual(150);
		expect(Object.keys(file.tables).length).toBeGreaterThanOrEqual(6);
		expect(new Set(file.chains.map(([, , text]) => text)).size).toBe(file.chains.length);
	});

	it('yields an admitted literal in at least 70 % of what was held out', () => {
		expect(share(held, (one) => one.admitted.length > 0)).toBeGreaterThanOrEqual(0.8);
		expect(share(judged, (one) => one.admitted.length > 0)).toBeGreaterThanOrEqual(0.8);
	});

	it('yields nothing untrue: what is admitted holds in its situation, and every literal could stand in a rule', () => {
		for (const { admitted, scene } of judged) for (const literal of admitted) expect(truthOf(literal, scene.facts)).toBe(true);
		for (const { chain, scene } of judged)
			for (const literal of [...chain.because, ...chain.unless, ...chain.until]) expect(scene.table.fault(literal)).toBeUndefined();
	});

	it('mostly says what the text says even before the truth check', () => {
		expect(precision(judged)).toBeGreaterThanOrEqual(0.92);
		expect(precision(held)).toBeGreaterThanOrEqual(0.86);
	});

	it('finds the act that the text chooses, and hardly ever another', () => {
		expect(share(held, (one) => one.act === one.wanted)).toBeGreaterThanOrEqual(0.94);
		expect(share(held, (one) => one.act !== '' && one.act !== one.wanted)).toBeLessThanOrEqual(0.02);
	});

	it('finds nothing where nothing is said of any fact', () => {
		for (const one of judged)
			if (/^(?:Okay, so the goblin|Picking things up|Teamwork|History)/.test(one.text)) expect(one.chain.because).toEqual([]);
	});
});

// ---- the patterns, one by one -----------------------------------------------------------------------------------------------

const cellar = sceneOf('cellar', 'hurt');
const dungeon = sceneOf('dungeon', 'dire');
const wilds = sceneOf('wilds', 'dusk');
const realm = sceneOf('realm', 'strong');
const said = (scene: ChainScene, text: string): string => readChain(text, scene).because.map(printLiteral).join(' and ');
const chosen = (scene: ChainScene, text: string): string => {
	const { act } = readChain(text, scene);
	return act === undefined ? '' : printAct(act);
};

describe('a threshold', () => {
	it.each([
		['hp is below 10', 'hp <= 9'],
		['HP <= 8', 'hp <= 8'],
		['health is at most eight', 'hp <= 8'],
		['my hit points are over twenty-five', 'hp > 25'],
		['hp is at least 5', 'hp > 4'],
		['I have more than 3 potions', 'potions > 3'],
		['I have 2 or fewer potions', 'potions <= 2'],
		['I have two potions', 'potions > 1'],
		['I have only two potions', 'potions <= 2'],
		['hp is between 5 and 10', 'hp > 4 and hp <= 10'],
		['hp is under half', 'hp <= 19'],
		['hp is below 25%', 'hp <= 9'],
		['hp: 8/40', 'hp <= 8'],
		['my health is low, and it is below 12', 'hp <= 13 and hp <= 11'],
	])('%s', (text, literals) => {
		expect(said(cellar, text)).toBe(literals);
	});

	it('of a share is in the unit of its fact', () => {
		expect(said(dungeon, 'my health is below 25 percent')).toBe('me.hp.ratio <= 0.25');
		expect(said(wilds, 'energy is below a third')).toBe('energy <= 33.333');
	});

	it('of whose it is keeps to that', () => {
		expect(said(dungeon, "the enemy's hp is above half")).toBe('enemy.hp.ratio > 0.5');
		expect(said(dungeon, 'my hp is below half')).toBe('me.hp.ratio <= 0.5');
		expect(said(cellar, "the rat's hp is below 5")).toBe('');
	});

	it('at exactly an open end says nothing rather than something untrue', () => {
		expect(said(dungeon, 'my hp ratio is less than 0.18')).toBe('');
	});
});

describe('a level', () => {
	it('is at the cut of its fact nearest to the value, where the fact has cuts', () => {
		const scene = sceneOf('cellar', 'hurt');
		scene.table.snap({ f: 'hp', op: '<=', v: 15 }, scene.facts);
		scene.table.snap({ f: 'hp', op: '<=', v: 5 }, scene.facts);
		expect(said(scene, 'my health is low')).toBe('hp <= 15');
		expect(said(sceneOf('cellar', 'hurt'), 'my health is low')).toBe('hp <= 13');
	});

	it('said of a value that lies elsewhere stays false, for admission to refuse', () => {
		const quiet = sceneOf('cellar', 'quiet');
		const [literal] = readChain('my health is low', quiet).because as [Literal];
		expect(truthOf(literal, quiet.facts)).toBe(false);
	});

	it('is read of how somebody is', () => {
		expect(said(cellar, 'I am badly wounded')).toBe('hp <= 13');
		expect(said(cellar, 'I am thirsty')).toBe('thirsty == true');
	});
});

describe('a comparison', () => {
	it('of two facts is the fact derived from them, where there is one', () => {
		expect(said(realm, 'our strength is greater than their strength')).toBe('stronger == true');
		expect(said(realm, 'my power is lower than the enemy power')).toBe('stronger == false');
	});
	it('is else against the value of this moment', () => {
		expect(said(realm, 'gold is more than wheat')).toBe('gold > 90');
		expect(said(wilds, 'there are more arrows than wolves')).toBe('arrows > 2');
	});
});

describe('a denial', () => {
	it.each([
		['my hp is not low', 'hp > 13'],
		["my hp isn't below 10", 'hp > 9'],
		['my hp is not above 20', 'hp <= 20'],
		['my hp is no longer full', 'hp <= 38'],
		["I don't think my hp is high", 'hp <= 27'],
		['I have no potions', 'potions <= 0'],
		['I do not have more than 3 potions', 'potions <= 3'],
		['there are no more than 2 rats', 'rats <= 2'],
		['not only is my hp low', 'hp <= 13'],
		['neither rats nor slimes are here', 'rats <= 0 and slimes <= 0'],
		['no rats or slimes are visible', 'rats <= 0 and slimes <= 0'],
		['I am not thirsty', 'thirsty == false'],
		['the room is not the Crypt', 'room != "Crypt"'],
	])('%s', (text, literals) => {
		expect(said(cellar, text)).toBe(literals);
	});
	it.each([
		['I have no potion', 'inv.has.potion == false'],
		["I don't have a potion", 'inv.has.potion == false'],
		['without a potion', 'inv.has.potion == false'],
		['the pet is not dead', 'pet.alive == true'],
		['the pet is dead', 'pet.alive == false'],
		['I am not hungry', 'hunger != hungry'],
	])('%s', (text, literals) => {
		expect(said(dungeon, text)).toBe(literals);
	});
	it.each([
		['the fire is not lit', 'fire-lit == false'],
		['the fire is unlit', 'fire-lit == false'],
		['I am not without arrows', 'arrows > 0'],
		['it is not night', 'daylight == true'],
		['food is not yet low', 'food > 33'],
	])('%s', (text, literals) => {
		expect(said(wilds, text)).toBe(literals);
	});
	it('after "unless" is an exception, and no reason', () => {
		const chain = readChain('I should drink unless my hp is above 30.', cellar);
		expect(chain.because).toEqual([]);
		expect(chain.unless.map(printLiteral)).toEqual(['hp > 30']);
	});
});

describe('what is not claimed', () => {
	it.each([
		'Is my hp low?',
		'If my hp were low I would drink.',
		'My hp might be low soon.',
		'My hp was low.',
		'I should keep my hp full.',
		'Before my hp is low I leave.',
	])('%s', (text) => {
		expect(said(cellar, text)).toBe('');
	});
});

describe('a choice', () => {
	it.each([
		['hp is low, so drink', 'drink()'],
		['I should not drink, I should click the rat.', 'click(at: rat)'],
		['A rat is near. I will click it.', 'click(at: rat)'],
		['Best action: go through the cellar door by a click on it.', ''],
		['Action: click the door to the cellar', 'click(at: door-cellar)'],
		['There is no need to drink. Wait 2 seconds.', 'wait(ms: 2000)'],
		['I will go to [120, 44].', 'go(to: [120, 44])'],
		['I would drink if I could.', ''],
	])('%s', (text, act) => {
		expect(chosen(cellar, text)).toBe(act);
	});

	it('makes an answer of prose, whose reasons are read when a rule is made of it', () => {
		const text = 'My hp is low, so I should drink.';
		expect(answerFromProse(text, cellar)).toMatchObject({ act: { verb: 'drink', args: {} }, because: [], reasoning: text });
		expect(answerFromProse('I cannot decide.', cellar)).toBeUndefined();
	});
});

describe('a stranger’s text', () => {
	it('never makes a literal that a fact table would refuse, and the same one each time', () => {
		const word = fc.constantFrom(
			...'my hp health potions rats is are not no below above at least 3 20% half low full and or but because unless if so should drink click rat the than more neither nor , . : ( ) ? between __proto__ constructor toString'.split(
				' ',
			),
		);
		fc.assert(
			fc.property(fc.array(word, { maxLength: 40 }), (words) => {
				const text = words.join(' ');
				const chain = readChain(text, cellar);
				for (const literal of [...chain.because, ...chain.unless, ...chain.until]) expect(cellar.table.fault(literal)).toBeUndefined();
				expect(chain.because.length).toBeLessThanOrEqual(6);
				expect(readChain(text, cellar)).toEqual(chain);
			}),
			{ numRuns: 200, seed: 6 },
		);
	});

	it('of any characters is read without a throw', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
				readChain(text, dungeon);
			}),
			{ numRuns: 100, seed: 6 },
		);
	});

	it('of ten million characters costs no more than its end', () => {
		const end = ' My hp is below 10, so I should drink.';
		for (const filler of ['hp ', 'is not ', '1.', '(((((', 'a'.repeat(64), 'between 3 and ', '\n', '-', "n't "]) {
			const text = filler.repeat(Math.ceil(1e7 / filler.length)) + end;
			expect(chosen(cellar, text)).toBe(chosen(cellar, text.slice(-8000)));
		}
		expect(said(cellar, `${'. '.repeat(5e6)}${end}`)).toBe('hp <= 9');
	});

	it('cannot name what every object has', () => {
		const strange = {
			...cellar,
			facts: JSON.parse('{"hp": 8, "__proto__": {"gold": 1}, "constructor": 3}') as Facts,
			elements: ['__proto__', 'constructor', 'rat'],
		};
		expect(said(strange, 'constructor is below 5 and __proto__ is high and toString is low')).toBe('');
		expect(chosen(strange, 'I will hasOwnProperty the constructor.')).toBe('');
		expect(Object.prototype).not.toHaveProperty('gold');
	});
});

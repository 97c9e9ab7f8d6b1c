import { describe, expect, it } from 'vitest';
import { opposed, readSigns } from './polarity.ts';

const why = (goal: string, asked: string, names?: ReadonlySet<string>) => opposed(readSigns(goal, names), readSigns(asked, names))?.why;

describe('what must not be taken for each other', () => {
	it.each([
		['Go north.', 'Go south.', 'north'],
		['Go north.', 'Go on.', 'only one says "north"'],
		['Attack the guard.', "Don't attack the guard.", 'only one denies "attack"'],
		['Attack the guard.', 'Run away from the guard.', 'attack'],
		['Open the gate.', 'Keep the gate closed.', 'open'],
		['Buy three potions.', 'Buy five potions.', '3 is not 5'],
		['Buy a potion.', 'Buy two potions.', 'no number is not 2'],
		['Trade gold for wood.', 'Trade wood for gold.', 'changed places'],
		['Travel from the castle to the harbour.', 'Travel from the harbour to the castle.', 'not from it'],
		['Switch the lamp on.', 'Switch the old lamp off.', 'enable'],
		['Talk to the witch.', 'Stop talking to the witch.', 'only one denies'],
		['Talk to the witch.', 'Talk to the knight.', '"witch" is not "knight"'],
		['Equip the shield.', 'Unequip the shield.', 'equip'],
		['Hide from the patrol.', 'Wait there for the patrol of the night.', 'nothing of'],
		['Roll out the carpet.', 'Roll up the carpet.', 'spread'],
		['Vote for the mayor.', 'Vote against the mayor.', 'vote'],
	])('%s / %s', (goal, asked, reason) => {
		expect(why(goal, asked)).toContain(reason);
	});

	it('says of what it merely does not know that nothing else speaks against it', () => {
		const unknown = (goal: string, asked: string) => opposed(readSigns(goal), readSigns(asked))?.unknown;
		expect(unknown('Nourish the hounds.', 'Pamper the hounds.')).toBe(true);
		for (const asked of ['Do not pamper the hounds.', 'Pamper three hounds.', 'Stop pampering the hounds.'])
			expect(unknown('Nourish the hounds.', asked), asked).toBe(false);
	});

	it('reads what every object has as words', () => {
		expect(readSigns('constructor of toString').units.map(({ names }) => names[0])).toEqual(['constructor', 'tostr']);
	});

	it('tells names of the game apart, which no list of words can know', () => {
		const names = new Set(['oakvale', 'old-mill', 'ironford']);
		expect(why('Walk to Oakvale and rest there', 'March towards Ironford, then rest', names)).toBe('oakvale is not ironford');
		expect(why('Walk to the old mill', 'Go to the old mill now', names)).toBeUndefined();
	});
});

describe('what says the same', () => {
	it.each([
		['Go north through the forest.', 'Head north through the woods.'],
		['Attack the guard.', 'Strike the guard.'],
		['Buy three potions from the merchant.', 'Purchase 3 potions at the trader.'],
		['Turn off the lamp.', 'Switch the lamp off.'],
		['Do not wake the giant.', "Let the giant sleep, don't wake it."],
		['Keep talking to the witch.', 'Continue talking to the witch.'],
		['Give the letter to the queen.', 'Hand the letter over to the queen.'],
		['Never steal from the shop.', 'Don’t steal from the shop.'],
	])('%s / %s', (goal, asked) => {
		expect(why(goal, asked)).toBeUndefined();
	});
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../crystal.fixture.ts';
import type { Box } from '../../geometry.ts';
import { canvas } from '../../perception/drawing.fixture.ts';
import type { Cancel, Crop, Frame, TextReader } from '../../ports.ts';
import type { FactWanted } from '../../profile.ts';
import type { PerceptionAnswer } from '../../question.ts';
import type { Recognition } from '../template/apply.ts';
import { hintOf, interpret, type Line, makeTextMemory, readRegion } from './apply.ts';
import { finishRegions, planRegions, type RegionEvidence, withCase } from './crystallise.ts';
import { dataSchema, migrations, readData, type RegionCrystal, version } from './schema.ts';
import { endingOf, keepCharset, lookUp, narrow, normalise, numbersIn, withoutEnding } from './text.ts';
import { fitsPattern, patternCharset, patternFault } from './pattern.ts';

const facts: FactWanted[] = [
	{ name: 'hp', type: 'number', min: 0, max: 100 },
	{ name: 'place', type: 'text' },
	{ name: 'mood', type: 'enum', values: ['calm', 'angry'] },
	{ name: 'dialog-open', type: 'boolean', element: 'dialog' },
	{ name: 'coins', type: 'count', element: 'coin' },
	{ name: 'me', type: 'position', element: 'hero' },
	{ name: 'near', from: 'distance(a, b) < 3' },
];
const evidence: RegionEvidence = { ...evidenceOf(), facts };
const bar: Box = [10, 10, 60, 16];
const frame = (seed = 1): Frame => canvas(320, 200).texture(bar, seed).frame;
const told = (
	name: string,
	value: PerceptionAnswer['facts'][number]['value'],
	elements: [string, Box][] = [['bar', bar]],
	element?: string,
): PerceptionAnswer => ({
	screen: 'play',
	elements: elements.map(([n, b]) => ({ name: n, kind: 'bar', box: [...b] as [number, number, number, number], stable: true })),
	facts: [{ name, value, ...(element === undefined ? {} : { element }) }],
});
function learn(answer: PerceptionAnswer, text: string, existing: readonly RegionCrystal[] = [], confidence = 0.95) {
	const plan = planRegions(answer, frame(), existing, evidence);
	return finishRegions(plan, new Map([...plan.crops.keys()].map((key) => [key, { text, confidence }])), existing, evidence);
}
const hp = (value: number, text: string, existing: readonly RegionCrystal[] = []) =>
	learn(told('hp', value, [['bar', bar]], 'bar'), text, existing);
function one(harvest: { made: readonly RegionCrystal[] }): RegionCrystal {
	const [crystal] = harvest.made;
	if (crystal === undefined) throw new Error('nothing was learnt');
	return crystal;
}

const never: Cancel = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };
function scripted(...lines: (Line | Error)[]): TextReader & { asked: Crop[] } {
	const asked: Crop[] = [];
	return {
		asked,
		async readLine(crop) {
			asked.push(crop);
			const next = lines.length > 1 ? lines.shift() : lines[0];
			if (next instanceof Error) throw next;
			return next ?? { text: '', confidence: 0 };
		},
	};
}
const sure = (text: string): Line => ({ text, confidence: 0.95 });
const blind = { recognised: () => undefined };

describe('a number', () => {
	it('is read where it was told, once for the same pixels', async () => {
		const crystal = one(hp(45, 'HP 45/60'));
		const reader = scripted(sure('HP 45/60'), sure('HP 12/60'), sure('never'));
		const cache = makeTextMemory();
		expect(await readRegion(crystal, frame(1), cache, blind, reader, never)).toEqual({ hit: true, value: 45, rested: false });
		expect(await readRegion(crystal, frame(1), cache, blind, reader, never)).toEqual({ hit: true, value: 45, rested: true });
		expect(await readRegion(crystal, frame(2), cache, blind, reader, never)).toEqual({ hit: true, value: 12, rested: false });
		expect(await readRegion(crystal, frame(1), cache, blind, reader, never)).toMatchObject({ value: 45, rested: true });
		expect(reader.asked).toHaveLength(2);
		expect(reader.asked[0]).toMatchObject({ width: 66, height: 22 });
	});

	it('misses what is not the expected line', () => {
		const { data } = one(hp(45, 'HP 45/60'));
		expect(interpret(data, sure('HP 45'))).toMatchObject({ hit: false, reason: '"HP 45" holds 1 numbers, 2 are expected' });
		expect(interpret(data, sure(''))).toMatchObject({ hit: false, reason: 'no text stands there' });
		expect(interpret(data, { text: 'HP 45/60', confidence: 0.5 })).toMatchObject({ hit: false, reason: expect.stringContaining('50 %') });
		expect(interpret(data, sure('HP 450/60'))).toMatchObject({ hit: false, reason: expect.stringContaining('greatest') });
		expect(interpret(data, sure('HP -4/60'))).toMatchObject({ hit: false, reason: expect.stringContaining('least') });
	});

	it('is stale on a screen where it was never confirmed, and on a frame that lacks its box', async () => {
		const crystal = one(hp(45, '45'));
		expect(await readRegion(crystal, frame(), makeTextMemory(), { ...blind, screen: 'title' }, scripted(sure('45')), never)).toMatchObject({
			hit: false,
			reason: expect.stringContaining('"title"'),
		});
		expect(await readRegion(crystal, canvas(6, 6).frame, makeTextMemory(), blind, scripted(sure('45')), never)).toMatchObject({
			hit: false,
			reason: expect.stringContaining('outside'),
		});
		expect((await readRegion(crystal, frame(), makeTextMemory(), { ...blind, screen: 'play' }, scripted(sure('45')), never)).hit).toBe(
			true,
		);
	});

	it('turns a failing reader into a miss, and asks again next time', async () => {
		const crystal = one(hp(45, '45'));
		const cache = makeTextMemory();
		const reader = scripted(new Error('it died'), sure('45'));
		expect(await readRegion(crystal, frame(), cache, blind, reader, never)).toMatchObject({
			hit: false,
			reason: expect.stringContaining('it died'),
		});
		expect(await readRegion(crystal, frame(), cache, blind, reader, never)).toMatchObject({ hit: true, value: 45 });
	});

	it('is refused when it reads another value, with both', () => {
		expect(hp(45, 'HP 46/60')).toMatchObject({ made: [], refused: [{ what: 'region "hp"', why: 'read "HP 46/60" where 45 was told' }] });
		expect(hp(45, '')).toMatchObject({ made: [], refused: [{ why: expect.stringContaining('nothing could be read') }] });
	});

	it('learns the confusions of a font only from a told value', () => {
		const crystal = one(hp(10, 'lO'));
		expect(crystal.data.replace).toEqual({ l: '1', O: '0' });
		expect(interpret(crystal.data, sure('3O'))).toEqual({ hit: true, value: 30 });
		expect(interpret(one(hp(10, '10')).data, sure('3O'))).toMatchObject({
			hit: false,
			reason: expect.stringContaining('"O" beside a digit'),
		});
	});

	it('learns a unit beside the digits', () => {
		const crystal = one(hp(10, '10s'));
		expect(crystal.data.replace).toEqual({ s: ' ' });
		expect(interpret(crystal.data, sure('7s'))).toEqual({ hit: true, value: 7 });
	});

	it('believes two equal numbers, and misses until a later answer tells them apart', () => {
		const crystal = one(hp(60, '60/60'));
		expect(interpret(crystal.data, sure('60/60'))).toEqual({ hit: true, value: 60 });
		expect(interpret(crystal.data, sure('45/60'))).toMatchObject({ hit: false, reason: expect.stringContaining('told apart') });
		expect(hp(45, '45/60', [crystal])).toMatchObject({ made: [], changed: [{ id: crystal.id }] });
		expect(interpret(crystal.data, sure('12/60'))).toEqual({ hit: true, value: 12 });
	});

	it('is labelled by later answers', () => {
		const crystal = one(hp(45, '45'));
		expect(hp(44, '44', [crystal]).labelled).toMatchObject([{ id: crystal.id, harmful: false }]);
		expect(hp(43, '48', [crystal])).toMatchObject({ labelled: [{ harmful: true }], refused: [{ why: 'it reads 48 where 43 was told' }] });
		expect(crystal.data.screens).toEqual({ play: { seen: 2, of: 3 } });
	});
});

describe('numbers in text', () => {
	it.each([
		['HP 45/60', [45, 60]],
		['1,234', [1234]],
		["12'345 gold", [12345]],
		['-5°', [-5]],
		['3.5', [3.5]],
		['1.2.3', [1, 2, 3]],
		['none', []],
		['a10b20', [10, 20]],
	])('%s', (text, numbers) => {
		expect(numbersIn(text)).toEqual(numbers);
	});
});

describe('a text', () => {
	it('is what was told for it, never a guess', () => {
		const crystal = one(learn(told('place', 'Old Mill', [['bar', bar]], 'bar'), 'OLD MILL'));
		expect(interpret(crystal.data, sure('old mill'))).toEqual({ hit: true, value: 'Old Mill' });
		expect(interpret(crystal.data, sure('Old Mile'))).toMatchObject({ hit: false, reason: 'unknown text "Old Mile"' });
		learn(told('place', 'Harbour Gate', [['bar', bar]], 'bar'), 'Harbour Gate', [crystal]);
		expect(interpret(crystal.data, sure('Harbour Gale'))).toEqual({ hit: true, value: 'Harbour Gate' });
	});

	it('never forgives a digit', () => {
		expect(lookUp({ dungeonlevel1: 'one' }, 'Dungeon Level 2')).toBeUndefined();
		expect(lookUp({ dungeonlevel1: 'one' }, 'Dungeom Level 1')).toBe('one');
		expect(lookUp({ abcdefgh: 'a', abcdefgi: 'b' }, 'abcdefgx')).toBeUndefined();
	});

	it('is refused when one text stood for two values', () => {
		const crystal = one(learn(told('mood', 'calm', [['bar', bar]], 'bar'), ':)'));
		expect(learn(told('mood', 'angry', [['bar', bar]], 'bar'), ':)', [crystal])).toMatchObject({
			made: [],
			refused: [{ why: expect.stringContaining('calm') }],
		});
	});
});

describe('the form of a text', () => {
	const formed = (pattern: string): RegionCrystal => {
		const plan = planRegions(told('hp', 45, [['bar', bar]], 'bar'), frame(), [], {
			...evidence,
			facts: [{ name: 'hp', type: 'number', pattern }],
		});
		return one(finishRegions(plan, new Map([['hp', sure('HP 45/60')]]), [], { ...evidence }));
	};

	it('comes from the profile and is held against every line', () => {
		const { data } = formed('HP #/#');
		expect(data).toMatchObject({ pattern: 'HP #/#', language: 'en' });
		expect(interpret(data, sure('hp12/ 60'))).toEqual({ hit: true, value: 12 });
		expect(interpret(data, sure('MP 12/60'))).toMatchObject({ hit: false, reason: '"MP 12/60" has not the form "HP #/#"' });
		expect(interpret(data, sure('HP 12/60 7'))).toMatchObject({ hit: false });
	});

	it('that the first line has not is no reader', () => {
		expect(() => formed('99:99')).toThrow('nothing was learnt');
	});

	it.each([
		['#', '1,234', true],
		['#', '-3.5', true],
		['#', '12a', false],
		['#', '', false],
		['#/#', '45/60', true],
		['#/#', '45760', false],
		['#/#', '４５／６０', true],
		['99:99', '12:34', true],
		['99:99', '1:34', false],
		['99:99', '112:34', false],
		['* #%', 'Loading assets 81%', true],
		['* #%', '81 %', true],
		['Lv @#', 'lv B3', true],
		['\\##', '#7', true],
		['第#层', '第 3 层', true],
		['第#层', '第3屋', false],
	])('%s holds %s: %s', (pattern, text, fits) => {
		expect(fitsPattern(text, pattern)).toBe(fits);
	});

	it('is judged in a time that grows with the text alone, whatever both are', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ unit: 'grapheme' }), (pattern, text) => {
				patternFault(pattern);
				return typeof fitsPattern(text, pattern) === 'boolean';
			}),
			{ seed: 4953, numRuns: 500 },
		);
		expect(fitsPattern(`${'1,'.repeat(200_000)}x`, '#/#')).toBe(false);
	});

	it('says what is wrong with it', () => {
		expect(patternFault('##')).toContain('after "#"');
		expect(patternFault('*@')).toContain('after "*"');
		expect(patternFault('#\\')).toContain('cannot end');
		expect(patternFault('HP #/#')).toBeUndefined();
	});
});

describe('other scripts', () => {
	it('reads full-width digits as what they are, and no raised ones', () => {
		const crystal = one(hp(45, 'ＨＰ　４５／６０'));
		expect(interpret(crystal.data, sure('HP １２/60'))).toEqual({ hit: true, value: 12 });
		expect(numbersIn(narrow('５²'))).toEqual([5]);
		expect(narrow('ｱ')).toBe('ｱ');
	});

	it('maps Chinese and Japanese texts to the values that were told, in either width', () => {
		const crystal = one(learn(told('mood', 'calm', [['bar', bar]], 'bar'), '平静（ＬＶ１）'));
		expect(interpret(crystal.data, sure('平静(LV1)'))).toEqual({ hit: true, value: 'calm' });
		expect(interpret(crystal.data, sure('平静(LV2)'))).toMatchObject({ hit: false });
		learn(told('mood', 'angry', [['bar', bar]], 'bar'), 'ｲｶﾘ', [crystal]);
		expect(interpret(crystal.data, sure('イカリ'))).toEqual({ hit: true, value: 'angry' });
	});

	it('forgives a letter of a long text, and no sign that is a word', () => {
		expect(lookUp({ [normalise('Harbour Gate')]: 'gate' }, 'Harbour Gale')).toBe('gate');
		expect(lookUp({ 欢迎来到古老的东门村: 'east' }, '欢迎来到古老的西门村')).toBeUndefined();
		expect(lookUp({ おいでませひがしのむら: 'east' }, 'おいでませにがしのむら')).toBeUndefined();
	});

	it('keeps a charset in either width', () => {
		expect(keepCharset('ＡＢ１ x', 'AB１')).toBe('ＡＢ１ ');
	});

	it('follows its language in what is a capital', () => {
		expect(normalise('IŞIK', 'tr-TR')).toBe(normalise('ışık', 'tr-TR'));
		expect(normalise('ISIK', 'en')).toBe('isik');
	});
});

describe('facts of elements', () => {
	const at = (...boxes: Box[]): Recognition =>
		boxes.length === 0
			? { hit: false, best: 0.1, reason: '', rested: false }
			: { hit: true, rested: false, places: boxes.map((box) => ({ box, score: 1, exemplar: 0 })) };
	const read = (crystal: RegionCrystal, seen: Recognition | undefined) =>
		readRegion(crystal, frame(), makeTextMemory(), { recognised: () => seen }, scripted(), never);

	it('present: is there, is not, and half recognised is neither', async () => {
		const crystal = one(learn(told('dialog-open', true, [['dialog', [50, 50, 100, 60]]]), ''));
		expect(crystal.data).toMatchObject({ reader: 'present', element: 'dialog' });
		expect(await read(crystal, at([50, 50, 100, 60]))).toMatchObject({ hit: true, value: true });
		expect(await read(crystal, at())).toMatchObject({ hit: true, value: false });
		expect(await read(crystal, { hit: false, best: 0.8, reason: '', rested: false })).toMatchObject({
			hit: false,
			reason: expect.stringContaining('half recognised'),
		});
		expect(await read(crystal, undefined)).toMatchObject({ hit: false, reason: expect.stringContaining('no template') });
	});

	it('present: learns from "no" as well, and refuses contradictions', () => {
		expect(one(learn(told('dialog-open', false, []), '')).data.reader).toBe('present');
		expect(learn(told('dialog-open', false, [['dialog', [50, 50, 100, 60]]]), '').refused[0]?.why).toBe(
			'false was told, but "dialog" is there',
		);
		expect(learn(told('dialog-open', true, []), '').refused[0]?.why).toContain('not there');
	});

	it('count: all instances', async () => {
		const crystal = one(
			learn(
				told('coins', 2, [
					['coin', [10, 10, 20, 20]],
					['coin', [60, 10, 20, 20]],
				]),
				'',
			),
		);
		expect(await read(crystal, at([1, 1, 20, 20], [50, 1, 20, 20], [99, 1, 20, 20]))).toMatchObject({ value: 3 });
		expect(await read(crystal, at())).toMatchObject({ value: 0 });
		expect(learn(told('coins', 3, [['coin', [10, 10, 20, 20]]]), '').refused[0]?.why).toContain('placed 1 times');
	});

	it('position: the centre of the only one', async () => {
		const crystal = one(learn(told('me', [20, 20], [['hero', [10, 10, 20, 20]]]), ''));
		expect(await read(crystal, at([100, 50, 20, 20]))).toMatchObject({ value: [110, 60] });
		expect(await read(crystal, at([1, 1, 20, 20], [50, 1, 20, 20]))).toMatchObject({ hit: false });
		expect(await read(crystal, at())).toMatchObject({ hit: false });
		expect(learn(told('me', [90, 20], [['hero', [10, 10, 20, 20]]]), '').refused[0]?.why).toContain('stands at [20, 20]');
	});
});

describe('what is refused', () => {
	it.each([
		['a fact nobody asked for', told('gold', 5), 'does not ask'],
		['a derived fact', told('near', true), 'derived'],
		['a value of the wrong type', told('hp', 'many', [['bar', bar]], 'bar'), 'a number is wanted'],
		['a value out of range', told('hp', 400, [['bar', bar]], 'bar'), 'range'],
		['an enum without that value', told('mood', 'sad', [['bar', bar]], 'bar'), 'none of its values'],
		['a fact that no element shows', told('hp', 45), 'no element'],
		['a box outside', told('hp', 45, [['bar', [900, 10, 60, 16]]], 'bar'), 'no usable box'],
	])('%s', (_, answer, why) => {
		expect(learn(answer, '45')).toMatchObject({ made: [], refused: [{ why: expect.stringContaining(why) }] });
	});

	it('everything, while the picture changes or the screen is unknown', () => {
		const answer = told('hp', 45, [['bar', bar]], 'bar');
		expect(planRegions(answer, frame(), [], { ...evidence, transition: true })).toMatchObject({
			told: [],
			refused: [{ why: expect.stringContaining('changing') }],
		});
		expect(planRegions({ ...answer, screen: 'unknown' }, frame(), [], evidence)).toMatchObject({
			told: [],
			refused: [{ why: expect.stringContaining('unknown') }],
		});
	});

	it('never throws on any boxes and texts', () => {
		const box = fc.tuple(fc.double(), fc.integer(), fc.double({ min: 0, max: 400 }), fc.integer({ min: -5, max: 300 }));
		fc.assert(
			fc.property(box, fc.string(), fc.integer(), (b, text, value) => {
				const harvest = hp(value, text);
				const other = learn(told('hp', value, [['bar', b as unknown as Box]], 'bar'), text);
				return [...harvest.made, ...other.made].every((c) => readData(c.data, version, {}).ok);
			}),
			{ seed: 4953, numRuns: 500 },
		);
	});
});

describe('what a person puts right', () => {
	const elsewhere: Box = [10, 100, 60, 16];
	const line = { text: 'HP 4S/60', confidence: 0.95 };
	function putRight() {
		const crystal = one(hp(45, 'HP 45/60'));
		crystal.data = { ...crystal.data, box: [...elsewhere] as [number, number, number, number] };
		const right = withCase(crystal.data, { was: elsewhere, box: bar, at: 5, told: { line, value: 45 } });
		if (!right.ok) throw new Error(right.why);
		crystal.data = right.data;
		return crystal;
	}

	it('is a case: it stands where they drew it, and what is misread there is read right from then on', () => {
		const { data } = putRight();
		expect(data).toMatchObject({ box: [...bar], cases: [{ at: 5, was: [...elsewhere], reads: { text: 'HP 4S/60', value: 45 } }] });
		expect(interpret(data, sure('HP 4S/60'))).toEqual({ hit: true, value: 45 });
		expect(readData(JSON.parse(JSON.stringify(data)), version, {})).toEqual({ ok: true, data });
	});

	it('is not done wrong again: a model that puts it where it was is read where it is, and no second reader comes of it', () => {
		const crystal = putRight();
		const wrong = told('hp', 45, [['bar', elsewhere]], 'bar');
		expect(planRegions(wrong, frame(), [crystal], evidence).told[0]?.box).toEqual(bar);
		const harvest = learn(wrong, 'HP 45/60', [crystal]);
		expect(harvest.made).toEqual([]);
		expect(harvest.labelled).toMatchObject([{ id: crystal.id, harmful: false }]);
		// What harm set aside holds nothing up: the game may have been changed.
		expect(learn(wrong, 'HP 45/60', [{ ...crystal, state: 'quarantined' }]).made).toHaveLength(1);
	});

	it('is not unlearnt by an answer, and is refused where it contradicts what is read', () => {
		const { data } = putRight();
		expect(withCase(data, { was: bar, box: bar, at: 6, told: { line, value: 40 } })).toMatchObject({ ok: false });
		const named = { ...data, reader: 'enum' as const, factType: 'enum' as const, numbers: undefined, mapping: { open: 'shut' } };
		const { numbers: _, ...plain } = named;
		const shut = {
			...plain,
			cases: [{ at: 5, was: [...bar] as [number, number, number, number], reads: { text: 'Open', value: 'open' } }],
		};
		expect(withCase(shut, { was: bar, box: bar, at: 6, told: { line: sure('Ajar'), value: 'open' } })).toMatchObject({
			ok: false,
			why: expect.stringContaining('a person said that "Open" is "open"'),
		});
	});

	it('may be the box alone', () => {
		const { data } = one(hp(45, 'HP 45/60'));
		const right = withCase(data, { was: bar, box: elsewhere, at: 5 });
		expect(right).toMatchObject({ ok: true, data: { box: [...elsewhere], cases: [{ at: 5, was: [...bar] }] } });
	});
});

describe('schema', () => {
	it('round-trips through JSON', () => {
		const { data } = one(hp(45, 'HP 45/60'));
		expect(readData(JSON.parse(JSON.stringify(data)), version, {})).toEqual({ ok: true, data });
	});

	it('has no reader that needs no evidence, and names wrong fields', () => {
		const { data } = one(hp(45, 'HP 45/60'));
		expect(readData({ ...data, reader: 'constant' }, version, {})).toMatchObject({ ok: false, why: expect.stringContaining('reader') });
		expect(readData({ ...data, box: undefined }, version, {}).ok).toBe(false);
		expect(readData({ ...data, numbers: undefined }, version, {}).ok).toBe(false);
		expect(readData(data, version + 1, {}).ok).toBe(false);
		expect(dataSchema.type).toBe('strict_object');
		expect(migrations).toHaveLength(version - 1);
	});

	it('loads what version 1 stored, and reads it as then', () => {
		const old = {
			fact: 'hp',
			factType: 'number',
			reader: 'number',
			box: [10, 10, 60, 16],
			element: 'bar',
			numbers: { of: 2, picks: [0] },
			replace: { O: '0' },
			mapping: {},
			min: 0,
			screens: { play: { seen: 3, of: 4 } },
		};
		const read = readData(old, 1, {});
		expect(read).toEqual({ ok: true, data: old });
		if (read.ok) expect(interpret(read.data, sure('HP 3O/60'))).toEqual({ hit: true, value: 30 });
		expect(readData({ ...old, glyphs: {} }, 1, {}).ok).toBe(false);
	});

	it('refuses what is no pattern', () => {
		const { data } = one(hp(45, 'HP 45/60'));
		expect(readData({ ...data, pattern: '#9' }, version, {})).toMatchObject({ ok: false, why: expect.stringContaining('pattern') });
		expect(readData({ ...data, pattern: 'HP #/#' }, version, {}).ok).toBe(true);
	});
});

describe('digits that run together', () => {
	it('are parted where a told value proves a stroke between two numbers', () => {
		expect(endingOf('2807280', 280)).toBe('7280');
		expect(endingOf('95 ', 95)).toBeUndefined();
		expect(endingOf('2805280', 280)).toBeUndefined();
		expect(endingOf('28017', 280)).toBe('17');
		expect(endingOf('2807', 280)).toBeUndefined();
	});

	it('are not read when the ending is another one', () => {
		expect(withoutEnding('957280', '7280')).toBe('95');
		expect(withoutEnding('957300', '7280')).toBeUndefined();
		expect(withoutEnding('7280', '7280')).toBeUndefined();
		expect(withoutEnding('95', undefined)).toBe('95');
	});
});

describe('a reader that one answer placed and another places elsewhere', () => {
	const lower: Box = [10, 60, 60, 16];
	const at = (box: Box, existing: readonly RegionCrystal[]) => learn(told('hp', 40, [['bar', box]], 'bar'), '40', existing);

	it('is labelled while it is young, and not once it is trusted', () => {
		const first = one(hp(40, '40'));
		first.state = 'shadow';
		expect(at(lower, [first]).labelled).toEqual([
			{ id: first.id, harmful: true, detail: '"hp" is read at [10, 10, 60, 16], and shown at [10, 60, 60, 16]' },
		]);
		first.state = 'autonomous';
		expect(at(lower, [first]).labelled).toEqual([]);
	});

	it('is not, where it belongs to another screen', () => {
		const first = one(hp(40, '40'));
		first.data = { ...first.data, screens: { menu: { seen: 3, of: 3 } } };
		expect(at(lower, [first]).labelled).toEqual([]);
	});
});

describe('what can stand in a text', () => {
	it('follows from a form that leaves no letters open', () => {
		expect([...(patternCharset('Hp #/#') ?? '')].sort().join('')).toBe([..."Hhp+-−,.'0123456789/P"].sort().join(''));
		expect(patternCharset('99:99')).toBe('0123456789:');
		expect(patternCharset('* #%')).toBeUndefined();
		expect(patternCharset('@9')).toBeUndefined();
	});

	it('is told to the reader: the charset, else what the form holds, and the language', () => {
		expect(hintOf({ charset: 'ab', pattern: '#', language: 'en' })).toEqual({ charset: 'ab', language: 'en' });
		expect(hintOf({ pattern: '99' })).toEqual({ charset: '0123456789' });
		expect(hintOf({ pattern: '9/9', ending: '7280', language: 'de' })).toEqual({ language: 'de' });
		expect(hintOf({})).toEqual({});
	});

	it('is told for the first reading of a place as for all later ones', () => {
		const answer = told('hp', 45, [['bar', bar]], 'bar');
		expect(planRegions(answer, frame(), [], evidence).hints.get('hp')).toEqual({ language: 'en' });
	});
});

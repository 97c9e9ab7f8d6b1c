import { describe, expect, it } from 'vitest';
import type { Facts } from '../../question.ts';
import { crystalOf } from '../crystal.fixture.ts';
import { freshStat } from '../crystal.ts';
import { bytesOf, decideBySkill, makeSkillLibrary, ownThreshold, SURE } from './apply.ts';
import { type Features, isotonic, makeConfidence } from './confidence.ts';
import { EMBEDDING_BLOB, type Skill, type SkillData } from './schema.ts';
import { shopping } from './skill.fixture.ts';
import { makeWordIndex } from './words.ts';

function skill(id: string, data: Partial<SkillData>, more: Partial<Skill> = {}): Skill {
	const proven = { ...freshStat(), k: 20, labels: 20, clean: 20 };
	return crystalOf<Skill>({
		id,
		kind: 'skill',
		name: id,
		state: 'autonomous',
		stat: proven,
		data: { ...shopping, words: [], unless: [], ...data },
		...more,
	});
}
const sure = { of: () => 0.95 };
const never = { random: { next: () => 1 } };
const town: Facts = { screen: 'town' };
const ask = (text: string, facts = town) => ({ text, facts, at: 1 });

describe('the gate', () => {
	const shop = skill('buy-potion', {
		goal: 'Buy a potion.',
		when: [{ f: 'screen', op: '==', v: 'town' }],
		unless: [{ f: 'hp', op: '<=', v: 10 }],
	});
	const library = makeSkillLibrary([shop]);
	it('lets through what its conditions allow, and nothing else however alike', () => {
		expect(library.find(ask('Buy a potion.'), sure).found.map((f) => f.skill.id)).toEqual(['buy-potion']);
		expect(library.find(ask('Buy a potion.', { screen: 'cave' }), sure).found).toEqual([]);
		expect(library.find(ask('Buy a potion.', { screen: 'town', hp: 5 }), sure).found).toEqual([]);
		expect(library.find(ask('Buy a potion.', {}), sure).found).toEqual([]);
	});
	it('counts of the conditions how many are known to hold', () => {
		const met = (facts: Facts) => library.find(ask('Buy a potion.', facts), sure).found[0]?.features.met;
		expect(met({ screen: 'town', hp: 50 })).toBe(1);
		expect(met({ screen: 'town' })).toBe(0.5);
	});
});

describe('finding', () => {
	const east = new Float32Array([1, 0]);
	const near = new Float32Array([0.8, 0.6]);
	const with_ = (vector: Float32Array) => ({ blobs: { [EMBEDDING_BLOB]: bytesOf(vector) } });
	const free = { when: [], encoder: 'e' };
	const library = makeSkillLibrary([
		skill('go-north', { ...free, goal: 'Go north.' }, with_(east)),
		skill('go-far', { ...free, goal: 'Walk north as far as you can.' }, with_(near)),
		skill('buy', { ...free, goal: 'Buy bread.' }, with_(new Float32Array([0, 1]))),
	]);
	const found = (text: string, encoder?: string) =>
		library.find({ ...ask(text), ...(encoder === undefined ? {} : { vector: { encoder, numbers: east } }) }, { of: (f) => f.likeness });

	it('goes by words and vectors, and says when it had no vectors', () => {
		const both = found('Head northwards.', 'e');
		expect(both.by).toBe('words and vectors');
		expect(both.found.map((f) => f.skill.id)).toEqual(['go-north', 'go-far']);
		expect(both.found[0]?.features).toMatchObject({ likeness: 1, wordRank: 1 });
		expect(both.found[0]?.features.margin).toBeCloseTo(0.2);
		const words = found('Head northwards.');
		expect(words.by).toBe('words');
		expect(words.found[0]?.skill.id).toBe('go-north');
	});
	it('does not compare vectors of two encoders', () => {
		expect(found('Head northwards.', 'another').by).toBe('words');
	});
	it('refuses the opposite though nothing is nearer', () => {
		const south = found('Go south.', 'e');
		expect(south.found).toEqual([]);
		expect(south.refused.map((r) => r.skill.id)).toContain('go-north');
		expect(decideBySkill(south, never)).toMatchObject({
			outcome: 'miss',
			reason: 'no-crystal',
			detail: expect.stringContaining('"go-north"') as string,
		});
	});
	it('takes a goal with its parameters as they are now', () => {
		const buy = makeSkillLibrary([
			skill('buy', {
				when: [],
				goal: 'Buy a {thing}.',
				params: [{ name: 'thing', type: 'element', fact: 'wanted' }],
				steps: shopping.steps,
			}),
		]);
		expect(buy.find(ask('Buy a red potion.', { wanted: 'red-potion' }), sure).found).toHaveLength(1);
		expect(buy.find(ask('Buy a sword.', { wanted: 'red-potion' }), sure).found).toHaveLength(0);
	});
});

describe('who may act', () => {
	const find = (s: Skill, p: number) => makeSkillLibrary([s]).find(ask('Buy a potion.'), { of: () => p });
	it('acts when sure and proven, and says why not', () => {
		const s = skill('buy-potion', { goal: 'Buy a potion.' });
		expect(decideBySkill(find(s, 0.9), never)).toMatchObject({ outcome: 'hit', probability: 1 });
		expect(decideBySkill(find(s, 0.79), never)).toMatchObject({ outcome: 'miss', reason: 'below-threshold' });
		const young = skill('buy-potion', { goal: 'Buy a potion.' }, { state: 'shadow', stat: freshStat() });
		expect(decideBySkill(find(young, 0.99), never)).toMatchObject({ outcome: 'miss', reason: 'shadow' });
		const doubtful = skill('buy-potion', { goal: 'Buy a potion.' }, { stat: { ...freshStat(), k: 4, w: 3, labels: 7 } });
		expect(decideBySkill(find(doubtful, 0.99), never)).toMatchObject({
			outcome: 'miss',
			detail: expect.stringContaining('floor') as string,
		});
	});
	it('has a threshold of its own after six observations, and none so far that is too low', () => {
		const seen = (...right: boolean[]): [number, boolean][] => right.map((r, i) => [0.8 + i / 100, r]);
		expect(ownThreshold({ seen: seen(false, false) })).toBe(SURE);
		expect(ownThreshold({ seen: seen(true, true, true, true, true, true) })).toBe(SURE);
		expect(ownThreshold({ seen: seen(false, false, true, true, true, true) })).toBeCloseTo(0.82);
		expect(ownThreshold({ seen: seen(true, true, true, false, false, false) })).toBe(1);
	});
});

describe('words', () => {
	it('finds by rare words first, and forgets what was removed', () => {
		const index = makeWordIndex();
		index.add('a', ['go', 'cave', 'troll']);
		index.add('b', ['go', 'shop']);
		index.add('c', ['go', 'shop', 'bread']);
		expect(index.find(['go', 'troll'])[0]).toMatchObject({ id: 'a' });
		expect(index.find(['shop']).map((f) => f.id)).toEqual(['b', 'c']);
		expect(index.find(['go', 'shop'])[0]?.share).toBeCloseTo(1, 1);
		index.remove('b');
		expect(index.find(['shop']).map((f) => f.id)).toEqual(['c']);
		expect(makeWordIndex().find(['go'])).toEqual([]);
	});
});

describe('confidence', () => {
	const features = (likeness: number): Features => ({ likeness, wordRank: 1, margin: 0.1, met: 1, floor: 0.8, hours: 2 });
	function teach(labels: number) {
		const confidence = makeConfidence();
		let state = 7;
		const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
		for (let i = 0; i < labels; i++) {
			const likeness = 0.5 + random() / 2;
			confidence.learn(features(likeness), random() < (likeness - 0.5) * 2);
		}
		return confidence;
	}
	it('knows nothing at first, and learns that likeness counts', () => {
		expect(makeConfidence().of(features(0.99))).toBe(0.5);
		const taught = teach(60);
		expect(taught.of(features(0.95))).toBeGreaterThan(0.75);
		expect(taught.of(features(0.55))).toBeLessThan(0.35);
	});
	it('means what it says once it has hundreds of labels, and remembers it', () => {
		const taught = teach(600);
		for (const likeness of [0.6, 0.75, 0.9]) expect(Math.abs(taught.of(features(likeness)) - (likeness - 0.5) * 2)).toBeLessThan(0.1);
		const again = makeConfidence(JSON.parse(JSON.stringify(taught.memory())) as ReturnType<typeof taught.memory>);
		expect(again.of(features(0.8))).toBeCloseTo(taught.of(features(0.8)), 3);
		expect(again.labels).toBe(600);
	});
	it('lays a rising curve over what is not rising, and is never certain', () => {
		const curve = isotonic([
			[0.1, false],
			[0.2, true],
			[0.3, false],
			[0.4, true],
			[0.5, true],
		]);
		const heights = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 1].map(curve);
		expect(heights).toEqual(heights.toSorted((a, b) => a - b));
		expect(heights.at(-1)).toBeLessThan(1);
		expect(heights[0]).toBeGreaterThan(0);
	});
});

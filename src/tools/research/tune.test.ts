import { beforeAll, describe, expect, it } from 'vitest';
import { record, type Recorded } from '../bench/decisions/play.ts';
import { makeToy, TOY } from '../bench/decisions/toy.fixture.ts';
import { TUNING } from '../../core/reasoning/tuning.ts';
import {
	alone,
	AS_IN_PLAY,
	drawGains,
	type Findings,
	isBetter,
	judge,
	KNOBS,
	promising,
	replay,
	type Replayed,
	TELLINGS,
	swapped,
	tell,
	together,
} from './tune.ts';

const worth = (value: number): Replayed => ({
	hours: [{ local: value, harm: 0, calls: 0 }],
	worth: value,
	worths: [value, value, value],
});

describe('the settings', () => {
	it('turn one knob each, away from what holds in play, and nothing else', () => {
		for (const { name, tuning } of alone()) {
			const turned = KNOBS.filter((knob) => knob.of(tuning) !== knob.of(TUNING));
			expect(
				turned.map((knob) => knob.name),
				name,
			).toEqual([name.split(' ')[0]]);
		}
	});

	it('leave what cannot be undone, and the way there, to limits of their own', () => {
		const bold = alone().find(({ name }) => name === 'delta 0.04');
		expect(bold?.tuning.limits.combat.delta).toBe(0.04);
		expect(bold?.tuning.limits.irreversible).toEqual(TUNING.limits.irreversible);
		expect(bold?.tuning.limits.travel).toEqual(TUNING.limits.travel);
	});

	it('are combined from different knobs only', () => {
		const best = ['delta 0.03', 'delta 0.04', 'prior 8', 'leafLeast 3'].map((name) => ({
			name,
			tuning: alone().find((one) => one.name === name)?.tuning ?? TUNING,
		}));
		const both = together(best, 9);
		expect(both.map(({ name }) => name)).toEqual(['delta 0.03, prior 8', 'delta 0.03, prior 8, leafLeast 3']);
		expect(both[1]?.tuning).toMatchObject({ prior: 8, induce: { leafLeast: 3 }, limits: { strategy: { delta: 0.03 } } });
	});
});

describe('a replay', () => {
	let trace: Recorded[] = [];
	beforeAll(async () => {
		trace = await record(makeToy(), 3, 800);
	});

	it('asks less once rules are trusted, and is the same twice', () => {
		const once = replay(trace, TOY, TUNING, 1);
		expect(once.hours[0]?.calls).toBeLessThan(120);
		expect(once.worths[0]).toBeCloseTo(once.hours[0]?.local ?? 0);
		expect(once.worth).toBeCloseTo(once.worths.reduce((sum, worth) => sum + worth, 0) / TELLINGS.length);
		expect(replay(trace, TOY, TUNING, 1)).toEqual(once);
	});

	it('is dearer under a teacher that errs and in a world that changes: that is what caution is for', () => {
		const { hours } = replay(trace, TOY, TUNING, 1);
		const [plain, errs, changes] = hours.map(({ calls }) => calls);
		expect(errs).toBeGreaterThan(2 * (plain ?? 0));
		expect(changes).toBeGreaterThan(plain ?? 0);
	});

	it('turns two acts into each other from the middle on', () => {
		const moment = (verb: string): Recorded => ({
			...(trace[0] as Recorded),
			answer: { act: { verb, args: {} }, ok: [{ verb, args: {} }] } as never,
		});
		const verbs = ['left', 'right', 'left', 'right', 'take', 'left'];
		const turned = swapped(verbs.map(moment));
		expect(turned.map(({ answer }) => answer.act.verb)).toEqual(['left', 'right', 'left', 'left', 'take', 'right']);
		expect(turned.map(({ answer }) => answer.ok[0]?.verb)).toEqual(['left', 'right', 'left', 'left', 'take', 'right']);
	});

	it('is worth nothing in an hour of too much harm', () => {
		// A teacher that means the contrary of what it meant at first, with nothing in the facts to tell by.
		const turned = trace.map((one, i) =>
			i % 9 === 0 ? { ...one, answer: { ...one.answer, act: { verb: 'open', args: {} }, ok: [] } } : one,
		);
		const { hours, worth: value } = replay(
			turned,
			TOY,
			{ ...TUNING, limits: { ...TUNING.limits, strategy: { delta: 0.9, score: 0.1, floor: 0.01 } } },
			1,
		);
		expect(hours[0]?.harm).toBeGreaterThan(0.02);
		expect(value).toBe(0);
	});
});

describe('the verdict', () => {
	it('keeps what is better on every held-out run, and not what is so on average only', () => {
		const before = [0.8, 0.7, 0.9, 0.6, 0.8].map(worth);
		expect(isBetter(judge('surely', [0.83, 0.74, 0.92, 0.65, 0.84].map(worth), before))).toBe(true);
		expect(isBetter(judge('by luck', [1, 0.6, 0.95, 0.5, 0.9].map(worth), before))).toBe(false);
		expect(isBetter(judge('', before, before))).toBe(false);
		expect(isBetter(judge('of two runs', [0.9, 0.8].map(worth), before.slice(0, 2)))).toBe(false);
	});

	it('sends on what was better where it was chosen, the best first, without play itself', () => {
		const before = [0.5, 0.5].map(worth);
		const tried = [
			judge('', before, before),
			judge('a', [0.6, 0.6].map(worth), before),
			judge('b', [0.4, 0.5].map(worth), before),
			judge('c', [0.7, 0.7].map(worth), before),
		];
		expect(promising(tried, 5).map(({ name }) => name)).toEqual(['c', 'a']);
		expect(promising(tried, 1).map(({ name }) => name)).toEqual(['c']);
	});

	it('is told with its numbers, its pictures and what was chosen', () => {
		const before = [0.8, 0.7].map(worth);
		const held = [judge('', before, before), judge('prior 8', [0.9, 0.8].map(worth), before)];
		const findings: Findings = {
			worlds: ['corridor'],
			trainSeeds: [1],
			heldSeeds: [2],
			points: 800,
			tried: held,
			held,
			checked: [{ world: 'corridor', name: 'prior 8', ratio: 0.999, local: 0.9, harm: 0.01 }],
			kept: 'prior 8',
			tuning: AS_IN_PLAY.tuning,
		};
		const report = tell(findings);
		expect(report).toContain('**Better on runs that it was not chosen by: prior 8.**');
		expect(report).toContain('| prior 8 | 0.8500 | +0.1000 | +0.1000 … +0.1000 | 0.00 % |');
		expect(report).toContain('| corridor | prior 8 | 0.999 | 90.0 % | 1.00 % |');
		expect(drawGains('Gains', held).match(/<circle/g)).toHaveLength(2);
		expect(tell({ ...findings, kept: '', checked: [] })).toContain('**Nothing is better than what holds in play**');
	});
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fires } from '../../facts/literal.ts';
import { makeFactTable } from '../../facts/snapshot.ts';
import type { Random } from '../../ports.ts';
import type { Act, Facts } from '../../question.ts';
import { seeded } from '../../random.fixture.ts';
import { labelled } from '../lifecycle.ts';
import { actKey } from './apply.ts';
import { halfOfEpisode, induce } from './induce.ts';
import { makeTraces, type Trace, type Traces } from './traces.ts';

const table = makeFactTable({
	facts: [
		{ name: 'hp', type: 'number' },
		{ name: 'foes', type: 'number' },
		{ name: 'place', type: 'enum', values: ['wood', 'town', 'cave'] },
		{ name: 'potion', type: 'boolean' },
		{ name: 'noise', type: 'number' },
	],
});
const act = (verb: string): Act => ({ verb, args: {} });
const tuning = { leafLeast: 4, leavesMost: 200, cutsMost: 32 };

function factsBy(random: Random): Facts {
	const facts: Record<string, number | string | boolean> = {
		hp: Math.floor(random.next() * 100),
		foes: Math.floor(random.next() * 4),
		place: ['wood', 'town', 'cave'][Math.floor(random.next() * 3)] as string,
		potion: random.next() < 0.5,
		noise: random.next(),
	};
	if (random.next() < 0.1) delete facts['potion'];
	return facts;
}
/** Heal when low and able, fight when there is somebody to, else walk. */
function wanted({ hp, foes, potion }: Facts): string {
	if ((hp as number) <= 30 && potion === true) return 'drink';
	return (foes as number) > 0 ? 'fight' : 'walk';
}
function lived(seed: number, count: number, wrong = 0): { readonly traces: Traces; readonly all: Trace[] } {
	const random = seeded(seed);
	const traces = makeTraces(table, 20_000);
	const all = Array.from({ length: count }, (_, entry): Trace => {
		const facts = factsBy(random);
		const verb = random.next() < wrong ? 'walk' : wanted(facts);
		return { entry, facts, act: act(verb), ok: [], episode: `e${Math.floor(entry / 5)}`, layer: 'strategy' };
	});
	for (const trace of all) traces.add(trace);
	return { traces, all };
}

describe('induction', () => {
	it('finds the rules behind the acts, and leaves out what does not matter', () => {
		const { traces } = lived(5, 800);
		const { rules } = induce(traces, table, 'strategy', tuning);
		const good = rules.filter((rule) => rule.stat.w === 0 && rule.stat.k > 10);
		const random = seeded(77);
		let right = 0;
		let silent = 0;
		for (let i = 0; i < 500; i++) {
			const facts = factsBy(random);
			const first = good.toSorted((a, b) => b.stat.k - a.stat.k).find((rule) => fires(rule.when, [], facts));
			if (first === undefined) silent++;
			else if (first.then.verb === wanted(facts)) right++;
		}
		expect(silent).toBeLessThan(75);
		expect(right / (500 - silent)).toBeGreaterThan(0.97);
		const walk = good.filter((rule) => rule.then.verb === 'walk').toSorted((a, b) => b.stat.k - a.stat.k)[0];
		expect(walk?.when.map((l) => l.f)).not.toContain('noise');
		expect(walk?.when).toContainEqual({ f: 'foes', op: '<=', v: 0 });
	});

	it('counts only episodes that did not shape the tree, exactly as a look at each trace would', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 40, max: 160 }), (seed, count) => {
				const { traces, all } = lived(seed, count, 0.1);
				const halves = [0, 1].map((half) => all.filter((one) => halfOfEpisode(one.episode) === half));
				if (Math.min(...halves.map((half) => half.length)) < 0.25 * all.length) return;
				for (const rule of induce(traces, table, 'strategy', tuning).rules) {
					const counted = halves.map((half) =>
						labelled(
							half.flatMap((one) =>
								fires(rule.when, [], one.facts) ? [{ harmful: actKey(one.act) !== actKey(rule.then), episode: one.episode }] : [],
							),
						),
					);
					expect(counted).toContainEqual(rule.stat);
				}
			}),
			{ seed: 21, numRuns: 40 },
		);
	});

	it('grows no rules out of errors once their share is known', () => {
		const { traces } = lived(12, 600, 0.15);
		const blind = induce(traces, table, 'strategy', tuning).rules.length;
		const knowing = induce(traces, table, 'strategy', tuning, { noise: 0.15 });
		expect(knowing.rules.length).toBeLessThan(blind / 2);
		expect(new Set(knowing.rules.map((rule) => rule.then.verb)).size).toBeGreaterThan(1);
	});

	it('takes outcomes of local acts for counting alone', () => {
		const { traces } = lived(5, 200);
		const before = induce(traces, table, 'strategy', tuning);
		const low = { hp: 5, foes: 0, place: 'wood', potion: true, noise: 0.5 };
		for (let i = 0; i < 6; i++)
			traces.add({ entry: 900 + i, facts: low, act: act('drink'), ok: [], episode: 'x', layer: 'strategy', outcome: 'harmful' });
		const after = induce(traces, table, 'strategy', tuning);
		expect(after.rules.map((rule) => rule.when)).toEqual(before.rules.map((rule) => rule.when));
		const drink = after.rules.find((rule) => rule.then.verb === 'drink' && fires(rule.when, [], low));
		expect(drink?.stat.w).toBeGreaterThan(5);
	});

	it('names the place where no fact tells the cases apart', () => {
		const random = seeded(3);
		const traces = makeTraces(table, 5000);
		for (let entry = 0; entry < 400; entry++) {
			const facts = factsBy(random);
			const hidden = random.next() < 0.5;
			const verb = facts['place'] === 'cave' ? (hidden ? 'dig' : 'climb') : 'walk';
			traces.add({ entry, facts, act: act(verb), ok: [], episode: `e${entry}`, layer: 'strategy' });
		}
		const { mixed } = induce(traces, table, 'strategy', { ...tuning, leafLeast: 30 });
		expect(mixed.length).toBeGreaterThan(0);
		for (const leaf of mixed) {
			expect(leaf.when).toContainEqual({ f: 'place', op: '==', v: 'cave' });
			expect(leaf.acts.map((a) => a.verb).sort()).toEqual(['climb', 'dig']);
			expect(leaf.error).toBeGreaterThan(0.2);
		}
	});

	it('says nothing of too few cases, and of one act alone', () => {
		const { traces } = lived(9, 6);
		expect(induce(traces, table, 'strategy', tuning).rules).toEqual([]);
		expect(induce(traces, table, 'travel', tuning).rules).toEqual([]);
	});
});

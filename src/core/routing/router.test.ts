import { describe, expect, it } from 'vitest';
import type { CascadeCrystal } from '../crystals/cascade/schema.ts';
import { BURST, type Dial, OPEN_DIAL } from './dial.ts';
import { makeSim, share, simTier, type SimQuestion, type SimTier } from './sim.fixture.ts';

const SEEDS = [1, 2, 3, 4];
const at =
	(all: number | null): (() => Dial) =>
	() => ({ all, asks: {} });
const big: SimTier = { name: 'cloud', model: 'big', skill: () => ({ usable: 0.99, right: 0.97, ms: 3000 }) };
const small = (right: number, usable = 0.95, candour = 0): SimTier => ({
	name: 'device',
	model: 'small',
	candour,
	skill: () => ({ usable, right, ms: 2000 }),
});
const cloudShare = (log: readonly SimQuestion[]) => share(log, (q) => q.asked.includes('big'));
const quality = (log: readonly SimQuestion[]) => share(log, (q) => q.right);
const of = (sim: ReturnType<typeof makeSim>, key: string, model: string): CascadeCrystal =>
	sim.router.crystals().find(({ data }) => data.key === key && data.tier.model === model) as CascadeCrystal;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

describe('the dial', () => {
	it.each([0, 0.01, 0.05, 0.2, 0.5])('lets at most a share of %f of the questions reach the cloud, whatever the device does', (x) => {
		for (const seed of SEEDS) {
			for (const device of [small(0.6), small(0.95), small(0, 0), small(0.6, 0.95, 0.6)]) {
				const log = makeSim({ seed, tiers: [device, big], dial: at(x) }).run(300);
				// From the start on, not only at the end: any beginning of the log holds it within the burst.
				let reached = 0;
				let beyond = 0;
				log.forEach((q, i) => {
					if (q.asked.includes('big')) reached++;
					beyond = Math.max(beyond, reached - x * (i + 1));
				});
				expect(beyond).toBeLessThanOrEqual(BURST);
				if (x === 0) expect(reached).toBe(0);
			}
		}
	});

	it('uses the share where the device needs it', () => {
		for (const seed of SEEDS) {
			const log = makeSim({ seed, tiers: [small(0.6), big], dial: at(0.2) }).run(400);
			expect(cloudShare(log.slice(100))).toBeGreaterThan(0.15);
		}
	});

	it('leaves the share unused where the device is good', () => {
		for (const seed of SEEDS)
			expect(cloudShare(makeSim({ seed, tiers: [small(0.97, 0.99), big], dial: at(0.5) }).run(400))).toBeLessThan(0.06);
	});

	it('answers more right than sending the same share by chance', () => {
		const gains = SEEDS.map((seed) => {
			const keys = ['easy', 'hard'];
			const device: SimTier = {
				name: 'device',
				model: 'small',
				candour: 0.4,
				skill: (key) => ({ usable: 0.95, right: key === 'easy' ? 0.95 : 0.3, ms: 2000 }),
			};
			const log = makeSim({ seed, tiers: [device, big], keys, dial: at(0.25) })
				.run(600)
				.slice(150);
			// Sent by chance, a question is right as often as the mixture of the two tiers is.
			const sent = cloudShare(log);
			const alone = 0.95 * (share(log, (q) => q.key === 'easy') * 0.95 + share(log, (q) => q.key === 'hard') * 0.3);
			const byChance = sent * 0.99 * 0.97 + (1 - sent) * alone;
			return quality(log) - byChance;
		});
		for (const gain of gains) expect(gain).toBeGreaterThan(0.03);
		expect(median(gains)).toBeGreaterThan(0.06);
	});

	it('holds over a session that ends: what was spent is remembered', () => {
		const first = makeSim({ seed: 1, tiers: [small(0, 0), big], dial: at(0.1) });
		const log = first.run(100);
		const second = makeSim({ seed: 2, tiers: [small(0, 0), big], dial: at(0.1), crystals: first.crystals, memory: first.router.memory() });
		const reached = [...log, ...second.run(100)].filter((q) => q.asked.includes('big')).length;
		expect(reached).toBeLessThanOrEqual(20 + BURST);
		expect(second.router.meter('decision').shares.questions).toBe(200);
	});

	it('has a share of its own for an ask', () => {
		const dial = () => ({ all: null, asks: { decision: 0 } }) as Dial;
		expect(cloudShare(makeSim({ seed: 1, tiers: [small(0, 0), big], dial }).run(50))).toBe(0);
		expect(cloudShare(makeSim({ seed: 1, tiers: [small(0, 0), big], ask: 'narration', dial }).run(50))).toBe(1);
	});

	it('says in the miss what the share is and what was measured', () => {
		const sim = makeSim({ seed: 1, tiers: [big], dial: at(0) });
		expect(sim.ask()).toMatchObject({ asked: [], misses: ['dial-reached'], by: undefined });
	});
});

describe('routing', () => {
	it('asks the cheapest first and takes its word while little is known', () => {
		for (const seed of SEEDS) {
			const log = makeSim({ seed, tiers: [small(0.5, 0.9), big] }).run(8);
			for (const q of log) {
				expect(q.asked[0]).toBe('small');
				if (q.by === 'small') expect(q.asked).toEqual(['small']);
			}
		}
	});

	it('passes a tier over that never gives a usable answer, and gives it a chance at a falling rate', () => {
		for (const seed of SEEDS) {
			const sim = makeSim({ seed, tiers: [small(0, 0), big] });
			const log = sim.run(400);
			expect(of(sim, 'play', 'small')).toMatchObject({ state: 'autonomous', data: { verdict: 'skip', by: 'usable' } });
			const asked = (from: number, to: number) => share(log.slice(from, to), (q) => q.asked.includes('small'));
			expect(asked(0, 7)).toBe(1);
			expect(asked(20, 120)).toBeLessThan(0.2);
			expect(asked(200, 400)).toBeLessThan(0.06);
			expect(log.slice(20).some((q) => q.asked.includes('small'))).toBe(true);
			expect(log.at(-1)?.right || log.at(-2)?.right || log.at(-3)?.right).toBe(true);
		}
	});

	it('gives skipped tiers no more than eight chances an hour', () => {
		const sim = makeSim({ seed: 3, tiers: [small(0, 0), big], keys: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] });
		sim.run(200);
		// 30 s lie between two questions here, so an hour is 120 of them or fewer.
		const log = sim.run(600);
		for (let i = 0; i + 100 <= log.length; i += 20) {
			expect(log.slice(i, i + 100).filter((q) => q.asked.includes('small')).length).toBeLessThanOrEqual(8);
		}
	});

	it('asks a tier that was shown to fail all the same when nobody else can be asked', () => {
		const sim = makeSim({ seed: 1, tiers: [small(0, 0), big], dial: at(0) });
		expect(share(sim.run(60), (q) => q.asked.includes('small'))).toBe(1);
	});

	it('uses an ask’s verdict for kinds that have little data of their own', () => {
		const sim = makeSim({ seed: 1, tiers: [small(0, 0), big], keys: Array.from({ length: 40 }, (_, i) => `screen-${i}`) });
		const log = sim.run(40);
		// Forty screens, hardly one seen seven times: the ask as a whole knows.
		expect(share(log.slice(10), (q) => q.asked.includes('small'))).toBeLessThan(0.4);
	});

	it('takes a tier for good that is, and lets its answers stand', () => {
		for (const seed of SEEDS) {
			const sim = makeSim({ seed, tiers: [small(0.97, 0.99), big] });
			const log = sim.run(300);
			expect(of(sim, 'play', 'small')).toMatchObject({ state: 'autonomous', data: { verdict: 'good' } });
			expect(cloudShare(log.slice(50))).toBeLessThan(0.08);
		}
	});

	it('notices a good tier that gets worse, and quarantines what it knew', () => {
		const delays = SEEDS.map((seed) => {
			const turns: SimTier = {
				name: 'device',
				model: 'small',
				skill: (_, n) => (n <= 200 ? { usable: 0.98, right: 0.95, ms: 2000 } : { usable: 0.98, right: 0.2, ms: 2000 }),
			};
			const sim = makeSim({ seed, tiers: [turns, big] });
			sim.run(300);
			const fall = sim.changes.find((c) => c.name === 'decision on play: small' && c.change.to === 'quarantined');
			expect(fall?.question).toBeGreaterThan(200);
			return (fall?.question as number) - 200;
		});
		expect(Math.max(...delays)).toBeLessThanOrEqual(40);
	});

	it('brings a tier back that has recovered', () => {
		for (const seed of SEEDS) {
			const heals: SimTier = {
				name: 'device',
				model: 'small',
				skill: (_, n) => (n <= 60 ? { usable: 0, right: 0, ms: 2000 } : { usable: 0.99, right: 0.97, ms: 2000 }),
			};
			const sim = makeSim({ seed, tiers: [heals, big] });
			sim.run(60);
			expect(of(sim, 'play', 'small').data.verdict).toBe('skip');
			const log = sim.run(600);
			expect(of(sim, 'play', 'small')).toMatchObject({ state: 'autonomous', data: { verdict: 'good' } });
			expect(share(log.slice(-100), (q) => q.by === 'small')).toBeGreaterThan(0.85);
		}
	});

	it('stops asking first whom it doubts nearly always, when the cloud is not rationed', () => {
		for (const seed of SEEDS) {
			const log = makeSim({ seed, tiers: [small(0.45), big] }).run(300);
			expect(share(log.slice(150), (q) => q.asked.includes('small'))).toBeLessThan(0.3);
			expect(quality(log.slice(150))).toBeGreaterThan(0.85);
		}
	});

	it('foretells how likely answers are right: the error of its calibration is small', () => {
		const errors = SEEDS.map((seed) => {
			const sim = makeSim({ seed, tiers: [small(0.7, 0.95, 0.5), big], dial: at(0.2) });
			sim.run(400);
			return sim.router.calibration('decision').error as number;
		});
		expect(median(errors)).toBeLessThan(0.08);
	});

	it('waits for a tier by its own times when another follows, and by its own budget when it is alone', () => {
		const sim = makeSim({ seed: 1, tiers: [small(0.97, 0.99), big] });
		sim.run(40);
		const [device, cloud] = sim.router.steps(
			{ ask: 'decision', key: 'play' },
			[small(1), big].map((s) => simTier(s)),
		);
		expect(device?.waitMs).toBeGreaterThan(2000);
		expect(device?.waitMs).toBeLessThan(6000);
		expect(cloud?.tier.name).toBe('cloud');
		const walk = sim.router.walk({ ask: 'decision', key: 'play' }, [simTier(small(1))], sim.clock.at);
		expect(walk.next()).toMatchObject({ withinMs: 20_000 });
	});

	it('is the same with the same seed', () => {
		const run = () => {
			const sim = makeSim({ seed: 9, tiers: [small(0.6), big], dial: at(0.2), keys: ['a', 'b'] });
			return JSON.stringify([sim.run(150), [...sim.crystals.values()], sim.router.memory()]);
		};
		expect(run()).toBe(run());
	});

	it('makes no crystal for a single kind while there is one tier: there is nothing to choose', () => {
		const sim = makeSim({ seed: 1, tiers: [big], keys: ['a', 'b'] });
		sim.run(20);
		expect(sim.router.crystals().map((c) => c.name)).toEqual(['any decision: big']);
	});

	it('learns nothing more about what was retired, and does not use it', () => {
		const sim = makeSim({ seed: 1, tiers: [small(0, 0), big] });
		sim.run(30);
		for (const crystal of sim.router.crystals()) crystal.state = 'retired';
		const before = JSON.stringify(sim.router.crystals().map((c) => c.data));
		expect(share(sim.run(30), (q) => q.asked[0] === 'small')).toBe(1);
		expect(JSON.stringify(sim.router.crystals().map((c) => c.data))).toBe(before);
	});

	it('starts anew with an open dial where the memory is damaged', () => {
		const sim = makeSim({ seed: 1, tiers: [big], dial: () => OPEN_DIAL, memory: { meters: { decision: { tokens: 99 } }, chances: [] } });
		expect(sim.router.meter('decision').shares.questions).toBe(0);
	});
});

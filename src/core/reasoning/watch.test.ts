import { describe, expect, it } from 'vitest';
import { seeded } from '../random.fixture.ts';
import { makeWatch, STRICT_MS, type Watched } from './watch.ts';

const of = (harmful: boolean, more: Partial<Watched> = {}): Watched => ({
	rule: 'r',
	episode: 'e',
	harmful,
	chance: 1,
	audited: more.chance !== undefined,
	predicted: 0.01,
	at: 0,
	...more,
});
const watch = () => makeWatch({ delta: 0.02, chanceLeast: 0.0025 });

describe('the promise', () => {
	it('weighs each audit by its chance, so that doubtful acts, audited more, do not make it look worse than it is', () => {
		const random = seeded(4);
		let covered = 0;
		let biased = 0;
		for (let run = 0; run < 60; run++) {
			const one = watch();
			let seen = 0;
			let bad = 0;
			for (let n = 0; n < 20_000; n++) {
				const doubtful = random.next() < 0.1;
				const harmful = random.next() < (doubtful ? 0.1 : 0.01);
				const chance = doubtful ? 0.1 : 0.01;
				if (random.next() >= chance) continue;
				seen++;
				if (harmful) bad++;
				one.act(of(harmful, { chance, episode: `e${Math.floor(n / 20)}` }));
			}
			const { harm } = one.promise(0);
			// 0.9 · 0.01 + 0.1 · 0.1
			if (harm !== undefined && harm.low <= 0.019 && 0.019 <= harm.high) covered++;
			biased += bad / seen / 60;
		}
		expect(covered).toBeGreaterThanOrEqual(52);
		expect(biased).toBeGreaterThan(0.04);
	});

	it('counts an episode once, however many decisions of it hang together', () => {
		const apart = watch();
		const together = watch();
		for (let n = 0; n < 200; n++) {
			const harmful = Math.floor(n / 10) % 10 === 0;
			apart.act(of(harmful, { episode: `e${n}` }));
			together.act(of(harmful, { episode: `e${Math.floor(n / 10)}` }));
		}
		const width = ({ harm }: ReturnType<ReturnType<typeof watch>['promise']>): number => (harm?.high ?? 0) - (harm?.low ?? 0);
		expect(together.promise(0).harm?.mean).toBeCloseTo(0.1, 9);
		expect(width(together.promise(0))).toBeGreaterThan(2 * width(apart.promise(0)));
	});

	it('has evidence against it in at most one of twenty worlds that keep it, whenever one looks', () => {
		const random = seeded(8);
		let rejected = 0;
		for (let run = 0; run < 200; run++) {
			const one = watch();
			let most = 0;
			for (let n = 0; n < 2000; n++) {
				const chance = random.next() < 0.5 ? 0.5 : 0.0025 + 0.2 * random.next();
				if (random.next() < chance) one.act(of(random.next() < 0.02, { chance }));
				most = Math.max(most, one.promise(0).evidence);
			}
			if (most >= 20) rejected++;
		}
		expect(rejected).toBeLessThanOrEqual(10);
		const bad = watch();
		for (let n = 0; n < 100; n++) bad.act(of(n % 8 === 0));
		expect(bad.promise(0).evidence).toBeGreaterThan(20);
	});
});

describe('the global alarm', () => {
	it('names those that harmed most, and is strict for an hour', () => {
		const one = watch();
		expect(one.strict(0)).toBe(false);
		let most: readonly string[] | undefined;
		for (let n = 0; n < 30 && most === undefined; n++)
			most = one.act(of(n % 2 === 0, { rule: n % 3 === 0 ? 'worst' : `other-${n}`, at: 1000 + n }));
		expect(most?.[0]).toBe('worst');
		expect(most?.length).toBeLessThanOrEqual(10);
		expect(one.strict(1000 + STRICT_MS - 1)).toBe(true);
		expect(one.strict(1100 + STRICT_MS)).toBe(false);
	});

	it('goes on in the next session', () => {
		const one = watch();
		for (let n = 0; n < 9; n++) one.act(of(n === 3, { chance: n % 2 ? 1 : 0.01 }));
		const again = makeWatch({
			delta: 0.02,
			chanceLeast: 0.0025,
			from: JSON.parse(JSON.stringify(one.state())) as ReturnType<typeof one.state>,
		});
		expect(again.promise(0)).toEqual(one.promise(0));
	});
});

describe('a label that was asked for at all costs', () => {
	it('rings no alarm: of acts that were sure to be asked about, those were chosen that seemed wrong', () => {
		const [asked, shown] = [watch(), watch()];
		const ring = (one: ReturnType<typeof watch>, audited: boolean) =>
			Array.from({ length: 20 }, () => one.act(of(true, { chance: 1, audited }))).find((most) => most !== undefined);
		expect(ring(asked, true)).toBeUndefined();
		expect(ring(shown, false)).toBeDefined();
	});
});

describe('a changed world', () => {
	it('is noticed within a dozen answers when most contradict what was sure, and suspected after two', () => {
		const one = watch();
		expect(one.suspicion('left')).toBe(0);
		const suspicions: number[] = [];
		const noticed = Array.from({ length: 40 }, (_, n) => {
			const rings = one.answer(n % 4 !== 3, 0.05, 'left', `episode ${Math.floor(n / 3)}`);
			suspicions.push(one.suspicion('left'));
			return rings;
		}).indexOf(true);
		expect(suspicions[1]).toBeGreaterThan(0.5);
		expect(noticed).toBeGreaterThan(3);
		expect(noticed).toBeLessThan(12);
	});

	it('shows in the acts that it touches, however well the others still do', () => {
		const one = watch();
		const noticed = Array.from({ length: 40 }, (_, n) =>
			one.answer(n % 2 === 0, 0.05, n % 2 === 0 ? 'left' : 'forward', `episode ${Math.floor(n / 3)}`),
		).indexOf(true);
		expect(noticed).toBeGreaterThan(3);
		expect(noticed).toBeLessThan(12);
	});

	it('is not concluded from one odd situation, which is asked about all the same', () => {
		const one = watch();
		for (let n = 0; n < 9; n++) expect(one.answer(true, 0.05, 'left', 'before a blocked door')).toBe(false);
		expect(one.suspicion('left')).toBeGreaterThan(0.9);
		expect(one.answer(true, 0.05, 'left', 'elsewhere')).toBe(false);
		expect(one.answer(true, 0.05, 'left', 'and elsewhere')).toBe(true);
	});

	it('is suspected of the act that was contradicted, of others only once more is', () => {
		const one = watch();
		one.answer(true, 0.04, 'left', 'a');
		expect(one.suspicion('left')).toBeGreaterThan(0.1);
		expect(one.suspicion('forward')).toBeLessThan(0.03);
		one.answer(true, 0.04, 'left', 'b');
		expect(one.suspicion('forward')).toBeGreaterThan(0.1);
		for (let n = 0; n < 8; n++) one.answer(false, 0.04, 'left', 'c');
		expect(one.suspicion('left')).toBe(0);
	});

	it('is not suspected where as many contradict as were expected to', () => {
		const random = seeded(15);
		const one = watch();
		let rings = 0;
		for (const expected of [0.04, 0.14, 0.4])
			for (let n = 0; n < 5000; n++) if (one.answer(random.next() < expected, expected, `act ${n % 3}`, `episode ${n}`)) rings++;
		// Once in some thousands of answers at the most.
		expect(rings).toBeLessThanOrEqual(3);
	});
});

import { describe, expect, it } from 'vitest';
import { makeLane } from './lane.ts';

const never = new AbortController().signal;
function gate() {
	let open = (): void => {};
	const closed = new Promise<void>((resolve) => {
		open = resolve;
	});
	return { closed, open };
}

describe('a lane', () => {
	it('runs one at a time, by priority and then by arrival', async () => {
		const lane = makeLane();
		const order: string[] = [];
		const first = gate();
		const work = (name: string) => async () => void order.push(name);
		const all = [
			lane.run('first', 'background', never, () => first.closed),
			lane.run('b1', 'background', never, work('b1')),
			lane.run('loop', 'loop', never, work('loop')),
			lane.run('b2', 'background', never, work('b2')),
			lane.run('person', 'person', never, work('person')),
		];
		expect(lane.load).toBe(5);
		first.open();
		await Promise.all(all);
		expect(order).toEqual(['person', 'loop', 'b1', 'b2']);
		expect(lane.load).toBe(0);
	});

	it('lets whoever waits give up, at once and without a turn', async () => {
		const lane = makeLane();
		const first = gate();
		const running = lane.run('first', 'loop', never, () => first.closed);
		const given = new AbortController();
		let ran = false;
		const waiting = lane.run('second', 'loop', given.signal, async () => {
			ran = true;
		});
		given.abort();
		await expect(waiting).rejects.toMatchObject({ name: 'RuntimeError', reason: 'cancelled' });
		first.open();
		await running;
		expect(ran).toBe(false);
		await expect(lane.run('third', 'loop', given.signal, async () => {})).rejects.toMatchObject({ reason: 'cancelled' });
	});

	it('goes on after work that throws', async () => {
		const lane = makeLane();
		const failing = lane.run('bad', 'loop', never, () => {
			throw new Error('at once');
		});
		await expect(failing).rejects.toThrow('at once');
		expect(await lane.run('good', 'loop', never, async () => 7)).toBe(7);
	});

	it('runs as many at once as it is wide', async () => {
		const lane = makeLane(2);
		const gates = [gate(), gate(), gate()];
		let running = 0;
		let most = 0;
		const all = gates.map((g) =>
			lane.run('one', 'loop', never, async () => {
				most = Math.max(most, ++running);
				await g.closed;
				running--;
			}),
		);
		for (const g of gates) g.open();
		await Promise.all(all);
		expect(most).toBe(2);
	});
});

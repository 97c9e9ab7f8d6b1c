import { describe, expect, it } from 'vitest';
import { compareFound, type Contending, type Found, ratioOf, takeTurns } from './turns.mjs';

/** Contenders that write down who looked at what. */
function scripted(answers: Record<string, { ms: number; found: readonly Found[] }>) {
	const said: string[] = [];
	const contenders = Object.entries(answers).map(
		([who, { ms, found }]): Contending => ({
			who,
			run: async ({ frame, times }) => {
				said.push(`${who} ${frame}`);
				return { wall: Array.from({ length: times }, () => ms), cpu: [], found };
			},
		}),
	);
	return { said, contenders };
}
const nothing: readonly Found[] = [null];

describe('taking turns', () => {
	it('gives everybody the same frame within a turn, each turn in another order', async () => {
		const { said, contenders } = scripted({ 'falsework-node': { ms: 1, found: nothing }, peer: { ms: 2, found: nothing } });
		await takeTurns(contenders, ['a', 'b'], [{ mode: 'known', n: 1, turns: 2, turnsOf: {} }], () => {});
		expect(said.slice(2)).toEqual(['falsework-node a', 'peer a', 'peer b', 'falsework-node b']);
	});
	it('does not count the turn that warms up, and lets who has had its turns sit out', async () => {
		const { contenders } = scripted({ 'falsework-node': { ms: 1, found: nothing }, peer: { ms: 2, found: nothing } });
		const [result] = await takeTurns(contenders, ['a'], [{ mode: 'known', n: 1, turns: 4, turnsOf: { peer: 1 } }], () => {});
		expect(result?.runs.get('falsework-node')?.turns).toHaveLength(4);
		expect(result?.runs.get('peer')?.turns).toHaveLength(1);
	});
	it('never asks who has no turn at all', async () => {
		const { said, contenders } = scripted({ 'falsework-node': { ms: 1, found: nothing }, peer: { ms: 2, found: nothing } });
		const [result] = await takeTurns(contenders, ['a'], [{ mode: 'anchors', n: 1, turns: 2, turnsOf: { peer: 0 } }], () => {});
		expect(said.some((line) => line.startsWith('peer'))).toBe(false);
		expect(ratioOf(result?.runs ?? new Map(), 'peer', 'falsework-node')).toBeUndefined();
	});
	it('gives the ratio as peer ÷ ours and tells where the two answer differently', async () => {
		const { contenders } = scripted({
			'falsework-node': { ms: 2, found: [[0.9, 10, 10], [0.9, 50, 50], null, [0.9, 1, 1], null] },
			peer: { ms: 30, found: [[0.9, 11, 10], [0.9, 90, 50], [0.8, 5, 5], null, null] },
		});
		const [result] = await takeTurns(contenders, ['a'], [{ mode: 'whole', n: 5, turns: 1, turnsOf: {} }], () => {});
		const runs = result?.runs ?? new Map();
		expect(ratioOf(runs, 'peer', 'falsework-node')).toBe(15);
		expect(compareFound(runs, 'falsework-node', 'peer')).toEqual({ looked: 5, both: 1, elsewhere: 1, onlyOurs: 1, onlyPeer: 1 });
	});
});

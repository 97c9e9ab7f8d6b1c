import { describe, expect, it } from 'vitest';
import type { Literal } from '../question.ts';
import { makeFactRequests } from './requests.ts';

const cave: Literal = { f: 'place', op: '==', v: 'cave' };
const act = (verb: string) => ({ verb, args: {} });
const leaf = (labels = 40) => ({
	layer: 'strategy' as const,
	when: [cave],
	acts: [act('dig'), act('climb')],
	labels,
	error: 0.4,
	entries: [3, 4],
});

describe('a fact request', () => {
	it('is named by the next question there, and by no other', () => {
		const requests = makeFactRequests();
		requests.file([leaf()], 5);
		expect(requests.unclear({ place: 'cave' })).toEqual({ when: [cave], acts: [act('dig'), act('climb')], labels: 40 });
		expect(requests.unclear({ place: 'wood' })).toBeUndefined();
		expect(requests.unclear({})).toBeUndefined();
	});

	it('counts what models say is missing, and keeps it while the place stays mixed', () => {
		const requests = makeFactRequests();
		requests.file([leaf()], 5);
		const rope = { name: 'has-rope', type: 'bool' as const, why: 'to climb' };
		requests.hear({ place: 'cave' }, [{ name: 'depth', type: 'num', why: '' }]);
		for (let i = 0; i < 2; i++) requests.hear({ place: 'cave' }, [rope]);
		requests.hear({ place: 'wood' }, [rope]);
		requests.file([leaf(60)], 9);
		expect(requests.all()).toMatchObject([
			{
				text: 'place == cave',
				since: 5,
				asked: 3,
				labels: 60,
				missing: [
					{ name: 'has-rope', times: 2 },
					{ name: 'depth', times: 1 },
				],
			},
		]);
		expect(makeFactRequests(JSON.parse(JSON.stringify(requests.all())) as ReturnType<typeof requests.all>).all()).toEqual(requests.all());
		requests.file([], 10);
		expect(requests.all()).toEqual([]);
	});

	it('is kept for the twenty worst places', () => {
		const requests = makeFactRequests();
		requests.file(
			Array.from({ length: 30 }, (_, n) => ({ ...leaf(30 + n), when: [{ ...cave, v: `cave ${n}` }] })),
			1,
		);
		expect(requests.all()).toHaveLength(20);
		expect(requests.all()[0]?.labels).toBe(59);
	});
});

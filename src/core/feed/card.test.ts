import { describe, expect, it } from 'vitest';
import { TARGETS } from '../scorecard.ts';
import { card } from './card.ts';
import { h, toHtml } from './markup.ts';
import { optionPairs, readOptions, USUAL } from './options.ts';
import { emptySums, scorecard } from '../scorecard.ts';
import { type FeedSnapshot, snapshotOf } from './snapshot.ts';

const of = (query: string) => {
	const params = new URLSearchParams(query);
	return readOptions((name) => params.get(name));
};
const empty = snapshotOf(scorecard(emptySums()));
const snapshot: FeedSnapshot = {
	...empty,
	metrics: { ...empty.metrics, decision: { value: 0.75, local: 3, total: 4, target: [...TARGETS.decision] } },
	wrong: { checked: 50, wrong: 1, acted: 1 },
	idle: { value: 0.5, idle: 5, acts: 10 },
	simulated: true,
};

describe('the card', () => {
	it('is five meters by name, with wrong and idle beside them whatever is chosen', () => {
		const html = toHtml(card({ snapshot, staleSince: null }, USUAL));
		for (const name of ['Perception sovereignty', 'Decision sovereignty', 'Narration sovereignty', 'API cost', 'Skill library growth'])
			expect(html).toContain(`role="meter" aria-label="${name}"`);
		expect(html).toContain('aria-valuetext="75 %, 3 of 4 decisions, target 80 % at week 4"');
		expect(html).toContain('>simulated<');
		const one = toHtml(card({ snapshot, staleSince: null }, of('metrics=cost')));
		expect(one.match(/role="meter"/g)).toHaveLength(1);
		for (const text of [html, one]) expect(text.replaceAll(/<[^>]+>/g, '')).toMatch(/Wrong 2 % of 50 checkedIdle 50 % of 10 acts$/);
	});
	it('never shows a percentage without what it is of', () => {
		const rows = toHtml(card({ snapshot: empty, staleSince: null }, USUAL)).replaceAll(/<[^>]+>/g, ' ');
		expect(rows).not.toContain('%');
		expect(rows).toContain('too few to say');
		expect(rows).toContain('none checked yet');
	});
	it('says of the cost whether it falls, once enough sessions tell', () => {
		const { cost } = snapshot.metrics;
		const of = (sessions: typeof cost.sessions) =>
			toHtml(card({ snapshot: { ...snapshot, metrics: { ...snapshot.metrics, cost: { ...cost, sessions } } }, staleSince: null }, USUAL));
		expect(of({ verdict: 'too few', n: 4 })).toContain('>0 calls<');
		expect(of({ verdict: 'falling', n: 5, s: -10, p: 1 / 120 })).toContain('>0 calls, falling<');
	});
	it('says since when it is stale, and keeps its numbers', () => {
		const html = toHtml(card({ snapshot, staleSince: '12:03:04' }, USUAL));
		expect(html).toContain('stale since 12:03:04');
		expect(html).toContain('3 of 4 decisions');
	});
	it('has no style in its markup, which a host may forbid', () => {
		expect(toHtml(card({ snapshot, staleSince: null }, USUAL))).not.toMatch(/ style=|<style|<script/);
	});
});

describe('options', () => {
	it('leave what cannot be read as usual', () => {
		expect(of('theme=neon&metrics=money,,x&bg=&accent=red;&scale=-4&place=up&animate=maybe')).toEqual({ ...USUAL, scale: 0.1 });
		expect(of('metrics=cost,decision,cost&accent=FF0080&scale=0.5&animate=0')).toEqual({
			...USUAL,
			metrics: ['cost', 'decision'],
			accent: 'ff0080',
			scale: 0.5,
			animate: false,
		});
	});
	it('go into a query and come back', () => {
		const chosen = of('theme=light&metrics=skills,perception&title=A%20%26%20B&bg=panel&scale=0.4&place=top-left&animate=0');
		expect(of(new URLSearchParams(optionPairs(chosen).map(([name, value]) => [name, value])).toString())).toEqual(chosen);
		expect(optionPairs(USUAL)).toEqual([]);
	});
	it('keep a title on one line and text', () => {
		const { title } = of('title=a%0Adata:%20b%00%3Cscript%3E');
		expect(title).toBe('a data: b <script>');
		expect(toHtml(h('p', { title }, title))).toBe('<p title="a data: b &lt;script&gt;">a data: b &lt;script&gt;</p>');
	});
});

import { describe, expect, it } from 'vitest';
import { makeCascade, sealModel, type Tier } from '../cascade.ts';
import { ruleByHand } from '../crystals/approval/by-hand.ts';
import { APPROVAL_MIGRATIONS, APPROVAL_SCHEMA, type Approval, approvalText, readApproval } from '../crystals/approval/schema.ts';
import { applyStep, live } from '../crystals/lifecycle.ts';
import { makeLedger } from '../ledger.ts';
import { deskOf, profileOf, tierOf } from '../loop/desk.fixture.ts';
import { INSTRUCTIONS } from '../wire.ts';
import { type ClearedLine, makeGate } from './gate.ts';
import { linePartsOf } from './line.ts';
import type { Words } from './words.ts';

/** Lists that know one bad word, and are at a loss with a question mark. */
const words: Words = {
	judge: (text) =>
		text.includes('vile')
			? { verdict: 'abusive', why: 'a word of it is on the list' }
			: text.includes('?')
				? { verdict: 'doubtful', why: 'who knows' }
				: { verdict: 'clean' },
};

function setUp(answer?: (texts: readonly string[]) => unknown) {
	const desk = deskOf(profileOf());
	const ledger = makeLedger({ session: 's', next: 1, now: () => desk.clock.now(), persist: () => {} });
	const asked: (readonly string[])[] = [];
	const tiers: Tier[] =
		answer === undefined
			? []
			: [
					tierOf(
						sealModel(async ({ question }) => {
							const { texts } = question as { readonly texts: readonly string[] } & typeof question;
							asked.push(texts);
							return { text: JSON.stringify({ results: answer(texts) }), model: 'm', promptTokens: 0, completionTokens: 0 };
						}),
						{ asks: new Set(['moderation']) },
					),
				];
	const cascade = makeCascade({ ledger, clock: desk.clock, tiers: () => tiers, instructions: INSTRUCTIONS });
	const gate = makeGate({
		...desk,
		cascade,
		words,
		endpoint: () => tiers.length > 0,
		tick: () => 1,
		cancel: new AbortController().signal,
	});
	const approvals = () => [...desk.crystals.values()] as Approval[];
	return { desk, ledger, gate, asked, approvals, find: (text: string) => approvals().find(({ data }) => data.text === text) as Approval };
}
const joins = (name: string) => [{ slot: 'name', value: name }, { text: ' joins.' }];
const flags = (texts: readonly string[]) =>
	texts.map((text) => ({ flagged: text.includes('mean'), categories: text.includes('mean') ? ['harassment'] : [] }));

describe('without an endpoint', () => {
	it('approves a pattern once and judges its values each time', () => {
		const { gate, ledger, approvals } = setUp();
		expect((gate.pass(joins('Mira')) as ClearedLine).text).toBe('Mira joins.');
		expect((gate.pass(joins('Tamas')) as ClearedLine).text).toBe('Tamas joins.');
		expect(approvals().map(({ data }) => approvalText(data))).toEqual(['pattern "{name} joins." allowed by the word lists']);
		expect(gate.pass(joins('vile one'))).toMatchObject({ text: 'something joins.', held: 'the value of "name" is refused' });
		expect(approvals().map(({ data }) => [data.text, data.allowed])).toEqual([
			['{name} joins.', true],
			['vile one', false],
		]);
		expect(
			ledger
				.entries()
				.filter((e) => e.type === 'question')
				.map((e) => [e.ask, e.tier, e.calls]),
		).toEqual(Array(3).fill(['moderation', 'crystal', 0]));
	});

	it('says something else instead of a line that is refused, or is in doubt, or is refused only as a whole', () => {
		const { gate } = setUp();
		for (const parts of [
			[{ text: 'How vile.' }],
			[{ text: 'Who is that?' }],
			[
				{ slot: 'a', value: 'vi' },
				{ slot: 'b', value: 'le' },
			],
		]) {
			const line = gate.pass(parts) as ClearedLine;
			expect(line.held).not.toBe('');
			expect(line.text).not.toMatch(/vile|Who/);
		}
	});

	it('shows a long text without the sentences that are refused', () => {
		const { gate } = setUp();
		const talk = `${'I was born by the mill. '.repeat(200)}You vile thing! ${'And that is all. '.repeat(200)}`;
		const shown = gate.show(talk, 'something');
		expect(shown).toContain('I was born by the mill.');
		expect(shown).toContain('And that is all.');
		expect(shown).not.toContain('vile');
	});

	it('keeps no list of what was doubtful at a glance', () => {
		const { gate, approvals } = setUp();
		expect(gate.glance('g@rbl?d', 'something')).toBe('something');
		expect(approvals()).toEqual([]);
	});
});

describe('with an endpoint', () => {
	it('asks once about what nobody judged, and remembers yes and no', async () => {
		const { gate, asked, find } = setUp(flags);
		expect(await gate.pass(joins('Mean Joe'.toLowerCase()))).toMatchObject({ text: 'something joins.' });
		expect(await gate.pass(joins('Mira'))).toMatchObject({ text: 'Mira joins.', held: '' });
		expect(asked).toEqual([[' joins.'.padStart(8), 'mean joe'], ['Mira']]);
		expect(gate.pass(joins('mean joe'))).toMatchObject({ text: 'something joins.' });
		expect(gate.pass(joins('Mira'))).toMatchObject({ text: 'Mira joins.' });
		expect(asked).toHaveLength(2);
		expect(find('mean joe').data).toMatchObject({ allowed: false, by: 'endpoint', why: 'harassment' });
	});

	it('does not ask about what the lists refuse', async () => {
		const { gate, asked } = setUp(flags);
		await gate.pass(joins('vile'));
		expect(asked.flat()).not.toContain('vile');
	});

	it('stays shut when nobody answers, or answers short', async () => {
		for (const answer of [() => [], () => 'nonsense']) {
			const { gate, approvals } = setUp(answer);
			const line = await gate.pass([{ text: 'Fine words.' }]);
			expect(line.text).not.toBe('Fine words.');
			expect(line.held).toBe('the line is refused');
			expect(approvals()).toEqual([]);
		}
	});

	it('shows the safe word until the answer is there', async () => {
		const { gate } = setUp(flags);
		expect(gate.show('Find the relic', 'goal')).toBe('a goal of its own');
		await new Promise((resolve) => setTimeout(resolve));
		expect(gate.show('Find the relic', 'goal')).toBe('Find the relic');
	});

	it('has the last word where the lists are in doubt', async () => {
		const { gate } = setUp(flags);
		expect((await gate.pass([{ text: 'Who goes there?' }])).text).toBe('Who goes there?');
	});
});

describe('a person', () => {
	it('may allow what the lists refuse, revoke what was allowed, and take it back', () => {
		const { gate, find, desk } = setUp();
		gate.pass(joins('vile one'));
		const allowed = ruleByHand(find('vile one'), true, 5);
		expect(gate.pass(joins('vile one'))).toMatchObject({ text: 'vile one joins.', held: '' });
		if (!allowed.ok) throw new Error(allowed.why);
		allowed.act.takeBack(6);
		expect(gate.pass(joins('vile one'))).toMatchObject({ text: 'something joins.' });
		expect(ruleByHand(find('{name} joins.'), false, 7)).toMatchObject({ ok: true });
		expect((gate.pass(joins('Mira')) as ClearedLine).held).toBe('the line is refused');
		expect(ruleByHand(find('{name} joins.'), false, 8)).toMatchObject({ ok: false });
		expect(desk.crystals.size).toBe(2);
	});
});

describe('an approval', () => {
	it('that came with a pack is confirmed by four clean judgements before it counts', async () => {
		const { gate, find, desk, asked } = setUp(flags);
		await gate.pass(joins('Mira'));
		const approval = find('Mira');
		applyStep(approval, live(approval, { type: 'imported' }, 9));
		expect(approval.state).toBe('shadow');
		expect(asked).toHaveLength(1);
		await gate.pass(joins('Mira'));
		expect(asked).toHaveLength(2);
		expect(desk.changes.at(-1)?.change.to).toBe('autonomous');
	});

	it('survives its schema, and a damaged one is refused', () => {
		const data = { of: 'value', text: 'Mira', allowed: true, by: 'person', why: '' } as const;
		expect(readApproval(JSON.parse(JSON.stringify(data)), APPROVAL_SCHEMA)).toEqual({ ok: true, data });
		expect(readApproval({ ...data, text: '' }, 1)).toMatchObject({ ok: false });
		expect(readApproval(data, 2).ok).toBe(false);
		expect(APPROVAL_MIGRATIONS).toHaveLength(APPROVAL_SCHEMA - 1);
	});
});

it('cuts a line where its event’s values stand', () => {
	expect(linePartsOf('An old wolf with 12 hp, Bruno!', { type: 'fight', foe: 'old-wolf', hp: 12 })).toEqual([
		{ text: 'An ' },
		{ slot: 'foe', value: 'old wolf' },
		{ text: ' with ' },
		{ slot: 'hp', value: '12' },
		{ text: ' hp, Bruno!' },
	]);
	expect(linePartsOf('Nothing of note.', { type: 'x', a: 3 })).toEqual([{ text: 'Nothing of note.' }]);
});

import { describe, expect, it } from 'vitest';
import { type Attempt, type Infer, makeCascade, readAnswer, type Settlement, sealModel, type Tier, TierError } from './cascade.ts';
import { makeLedger, type QuestionEntry } from './ledger.ts';
import type { NarrationQuestion, PerceptionAnswer, PerceptionQuestion } from './question.ts';
import { INSTRUCTIONS } from './wire.ts';

const question: PerceptionQuestion = {
	falsework: 1,
	ask: 'perception',
	game: 'g',
	tick: 1,
	frame: { id: 'f', width: 100, height: 80 },
	facts: [],
	known: [],
};
const answer: PerceptionAnswer = { screen: 'title', elements: [], facts: [] };
const never = new AbortController().signal;

function setUp(infer: Infer, more: Partial<Tier> = {}, fallback?: Infer, held?: Parameters<typeof makeCascade>[0]['held']) {
	let now = 0;
	const clock = { now: () => 1_000_000 + now, monotonic: () => now++ };
	const ledger = makeLedger({ session: 's', next: 1, now: clock.now, persist: () => {} });
	const tier = (id: string, name: Tier['name'], model: Infer): Tier => ({
		id,
		name,
		label: id,
		asks: new Set(['perception']),
		budgetMs: 1000,
		model: sealModel(model),
		simulated: false,
		price: { inPerM: 1, outPerM: 2 },
		boxFormat: 'pixels',
		...more,
	});
	const tiers = [tier('near', 'local', infer), ...(fallback === undefined ? [] : [tier('far', 'cloud', fallback)])];
	return {
		ledger,
		tiers: () => tiers,
		cascade: makeCascade({ ledger, clock, tiers: () => tiers, instructions: INSTRUCTIONS, ...(held === undefined ? {} : { held }) }),
		entries: () => ledger.entries() as QuestionEntry[],
	};
}

const replying = (...texts: string[]): Infer & { asked: { fault?: string }[] } => {
	const asked: { fault?: string }[] = [];
	return Object.assign(
		async (request: { fault?: string }) => {
			asked.push({ ...(request.fault === undefined ? {} : { fault: request.fault }) });
			return { text: texts[Math.min(asked.length, texts.length) - 1] ?? '', model: 'm', promptTokens: 1000, completionTokens: 100 };
		},
		{ asked },
	) as unknown as Infer & { asked: { fault?: string }[] };
};

function settlement(check: () => Attempt<PerceptionAnswer>, more: Partial<Settlement<'perception'>> = {}): Settlement<'perception'> {
	return { question, check, crystallise: () => ({ made: [], refused: [], labelled: ['c1'] }), tick: 1, ...more };
}
const miss = (): Attempt<PerceptionAnswer> => ({ outcome: 'miss', reason: 'no-crystal', detail: 'never seen' });

describe('settle', () => {
	it('asks no model what is held, says why, and goes on checking crystals', async () => {
		const infer = replying(JSON.stringify(answer));
		const heard: unknown[] = [];
		const { cascade, entries } = setUp(infer, {}, undefined, (asking) => {
			heard.push(asking);
			return asking.look === 'same' ? 'asked 3 times' : undefined;
		});
		const ask = async (look: string, check = miss) => {
			const settling = cascade.settle(settlement(check, { kind: 'title', context: { look } }), never);
			return settling.how === 'asking' ? await settling.settled : settling.settled;
		};
		expect(await ask('same')).toBeUndefined();
		expect(infer.asked).toHaveLength(0);
		expect(entries()[0]).toMatchObject({ tier: null, calls: 0, why: 'asked 3 times', misses: [{ tier: 'crystal' }, { reason: 'held' }] });
		expect(heard).toEqual([{ ask: 'perception', kind: 'title', look: 'same' }]);
		expect(await ask('another')).toMatchObject({ tier: 'local' });
		expect(await ask('same', () => ({ outcome: 'miss', reason: 'audit', detail: 'checked' }))).toMatchObject({ tier: 'local' });
		expect(await ask('same', () => ({ outcome: 'hit', answer, used: ['c1'], why: 'known' }))).toMatchObject({ tier: 'crystal' });
	});

	it('writes one entry where a near-same question waits for a person, and with the next one how many waited', async () => {
		let consents = false;
		const { cascade, entries } = setUp(async (request) => {
			if (!consents) throw new TierError('no-consent', 'nobody has decided yet');
			return await replying(JSON.stringify(answer))(request, never);
		});
		const ask = async (look: string) => {
			const settling = cascade.settle(settlement(miss, { context: { look } }), never);
			return settling.how === 'asking' ? await settling.settled : settling.settled;
		};
		for (let i = 0; i < 5; i++) expect(await ask('0000ffff0000ffff')).toBeUndefined();
		expect(entries()).toHaveLength(1);
		// Another picture is another question, and is written.
		for (let i = 0; i < 2; i++) expect(await ask('ffffffffffffffff')).toBeUndefined();
		expect(entries()).toMatchObject([{ tier: null }, { tier: null, waited: { of: 1, times: 4 } }]);
		consents = true;
		expect(await ask('ffffffffffffffff')).toMatchObject({ tier: 'local' });
		expect(entries().at(-1)).toMatchObject({ tier: 'local', waited: { of: 2, times: 1 } });
		expect(entries()).toHaveLength(3);
		expect(cascade.endWaits()).toEqual([]);
		consents = false;
		for (let i = 0; i < 3; i++) expect(await ask('ffffffffffffffff')).toBeUndefined();
		expect(cascade.endWaits()).toEqual([{ of: 4, times: 2 }]);
		expect(cascade.endWaits()).toEqual([]);
	});

	it('keeps the last answer that could be read and left nothing, with what it was about', async () => {
		const ask: NarrationQuestion = { ...question, ask: 'narration', event: { type: 'fight', foe: 'wolf' }, persona: 'dry', recent: [] };
		const said = { line: 'The wolf falls.', slots: {}, variants: [] };
		const settled = async (text: string, more: Partial<Settlement<'narration'>>) => {
			const { cascade, entries } = setUp(replying(text), { asks: new Set(['narration']) });
			const crystallise: Settlement<'narration'>['crystallise'] = () => ({ made: [], refused: [], labelled: ['c1'] });
			const settling = cascade.settle<'narration'>({ question: ask, check: () => miss() as never, crystallise, tick: 1, ...more }, never);
			if (settling.how === 'asking') await settling.settled;
			return entries().at(-1)?.unused;
		};
		const kept = { ask: 'narration', answer: said, about: { event: ask.event } };
		expect(await settled(JSON.stringify(said), { verify: () => 'said lately' })).toEqual(kept);
		expect(await settled(JSON.stringify(said), { crystallise: () => ({ none: 'all-refused', detail: 'x' }) })).toEqual(kept);
		expect(await settled(JSON.stringify(said), {})).toBeUndefined();
		expect(await settled('no JSON', { verify: () => 'said lately' })).toBeUndefined();
	});

	it('asks once, then never again: the crystal that the answer became answers', async () => {
		const infer = replying(JSON.stringify(answer));
		const { cascade, entries } = setUp(infer);
		let crystal: PerceptionAnswer | undefined;
		const check = (): Attempt<PerceptionAnswer> =>
			crystal === undefined ? miss() : { outcome: 'hit', answer: crystal, used: ['c1'], why: 'known' };
		const s = settlement(check, {
			crystallise: (a) => {
				crystal = a;
				return { made: [], refused: [], labelled: ['c1'] };
			},
		});
		for (let i = 0; i < 5; i++) {
			const settling = cascade.settle<'perception'>(s, never);
			if (settling.how === 'asking') await settling.settled;
		}
		expect(infer.asked).toHaveLength(1);
		expect(entries().map((e) => e.tier)).toEqual(['local', 'crystal', 'crystal', 'crystal', 'crystal']);
		expect(entries()[0]).toMatchObject({ misses: [{ tier: 'crystal', reason: 'no-crystal' }], usd: 0.0012, violation: false });
	});

	it('gives what is made the very number of the entry that paid for it, whatever is written down meanwhile', async () => {
		const { ledger, cascade, entries } = setUp(replying(JSON.stringify(answer)));
		let named = 0;
		const settling = cascade.settle<'perception'>(
			settlement(miss, {
				crystallise: (_, { entry }) => {
					named = entry;
					ledger.append({ type: 'rested', ticks: 1 });
					return { made: [], refused: [], labelled: ['c1'] };
				},
			}),
			never,
		);
		if (settling.how === 'asking') expect((await settling.settled)?.entry.n).toBe(named);
		expect(entries().map(({ type, n }) => [type, n])).toEqual([
			['rested', named + 1],
			['question', named],
		]);
	});

	it('fills the checklist before anything leaves the machine, and sends nothing where it cannot', async () => {
		const infer = replying(JSON.stringify(answer));
		const { cascade, entries } = setUp(infer);
		const asking = async (detail: string): Promise<void> => {
			const check = (): Attempt<PerceptionAnswer> => ({ outcome: 'miss', reason: 'no-crystal', detail });
			const settling = cascade.settle<'perception'>(settlement(check, { kind: 'title' }), never);
			if (settling.how === 'asking') await settling.settled;
		};
		await asking('never seen');
		await asking('');
		expect(infer.asked).toHaveLength(1);
		expect(entries()[0]).toMatchObject({ kind: 'title', checklist: { fills: 'perception of "title": never seen' } });
		expect(entries()[1]).toMatchObject({ tier: null, calls: 0, misses: [{ tier: 'crystal' }, { tier: 'local', reason: 'no-checklist' }] });
		expect(entries()[1]?.checklist).toBeUndefined();
	});

	it('leaves the checklist out where the model is in the page', async () => {
		const { cascade, entries } = setUp(replying(JSON.stringify(answer)), { name: 'device' });
		const settling = cascade.settle<'perception'>(settlement(miss), never);
		if (settling.how === 'asking') await settling.settled;
		expect(entries()).toMatchObject([{ tier: 'device' }]);
		expect(entries()[0]?.checklist).toBeUndefined();
	});

	it('asks all the same where that is wanted, and says what the crystal would have said', async () => {
		const clock = { now: () => 0, monotonic: () => 0 };
		const ledger = makeLedger({ session: 's', next: 1, now: clock.now, persist: () => {} });
		const { tiers } = setUp(replying(JSON.stringify(answer)));
		const cascade = makeCascade({ ledger, clock, tiers, instructions: INSTRUCTIONS, alwaysAsk: new Set(['perception']) });
		const settling = cascade.settle<'perception'>(
			settlement(() => ({ outcome: 'hit', answer, used: ['c1'], why: 'known' })),
			never,
		);
		expect(settling.how).toBe('asking');
		if (settling.how === 'asking') await settling.settled;
		expect(ledger.entries()).toMatchObject([
			{ tier: 'local', calls: 1, misses: [{ reason: 'audit', detail: expect.stringContaining('known') }] },
		]);
	});

	it('names the fault in a second try, and takes the repaired answer', async () => {
		const infer = replying('{"screen":"Title!"}', JSON.stringify(answer));
		const { cascade, entries } = setUp(infer);
		const settling = cascade.settle<'perception'>(settlement(miss), never);
		const settled = settling.how === 'asking' ? await settling.settled : undefined;
		expect(settled?.answer).toEqual(answer);
		expect(infer.asked[1]?.fault).toContain('screen');
		expect(entries()[0]).toMatchObject({ calls: 2, promptTokens: 2000, tier: 'local' });
	});

	it('is a miss after two bad answers, and goes on to the next tier', async () => {
		const infer = replying('half a {"js', '<html>');
		const { cascade, entries } = setUp(infer, {}, replying(JSON.stringify(answer)));
		const settling = cascade.settle<'perception'>(settlement(miss), never);
		if (settling.how === 'asking') await settling.settled;
		expect(entries()[0]).toMatchObject({ tier: 'cloud', calls: 3 });
		expect(entries()[0]?.misses.map((m) => m.reason)).toEqual(['no-crystal', 'bad-answer']);
	});

	it('reads prose only when it stays prose after the one repair', async () => {
		const words = 'This is the title screen.';
		const prose = (text: string) => (text === words ? answer : undefined);
		const infer = replying(words);
		const { cascade, entries } = setUp(infer);
		const settling = cascade.settle<'perception'>(settlement(miss, { prose }), never);
		expect(settling.how === 'asking' && (await settling.settled)).toMatchObject({ answer });
		expect(infer.asked).toHaveLength(2);
		expect(entries()[0]).toMatchObject({ tier: 'local', calls: 2, tries: [{ outcome: 'again' }] });

		// Broken JSON is no prose, and nor is what the caller finds impossible an answer.
		for (const [texts, more] of [
			[['{"screen": "title"', '```json\n{"screen"'], { prose: () => answer }],
			[[words], { prose, verify: () => 'no such screen' }],
			[[words], {}],
			[['It is dark.'], { prose }],
		] as const) {
			const bad = setUp(replying(...texts));
			const lost = bad.cascade.settle<'perception'>(settlement(miss, more), never);
			expect(lost.how === 'asking' && (await lost.settled)).toBeUndefined();
			expect(bad.entries()[0]?.misses.at(-1)?.reason).toBe('bad-answer');
		}
	});

	it('refuses an answer that the caller finds impossible, such as an unknown verb or boxes outside the frame', async () => {
		const { cascade, entries } = setUp(replying(JSON.stringify(answer)));
		const settling = cascade.settle<'perception'>(settlement(miss, { verify: () => 'no box lies inside the frame' }), never);
		expect(settling.how === 'asking' && (await settling.settled)).toBeUndefined();
		expect(entries()[0]).toMatchObject({ tier: null, calls: 2, violation: false });
		expect(entries()[0]?.misses.at(-1)).toMatchObject({ reason: 'bad-answer', detail: 'no box lies inside the frame' });
	});

	it.each(['timed-out', 'cap-reached', 'breaker-open', 'no-consent', 'tier-failed'] as const)(
		'keeps why a tier missed: %s',
		async (reason) => {
			const { cascade, entries } = setUp(async () => {
				throw new TierError(reason, 'not now');
			});
			const settling = cascade.settle<'perception'>(settlement(miss), never);
			expect(settling.how === 'asking' && (await settling.settled)).toBeUndefined();
			expect(entries()[0]?.misses.at(-1)).toMatchObject({ tier: 'local', reason, detail: 'not now' });
			// What never left the machine is no call.
			expect(entries()[0]?.calls).toBe(reason === 'timed-out' || reason === 'tier-failed' ? 1 : 0);
		},
	);

	it('says that nobody answers such questions when no tier does', async () => {
		const { cascade, entries } = setUp(replying(JSON.stringify(answer)), { asks: new Set(['decision']) });
		const settling = cascade.settle<'perception'>(settlement(miss), never);
		if (settling.how === 'asking') await settling.settled;
		expect(entries()[0]?.misses.at(-1)?.reason).toBe('no-tier');
	});

	it('counts an inference with neither artefact nor stated reason as a violation', async () => {
		const { cascade, entries } = setUp(replying(JSON.stringify(answer)));
		for (const crystallise of [
			() => ({ made: [], refused: [], labelled: [] }),
			() => {
				throw new Error('disk full');
			},
		]) {
			const settling = cascade.settle<'perception'>(settlement(miss, { crystallise }), never);
			if (settling.how === 'asking') await settling.settled;
		}
		expect(entries().map((e) => e.violation)).toEqual([true, true]);
		expect(entries()[1]?.why).toContain('disk full');
	});

	it('does not count a stated reason as one', async () => {
		const { cascade, entries } = setUp(replying(JSON.stringify(answer)));
		const settling = cascade.settle<'perception'>(
			settlement(miss, { crystallise: () => ({ none: 'answer-unknown', detail: 'it does not know' }) }),
			never,
		);
		if (settling.how === 'asking') await settling.settled;
		expect(entries()[0]).toMatchObject({ violation: false, why: 'answer-unknown: it does not know' });
	});

	it('shows an unknown price as unknown, not as nothing', async () => {
		const { cascade, entries } = setUp(replying(JSON.stringify(answer)), { price: null });
		const settling = cascade.settle<'perception'>(settlement(miss), never);
		if (settling.how === 'asking') await settling.settled;
		expect(entries()[0]?.usd).toBeNull();
	});
});

describe('readAnswer', () => {
	it('refuses what is not the answer asked for, naming the field', () => {
		expect(readAnswer('perception', '{}')).toHaveProperty('fault');
		expect(readAnswer('perception', 'null')).toHaveProperty('fault');
		expect(
			readAnswer('perception', '{"screen":"a","elements":[{"name":"x","kind":"button","box":[0,0,null,1]}],"facts":[]}'),
		).toMatchObject({
			fault: expect.stringContaining('elements.0.box'),
		});
		expect(readAnswer('decision', '{"act":{"verb":"go"},"because":[{"f":"__proto__","op":"==","v":1}]}')).toHaveProperty('fault');
	});

	it('drops fields nobody asked for', () => {
		expect(readAnswer('perception', JSON.stringify({ ...answer, run: 'rm -rf' }))).toEqual({ answer });
	});
});

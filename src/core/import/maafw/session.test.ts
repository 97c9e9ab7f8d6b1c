// An imported project in a session of the very loop: its skill is held against a model's answers in shadow, and carries its task out
// by itself once it has proved itself. The model is scripted; eyes find the project's own templates in the pixels.
import { describe, expect, it } from 'vitest';
import { makeCascade, sealModel } from '../../cascade.ts';
import type { Crystal } from '../../crystals/crystal.ts';
import type { Skill } from '../../crystals/skill/schema.ts';
import type { Box } from '../../geometry.ts';
import { type LedgerEntry, makeLedger, type QuestionEntry } from '../../ledger.ts';
import { deskOf, openGate, tierOf } from '../../loop/desk.fixture.ts';
import { makeEyes } from '../../loop/eyes.ts';
import { makeLoop, type Voice } from '../../loop/loop.ts';
import { makeMind } from '../../loop/mind.ts';
import type { Act } from '../../question.ts';
import { INSTRUCTIONS } from '../../wire.ts';
import { importMaa } from './maafw.ts';
import { placeOf, screen, type Screen, screenProject, screenTools, thingAt } from './screen.fixture.ts';

const TASK: Readonly<Record<Screen, Act>> = {
	menu: { verb: 'click', args: { at: 'shop' } },
	counter: { verb: 'click', args: { at: 'buy' } },
	advert: { verb: 'press-escape', args: {} },
	done: { verb: 'wait', args: { ms: 400 } },
};

/** @param after  what the game shows once something was bought; the shop is in sight there too */
async function playSession(after: 'menu' | 'done') {
	const done = await importMaa(screenProject(), screenTools);
	if (!done.ok) throw new Error(done.why);
	const { profile, crystals } = done.import;
	const desk = deskOf(profile, new Map(crystals.map((c): [string, Crystal] => [c.id, c])));
	const { clock } = desk;
	// As it is after each tick, which the narrowing of a variable does not know.
	let shows = 'menu' as Screen;
	const did: string[] = [];
	const ledger = makeLedger({ session: 's', next: 1, now: () => clock.now(), persist: () => {} });
	const answers = {
		perception: () => ({
			screen: shows,
			elements: (['shop', 'buy', 'sold', 'ad'] as const)
				.filter((thing) => thingAt(shows, ...middle(placeOf(thing))) === thing)
				.map((name) => ({ name, kind: 'button', box: placeOf(name), stable: true })),
			facts: [],
		}),
		decision: () => ({
			act: TASK[shows],
			options: [],
			because: [{ f: 'screen', op: '==', v: shows }],
			unless: [],
			expects: [],
			until: [],
			scope: 'situation',
			confidence: 1,
			missing: [],
		}),
	};
	const model = tierOf(
		sealModel(async (request) => ({
			text: JSON.stringify(answers[request.question.ask as keyof typeof answers]()),
			model: 'scripted',
			promptTokens: 1,
			completionTokens: 1,
		})),
	);
	const mind = makeMind({ ...desk, random: { next: () => 0.999_999 } });
	const loop = makeLoop({
		profile,
		clock,
		ledger,
		cascade: makeCascade({ ledger, clock, tiers: () => [model], instructions: INSTRUCTIONS }),
		eyes: makeEyes({ ...desk, reader: { readLine: async () => ({ text: '', confidence: 1 }) } }),
		mind,
		voice: { attempt: () => ({ outcome: 'silence', why: 'not listened to' }) } as unknown as Voice,
		gate: openGate,
		driver: {
			kind: 'practice',
			async act({ steps }) {
				for (const step of steps) {
					if (step.do === 'click') {
						const thing = thingAt(shows, step.at.x, step.at.y);
						did.push(`${skill().state} ${thing}`);
						if (thing === 'shop' && shows === 'menu') shows = 'counter';
						else if (thing === 'buy') shows = after;
					}
				}
				return { done: true };
			},
			releaseAll: async () => {},
		},
		png: async () => new Uint8Array(1),
		cancel: new AbortController().signal,
	});
	const skill = (): Skill =>
		[...desk.crystals.values()].find((c): c is Skill => c.kind === 'skill' && (c as Skill).data.origin === 'import') as Skill;
	const decisions = (): QuestionEntry[] =>
		ledger.entries().filter((e: LedgerEntry): e is QuestionEntry => e.type === 'question' && e.ask === 'decision');
	const bySkill = (): QuestionEntry[] => decisions().filter((e) => e.tier === 'crystal' && e.used.includes(skill().id));
	let sold = 0;
	for (let tick = 0; tick < 600 && bySkill().length < 2; tick++) {
		clock.at += 250;
		await loop.tick(screen(shows).shot(clock.at));
		await new Promise((resolve) => setTimeout(resolve));
		// A while after the sale the next customer comes.
		if (shows === 'done' && ++sold % 12 === 0) shows = 'menu';
	}
	return { did, skill: skill(), decisions: decisions(), bySkill: bySkill() };
}

describe('an imported skill in a session', () => {
	it('runs in shadow, is borne out by the answers, and then begins its task by itself', async () => {
		const { did, skill, bySkill } = await playSession('menu');
		expect(skill.history.map(({ to }) => to)).toEqual(['shadow', 'autonomous']);
		expect(skill.history[1]?.why).toContain('labels: answer');
		expect(skill.stat).toMatchObject({ used: 2, w: 0 });
		expect(bySkill.map(({ act }) => act)).toEqual([TASK.menu, TASK.menu]);
		// Answers bore it out before it did anything, and play went on meanwhile.
		expect(did.filter((one) => one.startsWith('shadow')).length).toBeGreaterThanOrEqual(3);
		expect(did.join()).toContain('autonomous shop,autonomous buy');
	});

	it('is charged where it would begin and the answers would not, and does nothing', async () => {
		const { skill, bySkill } = await playSession('done');
		expect(skill.state).toBe('shadow');
		expect(skill.stat.w).toBeGreaterThan(2);
		expect(bySkill).toEqual([]);
	});
});

function middle([x, y, w, h]: Box): [number, number] {
	return [x + w / 2, y + h / 2];
}

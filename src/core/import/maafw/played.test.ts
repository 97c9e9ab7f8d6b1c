import { describe, expect, it } from 'vitest';
import type { Crystal } from '../../crystals/crystal.ts';
import { applyStep, canAct, live } from '../../crystals/lifecycle.ts';
import { beginning, firstAct, startRun } from '../../crystals/skill/run.ts';
import type { Skill } from '../../crystals/skill/schema.ts';
import { resolveAct } from '../../facts/resolve.ts';
import type { Box } from '../../geometry.ts';
import { inLayout } from '../../layout/brought.ts';
import { deskOf } from '../../loop/desk.fixture.ts';
import { makeEyes } from '../../loop/eyes.ts';
import type { Cancel, ResolvedStep } from '../../ports.ts';
import type { Facts } from '../../question.ts';
import { importMaa } from './maafw.ts';
import { screen, type Screen, screenProject, screenTools, thingAt } from './screen.fixture.ts';

const never: Cancel = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };

/** The game behind the screens; an advertisement comes over the counter once. */
function makeGame(scale: number, opened = true) {
	let shows: Screen = 'menu';
	let ads = 1;
	const did: string[] = [];
	return {
		did,
		shows: () => shows,
		input(step: ResolvedStep): void {
			if (step.do === 'key') {
				did.push(step.keys.join('+'));
				if (step.keys.includes('Escape') && shows === 'advert') shows = 'counter';
			} else if (step.do === 'click') {
				const thing = thingAt(shows, step.at.x, step.at.y, scale);
				did.push(thing ?? `${step.at.x}, ${step.at.y}`);
				if (thing === 'shop' && shows === 'menu' && opened) shows = ads-- > 0 ? 'advert' : 'counter';
				if (thing === 'buy') shows = 'done';
			}
		},
	};
}

async function play(scale: number, game: ReturnType<typeof makeGame>) {
	const done = await importMaa(screenProject(), screenTools);
	if (!done.ok) throw new Error(done.why);
	const { profile, crystals } = done.import;
	const layout = `${228 * scale}x${128 * scale}`;
	const here = scale === 1 ? crystals : crystals.flatMap((c) => inLayout(c, { ...c.scope, layout }, 1) ?? []);
	const desk = deskOf(profile, new Map(here.map((c): [string, Crystal] => [c.id, c])));
	const eyes = makeEyes({ ...desk, reader: { readLine: async () => ({ text: '', confidence: 1 }) } });
	const skill = here.find((c): c is Skill => c.kind === 'skill') as Skill;
	const run = startRun(skill, {}, desk.clock.monotonic());
	if (typeof run === 'string') throw new Error(run);
	for (let tick = 0; tick < 200; tick++) {
		desk.clock.at += 100;
		const { frame, sights } = await eyes.look(screen(game.shows(), scale).shot(desk.clock.at), never, run.awaits());
		const facts: Facts = Object.fromEntries(sights.map((s) => [`sees.${s.name}`, true]));
		const next = run.next(facts, desk.clock.monotonic());
		if (next.do === 'done' || next.do === 'failed') return { ended: next.do, why: next.why, skill };
		if (next.do === 'wait') continue;
		const elements = new Map(sights.map((s): [string, Box] => [s.name, s.box]));
		const resolved = resolveAct(next.act, profile, { elements, facts, frame });
		if (!resolved.ok) throw new Error(resolved.reason);
		resolved.steps.forEach(game.input);
		run.outcome('unknown', '', desk.clock.monotonic());
	}
	throw new Error('it never ended');
}

describe('an imported skill', () => {
	it.each([1, 2])('plays its task on the screen, closes what gets in the way and goes on, at %i ×', async (scale) => {
		const game = makeGame(scale);
		expect(await play(scale, game)).toMatchObject({ ended: 'done' });
		expect(game.did).toEqual(['shop', 'Escape', 'buy']);
		expect(game.shows()).toBe('done');
	});

	it('takes its way out when nothing of what should follow comes in time', async () => {
		const game = makeGame(1, false);
		expect(await play(1, game)).toMatchObject({ ended: 'done' });
		// Twenty from the right edge and five on, as the project says.
		expect(game.did).toEqual(['shop', '213, 15']);
	});

	it('begins at once where its author paused, and never with its way out', async () => {
		const { skill } = await play(1, makeGame(1));
		const paused = { ...skill, data: { ...skill.data, steps: skill.data.steps.map((s) => ({ ...s, delayMs: 400, restMs: 300 })) } };
		const seen = { 'sees.shop': true };
		const click = { verb: 'click', args: { at: 'shop' } };
		expect(firstAct(paused, seen)).toEqual(click);
		const run = startRun(paused, seen, 0);
		expect(typeof run === 'string' ? run : beginning(run, seen, 0)).toMatchObject({ do: 'act', act: click });
		expect(firstAct(paused, {})).toBeUndefined();
		expect(typeof run === 'string' ? [] : run.awaits()).toEqual(['sees.buy', 'sees.ad']);
	});

	it('may not act before four clean labels of its own here', async () => {
		const { skill } = await play(1, makeGame(1));
		const always = { next: () => 0 };
		for (let n = 0; n < 4; n++) {
			expect(canAct(skill, always)).toMatchObject({ act: false, why: expect.stringContaining('in shadow') as string });
			const context = { episode: `visit ${n}`, at: n };
			applyStep(skill, live(skill, { type: 'label', harmful: false, because: 'a model would do the same', context }, n));
		}
		expect(skill.state).toBe('autonomous');
		expect(canAct(skill, always).act).toBe(true);
	});
});

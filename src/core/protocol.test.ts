import { expect, it } from 'vitest';
import type { KindName, State } from './crystals/crystal.ts';
import { playedSession } from './ledger.fixture.ts';
import type { LedgerEntry } from './ledger.ts';
import { PROTOCOL, protocolLines } from './protocol.ts';
import { seeded } from './random.fixture.ts';

const crystal = (id: string, kind: KindName, state: State = 'autonomous') => ({ id, kind, state });
const [question] = playedSession(seeded(1), 's', 0, 40, 0).filter((e) => e.type === 'question');
const hit = (latencyMs: number, ...used: string[]): LedgerEntry => ({ ...question, latencyMs, used }) as LedgerEntry;

it('has the nine rows, each with its file and its bound', () => {
	expect(PROTOCOL.map(({ file, targetMs }) => `${file} ${targetMs}`)).toEqual([
		'templates.json 3',
		'regions.json 50',
		'nav_graph.json 1',
		'rules.json 1',
		'quests.json 1',
		'npcs.json 1',
		'narration.json 1',
		'approved.json 1',
		'strategy.json 1',
	]);
});

it('counts what is held and what answered, and how long that took', () => {
	const crystals = [crystal('a', 'template'), crystal('b', 'template', 'retired'), crystal('c', 'region', 'trial'), crystal('r', 'rule')];
	const entries = [
		hit(2, 'a', 'a', 'c'),
		hit(40, 'c'),
		hit(3, 'a'),
		hit(0.5, 'r'),
		hit(9, 'gone'),
		{ ...hit(700, 'a'), tier: 'cloud' } as LedgerEntry,
	];
	const [template, region, , rule, quest] = protocolLines(crystals, entries);
	expect(template).toMatchObject({ held: 1, autonomous: 1, replaced: 2, p50Ms: 3, p99Ms: 3 });
	expect(region).toMatchObject({ held: 1, autonomous: 0, replaced: 2, p50Ms: 40, p99Ms: 40 });
	expect(rule).toMatchObject({ held: 1, replaced: 1, p50Ms: 0.5, p99Ms: 0.5 });
	expect(quest).toMatchObject({ held: 0, replaced: 0, p50Ms: null, p99Ms: null });
});

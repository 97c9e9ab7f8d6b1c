import { describe, expect, it } from 'vitest';
import { freshStat } from '../crystals/crystal.ts';
import { crystalOf, provenanceOf, scopeOf } from '../crystals/crystal.fixture.ts';
import { readData, type RegionCrystal, version } from '../crystals/region/schema.ts';
import { crystalliseScreen, unexplainedTiles } from '../crystals/screen/crystallise.ts';
import { readScreenData } from '../crystals/screen/schema.ts';
import type { TemplateCrystal } from '../crystals/template/schema.ts';
import type { Box } from '../geometry.ts';
import type { Relocated } from './carry.ts';
import { carryRegion, carryScreen, idIn, mayRegain, type NewHome, readsAgain } from './rest.ts';

const provenance = provenanceOf();
const scope = scopeOf('1280x720');
const hd = { width: 1280, height: 720 };
const home: NewHome = {
	scope: { ...scope, layout: '1920x1080' },
	frame: { width: 1920, height: 1080 },
	factor: 1.5,
	id: 'region-1.1920x1080',
	at: 77,
};
const region = (box: [number, number, number, number]): RegionCrystal =>
	crystalOf<RegionCrystal>({
		scope,
		state: 'autonomous',
		stat: { ...freshStat(), k: 8, labels: 8, clean: 8 },
		id: 'region-1',
		kind: 'region',
		name: 'gold',
		schema: version,
		data: {
			fact: 'gold',
			factType: 'number',
			reader: 'number',
			box,
			numbers: { of: 1, picks: [0] },
			replace: {},
			mapping: {},
			screens: { play: { seen: 9, of: 9 } },
		},
	});
const found = (element: string, was: Box, now: Box, screen = 'play'): Relocated => ({
	crystal: { data: { element, fixed: true, places: [was], screens: { [screen]: { seen: 1, of: 1 } } } } as unknown as TemplateCrystal,
	places: [{ place: 0, box: now, score: 0.98, exemplar: 0, factor: 1.5, law: 'ui' }],
});

describe('carryRegion', () => {
	it('keeps its distance to the nearest element of its screens, times the factor', () => {
		const carried = carryRegion(
			region([1100, 20, 60, 16]),
			hd,
			[
				found('hp-bar', [4, 4, 110, 16], [6, 6, 165, 24]),
				// Moved 100 px further in than the edge says.
				found('purse', [1070, 18, 20, 20], [1505, 27, 30, 30]),
				found('shop-sign', [1100, 40, 20, 20], [0, 0, 30, 30], 'shop'),
			],
			home,
		);
		expect(carried).toMatchObject({
			scope: { layout: '1920x1080' },
			provenance,
			data: { box: [1550, 30, 90, 24], placement: { panel: 'purse', from: { layout: '1280x720', crystal: 'region-1' } } },
			// It reads again when a model agrees with it here.
			state: 'shadow',
			stat: { k: 2, labels: 0 },
		});
		expect(readData(carried?.data, version, {})).toMatchObject({ ok: true });
	});

	it('stays behind while nothing beside it is found, and when its box would leave the frame', () => {
		expect(carryRegion(region([1100, 20, 60, 16]), hd, [found('sign', [1100, 40, 20, 20], [0, 0, 30, 30], 'shop')], home)).toBeUndefined();
		expect(carryRegion(region([1100, 20, 60, 16]), hd, [found('purse', [1070, 18, 20, 20], [1860, 27, 30, 30])], home)).toBeUndefined();
	});
});

describe('a carried region wins its trust back', () => {
	const carried = carryRegion(region([1100, 20, 60, 16]), hd, [found('purse', [1070, 18, 20, 20], [1505, 27, 30, 30])], home);
	if (carried === undefined) throw new Error('not carried');
	const read = { hit: true, value: 40, rested: false } as const;
	const template = (element: string, screen = 'play', state = 'autonomous', from: object | undefined = {}): TemplateCrystal =>
		({
			id: `t-${element}`,
			state,
			data: { element, fixed: true, screens: { [screen]: { seen: 1, of: 1 } }, ...(from === undefined ? {} : { placement: { from } }) },
		}) as unknown as TemplateCrystal;
	const purse = template('purse');
	const all = (...templates: TemplateCrystal[]) => [templates, new Set(templates.map((t) => t.id))] as const;

	it('only when it was trusted before and nothing spoke against it since', () => {
		expect(mayRegain(carried)).toBe(true);
		expect(mayRegain({ ...carried, stat: { ...carried.stat, labels: 2, clean: 1 } })).toBe(false);
		const packed = { at: 80, from: 'shadow', to: 'shadow', why: 'came with a pack' } as const;
		expect(mayRegain({ ...carried, history: [...carried.history, packed] })).toBe(false);
		const young = carryRegion(
			{ ...region([1100, 20, 60, 16]), state: 'shadow' },
			hd,
			[found('purse', [1070, 18, 20, 20], [1505, 27, 30, 30])],
			home,
		);
		expect(young).toMatchObject({ state: 'shadow' });
		expect(mayRegain(young as RegionCrystal)).toBe(false);
	});

	it('by a valid value beside the element it was carried with', () => {
		expect(readsAgain(carried, read, ...all(purse))).toBe(true);
		expect(readsAgain(carried, { hit: false, reason: 'unknown text', rested: false }, ...all(purse))).toBe(false);
		expect(readsAgain(carried, read, [purse], new Set())).toBe(false);
		expect(readsAgain(carried, read, ...all(template('purse', 'play', 'shadow')))).toBe(false);
		expect(readsAgain(carried, read, ...all(template('purse', 'shop')))).toBe(false);
	});

	it('or beside two others that were carried to its screen', () => {
		expect(readsAgain(carried, read, ...all(template('bag'), template('hp-bar')))).toBe(true);
		expect(readsAgain(carried, read, ...all(template('bag')))).toBe(false);
		expect(readsAgain(carried, read, ...all(template('bag'), template('sign', 'shop')))).toBe(false);
		// Two looks of one element are one neighbour.
		expect(readsAgain(carried, read, ...all(template('bag'), { ...template('bag'), id: 't-bag-2' }))).toBe(false);
		const learntHere = { ...template('hp-bar'), data: { ...template('hp-bar').data, placement: { seen: [] } } } as TemplateCrystal;
		expect(readsAgain(carried, read, ...all(template('bag'), learntHere))).toBe(false);
	});

	it('off an element, once its template is trusted again', () => {
		const { box: _, placement: __, numbers: ___, ...rest } = carried.data;
		const bagOpen = { data: { ...rest, reader: 'present' as const, element: 'bag' } };
		const gone = { ...read, value: false };
		expect(readsAgain(bagOpen, gone, [template('bag')], new Set())).toBe(true);
		expect(readsAgain(bagOpen, gone, [template('bag', 'play', 'shadow')], new Set())).toBe(false);
		expect(readsAgain(bagOpen, gone, ...all(purse))).toBe(false);
	});
});

it('a screen keeps how it is entered and takes its first picture from the first answer', () => {
	const tiles = 120 * 68;
	const seen = { slug: 'play', columns: 80, rows: 45, tiles: new Uint32Array(80 * 45).fill(7), explained: new Uint8Array(80 * 45) };
	const old = crystalliseScreen(undefined, { ...seen, entry: 'title>click:start' }, { id: 'screen-1', scope, provenance });
	const carried = carryScreen(old, { ...home, id: 'screen-1.1920x1080' });
	expect(carried.data).toMatchObject({ slug: 'play', confirmed: 0, columns: 120, rows: 68, entries: { 'title>click:start': 1 } });
	expect(typeof readScreenData(carried.schema, carried.data, carried.blobs)).toBe('object');
	const now = { slug: 'play', columns: 120, rows: 68, tiles: new Uint32Array(tiles).fill(9), explained: new Uint8Array(tiles) };
	const sum = (bytes: Uint8Array): number => bytes.reduce((a, b) => a + b, 0);
	// Until then all of it is new.
	expect(sum(unexplainedTiles(carried, now.tiles, now.explained))).toBe(tiles);
	const asked = crystalliseScreen(carried, now, { id: 'unused', scope, provenance });
	expect(sum(unexplainedTiles(asked, now.tiles, now.explained))).toBe(0);
	// And what changes after it is not excused.
	expect(sum(unexplainedTiles(asked, new Uint32Array(tiles).fill(3), now.explained))).toBe(tiles);
});

it('names a crystal the same each time, however often it moved', () => {
	expect(idIn('1920x1080', { id: 'crystal-1-close' })).toBe('crystal-1-close.1920x1080');
	expect(idIn('1280x720@1.25', { id: 'crystal-1-close.1920x1080' })).toBe('crystal-1-close.1280x720-1.25');
	expect(idIn('800x600', { id: 'crystal-1-close.1280x720-1.25' })).toBe('crystal-1-close.800x600');
});

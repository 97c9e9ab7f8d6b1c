import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { zip } from '../../adapters/zip.ts';
import { project } from '../../core/import/maafw/maafw.fixture.ts';
import { makePack } from '../../core/pack.ts';
import { utf8 } from '../../core/utf8.ts';
import { check } from './check.ts';

let dir: string;
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), 'falsework-check-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (name: string, bytes: Uint8Array): string => {
	const path = join(dir, name);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, bytes);
	return path;
};
function noise(): Uint8Array {
	const png = new PNG({ width: 20, height: 12 });
	for (let at = 0; at < png.data.length; at += 4) png.data.set([(at * 37) & 255, (at * 91) & 255, (at * 13) & 255, 255], at);
	return new Uint8Array(PNG.sync.write(png));
}
const files = project(
	{ Buy: { recognition: 'TemplateMatch', template: 'buy.png', action: 'Click' }, Own: { action: 'Custom' } },
	{ 'resource/image/buy.png': noise(), 'resource/pipeline/old.json': utf8('{\n"a" 1}') },
);

describe('pack check', () => {
	it('reads a project alike from its zip and its folder, and names what cannot be read', async () => {
		const zipped = await check(write('shop.zip', zip(files)));
		for (const [path, bytes] of Object.entries(files)) write(join('shop', path), bytes);
		expect(await check(join(dir, 'shop'))).toEqual(zipped);
		expect(zipped).toMatchObject({
			kind: 'maaframework',
			crystals: { template: 1, skill: 1 },
			faults: [{ path: 'resource/pipeline/old.json', why: 'line 2: it has no ":" behind "a"' }],
			project: { counted: { nodes: 2, whole: 1, part: 0, unsupported: 1 } },
		});
	});

	it('reads a pack, and says of one that was changed which file does not fit', async () => {
		const about = {
			name: 'G',
			game: 'g',
			gameVersion: 'any',
			language: 'en',
			encoder: null,
			art: { holder: 'x', licence: 'x', source: 'x' },
			madeAt: 1,
		};
		const { createHash } = await import('node:crypto');
		const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
		const good = await makePack([], about, { sha256, encodePng: () => new Uint8Array() });
		expect(await check(write('good.falsework', zip(good)))).toEqual({ kind: 'pack', crystals: {}, faults: [] });
		const changed = await check(write('bad.falsework', zip({ ...good, 'rules.json': utf8('{}') })));
		expect(changed.faults).toEqual([
			{ path: join(dir, 'bad.falsework'), why: expect.stringContaining('"rules.json" does not fit its sha256') as string },
		]);
	});

	it('says of what is neither what it is not', async () => {
		expect(await check(write('a.zip', zip({ 'notes.txt': utf8('x') })))).toMatchObject({
			kind: 'neither',
			faults: [{ why: expect.stringContaining('no pack.json') as string }],
		});
		expect(await check(write('a.txt', utf8('no zip')))).toMatchObject({
			kind: 'neither',
			faults: [{ why: 'is no zip, or was cut short' }],
		});
		expect(await check(dir)).toMatchObject({
			kind: 'neither',
			faults: [{ path: '.', why: 'it has no folder "pipeline" with JSON files in it' }],
		});
	});
});

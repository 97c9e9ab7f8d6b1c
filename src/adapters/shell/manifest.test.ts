// The web manifest is read by the browser alone, which says nothing when a part of it leads nowhere.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { SHARE_ADDRESS, SHARE_FIELD } from '../../../workers/service-worker.protocol.ts';
import { wordOf } from './launch.ts';

interface Picture {
	readonly src: string;
	readonly sizes: string;
	readonly type: string;
	readonly purpose?: string;
	readonly form_factor?: string;
	readonly label?: string;
}
interface Manifest {
	readonly id: string;
	readonly start_url: string;
	readonly scope: string;
	readonly icons: readonly Picture[];
	readonly screenshots: readonly Picture[];
	readonly shortcuts: readonly { readonly name: string; readonly url: string; readonly icons: readonly Picture[] }[];
	readonly launch_handler: { readonly client_mode: string };
	readonly file_handlers: readonly { readonly action: string; readonly accept: Readonly<Record<string, readonly string[]>> }[];
	readonly share_target: {
		readonly action: string;
		readonly method: string;
		readonly enctype: string;
		readonly params: { readonly files: readonly { readonly name: string; readonly accept: readonly string[] }[] };
	};
}

const folder = join('public');
const manifest = JSON.parse(readFileSync(join(folder, 'manifest.webmanifest'), 'utf8')) as Manifest;
const home = 'https://host.example/some/folder/';
const pictures = [...manifest.icons, ...manifest.screenshots, ...manifest.shortcuts.flatMap(({ icons }) => icons)];

describe('the web manifest', () => {
	it('is the same app wherever it is served, and leads nowhere outside its folder', () => {
		expect(manifest.id).toBe('falsework');
		const { shortcuts, file_handlers: handlers, share_target: target } = manifest;
		const addresses = [...shortcuts.map(({ url }) => url), ...handlers.map(({ action }) => action), target.action];
		for (const address of [manifest.start_url, manifest.scope, ...addresses, ...pictures.map(({ src }) => src)])
			expect(new URL(address, home).href.startsWith(home), address).toBe(true);
	});
	it.each(pictures.filter(({ type }) => type === 'image/png'))('$src is there, as big as it says', ({ src, sizes }) => {
		const { width, height } = PNG.sync.read(readFileSync(join(folder, src)));
		expect(`${width}x${height}`).toBe(sizes);
	});
	it('has icons of both sizes for every shape, and screenshots for both forms as the browser wants them', () => {
		for (const purpose of [undefined, 'maskable'])
			for (const sizes of ['192x192', '512x512'])
				expect(manifest.icons.some((icon) => icon.purpose === purpose && icon.sizes === sizes)).toBe(true);
		for (const form of ['wide', 'narrow']) {
			const shots = manifest.screenshots.filter((shot) => shot.form_factor === form);
			expect(shots.length).toBeGreaterThan(1);
			expect(new Set(shots.map(({ sizes }) => sizes)).size, 'one size for each form').toBe(1);
			for (const { sizes, label } of shots) {
				const [w = 0, h = 0] = sizes.split('x').map(Number);
				expect(Math.min(w, h)).toBeGreaterThanOrEqual(320);
				expect(Math.max(w, h)).toBeLessThanOrEqual(3840);
				expect(Math.max(w, h) / Math.min(w, h)).toBeLessThanOrEqual(2.3);
				expect(label).toBeTruthy();
			}
		}
	});
	it('asks by its shortcuts for what the page knows', () => {
		expect(manifest.shortcuts.map(({ url }) => wordOf(new URL(url, home).href))).toEqual(['share', 'scorecard', 'stop']);
	});
	it('brings a running page to the front and never reloads it', () => expect(manifest.launch_handler.client_mode).toBe('focus-existing'));
	it('hands packs over for review', () => {
		expect(manifest.file_handlers.map(({ action }) => wordOf(new URL(action, home).href))).toEqual(['review']);
		expect(Object.values(manifest.file_handlers[0]?.accept ?? {}).flat()).toEqual(['.falsework']);
		const { action, method, enctype, params } = manifest.share_target;
		expect(new URL(action, home).href).toBe(home + SHARE_ADDRESS);
		expect([method, enctype]).toEqual(['POST', 'multipart/form-data']);
		expect(params.files.map(({ name }) => name)).toEqual([SHARE_FIELD]);
		expect(params.files[0]?.accept).toContain('.falsework');
	});
});

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { homeFiles, openboxText, parseSize, saveText, settingsText, TUTORED } from './launch.mjs';

const lines = (text) =>
	Object.fromEntries(
		text
			.trim()
			.split('\n')
			.map((line) => line.split(/=(.*)/s).slice(0, 2)),
	);
const run = (...args) =>
	spawnSync(process.execPath, [fileURLToPath(new URL('launch.mjs', import.meta.url)), ...args], { encoding: 'utf8' });

describe('settingsText', () => {
	it('opens a 1280 x 720 window in English that asks nothing and shows numbers on its bars', () => {
		expect(lines(settingsText())).toMatchObject({
			fullscreen: '0',
			resolution_w: '1280',
			resolution_h: '720',
			language: 'en',
			move_type_dimissed: '1',
			mouse_move: '1',
			statbar_labels: '1',
			statbar_autohide: '0',
		});
	});

	it('takes another size', () => {
		expect(lines(settingsText({ width: 800, height: 600 }))).toMatchObject({ resolution_w: '800', resolution_h: '600' });
	});
});

describe('homeFiles', () => {
	it('has one hero, who has seen the backstory and not the tutorial', () => {
		const save = lines(saveText());
		expect(save).toMatchObject({ name: 'Percival', spawn: 'maps/arrival.txt,20,20', campaign: 'empyrean_backstory' });
		expect(save.equipped.split(',')).toHaveLength(20);
		expect(save.equipped_quantity.split(',')).toHaveLength(20);
		expect(save.carried.split(',')).toHaveLength(40);
		expect(Object.keys(homeFiles()).filter((path) => path.endsWith('avatar.txt'))).toHaveLength(1);
		const tutored = homeFiles(undefined, TUTORED)['data/flare/saves/empyrean/1/avatar.txt'];
		expect(lines(tutored).campaign).toBe('empyrean_backstory,emp_arrival');
	});

	it('draws one menu background, by a mod that is loaded last', () => {
		const files = homeFiles();
		expect(files['config/flare/mods.txt'].trim().split('\n').at(-1)).toBe('one-background');
		expect(files['data/flare/mods/one-background/engine/menu_backgrounds.txt'].match(/background=/g)).toHaveLength(1);
	});
});

describe('openboxText', () => {
	it('adds its rule as the last one and keeps the rest', () => {
		const text = openboxText('<a/><applications><!-- none --></applications><b/>');
		expect(text).toMatch(/^<a\/><applications><!-- none --><application class="flare">.*<\/application><\/applications><b\/>$/);
	});
});

describe('the command', () => {
	it('prints its usage, and refuses what it does not know', () => {
		expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage:') });
		expect(run('--sise', '1x1')).toMatchObject({ status: 2, stderr: expect.stringContaining('Usage:') });
		expect(run('--size', 'big')).toMatchObject({ status: 2, stderr: expect.stringContaining('1280x720') });
		expect(parseSize('1280x720')).toEqual({ width: 1280, height: 720 });
	});
});

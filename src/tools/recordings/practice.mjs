// The practice game, two rounds of two seeds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../files.mjs';
import { openModule } from '../in-page.mjs';

const SEEDS = [3, 8];
const ROUND_MS = 120_000;

export async function record() {
	const page = await openModule('practice', { mode: 'recordings' });
	try {
		const profile = readFileSync(join(root, 'public', 'profiles', 'practice.json'), 'utf8');
		return Buffer.from(await page.call('record', { profile, seeds: SEEDS, roundMs: ROUND_MS }), 'base64');
	} finally {
		await page.close();
	}
}

// The model store in a real browser, against a hub on this machine that can be told to misbehave.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHub } from './fixtures/hub.mjs';
import { CHUNK, madeUp, makeModel, openStore, promised } from './fixtures/store.ts';
import { expect, test } from './fixtures/test.ts';

test('a model is fetched, verified, handed out, and deleted to the byte', async ({ page, site }) => {
	const folder = mkdtempSync(join(tmpdir(), 'falsework-hub-'));
	const hub = await startHub({ models: { one: folder } });
	const one = makeModel(
		folder,
		'one',
		{ 'a/big.onnx': madeUp('big', CHUNK + 1000), 'small.json': Buffer.from('{}') },
		{ sources: [`${hub.url}one/`] },
	);
	const store = await openStore(page, site.companion.origin, [one]);
	expect(await store.call('download', 'one')).toBe('');
	await expect.poll(async () => (await store.model('one')).state).toBe('ready');
	expect(await store.files('one')).toEqual({ files: promised(one) });
	await hub.close();
});

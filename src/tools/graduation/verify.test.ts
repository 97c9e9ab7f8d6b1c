import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { verify } from './verify.ts';

const folder = mkdtempSync(join(tmpdir(), 'falsework-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const check = async (bytes: Uint8Array) => {
	const file = join(folder, 'file');
	writeFileSync(file, bytes);
	return await verify(file);
};
const text = Buffer.from(Array.from({ length: 4000 }, (_, i) => `{"line":${(i * 7919) % 4001}}`).join('\n') + '\n');
const packed = gzipSync(text);

it('reads a file packed or not, and says the same of it', async () => {
	expect(await check(text)).toMatchObject({ ok: false, why: expect.stringContaining('Line 1 is no certificate') });
	expect(await check(packed)).toEqual(await check(text));
});

it('refuses what cannot be unpacked, wherever it was changed or cut, and what is no text', async () => {
	for (let at = 2; at < packed.length; at += 97) {
		const changed = Buffer.from(packed);
		changed[at] = (changed[at] as number) ^ 4;
		expect(await check(changed), `byte ${at}`).toMatchObject({ ok: false });
	}
	expect(await check(packed.subarray(0, 10))).toMatchObject({ ok: false });
	expect(await check(Buffer.from([0x7b, 0xff, 0xfe]))).toMatchObject({ ok: false, why: expect.stringContaining('no text') });
	expect(await check(Buffer.alloc(0))).toMatchObject({ ok: false });
});

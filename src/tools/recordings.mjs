// `node src/tools/recordings.mjs NAME…`: makes the recordings of e2e/recordings again. What each shows and needs: the README there.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { endWithUsage } from './arguments.mjs';
import { root } from './files.mjs';
import { log } from './setup.mjs';

const makers = join(root, 'src', 'tools', 'recordings');
const out = join(root, 'e2e', 'recordings');
const known = readdirSync(makers)
	.filter((name) => name.endsWith('.mjs'))
	.map((name) => name.slice(0, -4));
const usage = `node src/tools/recordings.mjs NAME…\n\nMakes e2e/recordings/NAME.fwrec. NAME is one of: ${known.join(', ')}.`;

let names;
try {
	const { values, positionals } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true, strict: true });
	if (values.help) endWithUsage(usage);
	if (positionals.length === 0) throw new Error('Which recording?');
	const strange = positionals.find((name) => !known.includes(name));
	if (strange !== undefined) throw new Error(`There is no recording "${strange}".`);
	names = positionals;
} catch (error) {
	endWithUsage(usage, error.message);
}

if (!existsSync(out)) mkdirSync(out, { recursive: true });
for (const name of names) {
	const { record } = await import(pathToFileURL(join(makers, `${name}.mjs`)).href);
	const bytes = await record();
	writeFileSync(join(out, `${name}.fwrec`), bytes);
	log(`e2e/recordings/${name}.fwrec: ${(bytes.length / 1e6).toFixed(2)} MB`);
}

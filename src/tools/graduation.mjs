// `npm run graduation -- verify FILE [--json]`.
import { join } from 'node:path';
import { readVerbAndFile } from './arguments.mjs';
import { buildModule } from './node-module.mjs';
import { log } from './setup.mjs';

const USAGE = `npm run graduation -- verify FILE [--json]

FILE is a certificate that the page saved (Reports, Graduation), or what gunzip makes of it. Recomputes every hash of its log, the five conditions
and the signatures from nothing but the file, offline. Exit 0 when all of it holds, whether graduated or not; exit 1
when a byte was changed or a claim does not follow. --json prints what was found as JSON.`;

const { file, json } = readVerbAndFile('graduation', 'verify', 'one file', USAGE);
const { module, remove } = await buildModule(join(import.meta.dirname, 'graduation', 'verify.ts'));
remove();
const found = await module.verify(file);
if (json) process.stdout.write(`${JSON.stringify(found)}\n`);
else if (!found.ok) log(`Refused: ${found.why}`);
else {
	const { certificate, graduation, links, late } = found;
	const { heads, key } = certificate;
	process.stdout.write(module.graduationMarkdown(graduation));
	log(
		`Holds: ${links} entries, hash by hash, to link ${certificate.head.link}; ${heads.length} heads that went out; signed by device ${key.x.slice(0, 12)}…`,
	);
	if (late > 0) log(`${late} entries were written down more than five minutes after the time they tell of.`);
}
process.exitCode = found.ok ? 0 : 1;

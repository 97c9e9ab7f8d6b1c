// `npm run graduation -- verify FILE [--json]`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endWithUsage, typedPath } from './arguments.mjs';
import { buildModule } from './node-module.mjs';
import { log } from './setup.mjs';

const USAGE = `npm run graduation -- verify FILE [--json]

FILE is a certificate that the page saved (Reports, Graduation). Recomputes every hash of its log, the five conditions
and the signatures from nothing but the file, offline. Exit 0 when all of it holds, whether graduated or not; exit 1
when a byte was changed or a claim does not follow. --json prints what was found as JSON.`;

const usage = (problem) => endWithUsage(USAGE, problem);

function readArguments() {
	try {
		const { values, positionals } = parseArgs({
			options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
			allowPositionals: true,
			strict: true,
		});
		if (values.help) usage();
		const [verb, file, ...more] = positionals;
		if (verb !== 'verify') usage(verb === undefined ? 'What is to be done?' : `There is no "graduation ${verb}".`);
		if (file === undefined || more.length > 0) usage('graduation verify takes one file.');
		return { file: typedPath(file), json: values.json === true };
	} catch (error) {
		return usage(error.message);
	}
}

const { file, json } = readArguments();
if (!existsSync(file)) {
	log(`There is no ${file}.`);
	process.exit(1);
}
const { module, remove } = await buildModule(join(import.meta.dirname, 'graduation', 'verify.ts'));
remove();
const found = await module.verify(readFileSync(file));
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

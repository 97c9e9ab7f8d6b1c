// `npm run strike -- "what I did by hand"`: the developers' three strikes. The log is committed, and `.ci/run` fails at an open one.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endWithUsage } from './arguments.mjs';
import { root } from './files.mjs';
import { log } from './setup.mjs';
import { nearTo, openStrikes, readLog, STRIKES } from './strike-log.mjs';

const USAGE = `npm run strike -- "WHAT" [--script PATH | --waive "WHY"]
npm run strike -- --list | --check

Writes down what was done by hand, in docs/strikes.jsonl, and says how often something near-same was. At the third time
a script has to be linked (a file of the repository, or "npm run NAME") or a reason given why none is worth it; until
then --check, and with it .ci/run, ends with 1. --list prints what was written down.`;

const FILE = join(root, 'docs', 'strikes.jsonl');
const usage = (problem) => endWithUsage(USAGE, problem);

function readArguments() {
	try {
		const { values, positionals } = parseArgs({
			options: {
				script: { type: 'string' },
				waive: { type: 'string' },
				list: { type: 'boolean' },
				check: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
			allowPositionals: true,
			strict: true,
		});
		if (values.help) usage();
		const [what, ...more] = positionals;
		if (more.length > 0) usage('What was done goes in quotes, as one argument.');
		if (values.list || values.check) {
			if (what !== undefined) usage('--list and --check take nothing else.');
		} else if (!/[\p{L}\p{N}]/u.test(what ?? '')) usage('What was done by hand?');
		if (values.script !== undefined && values.waive !== undefined) usage('Either a script or a waiver.');
		return { ...values, what: what?.trim() ?? '' };
	} catch (error) {
		return usage(error.message);
	}
}

/** Why that cannot be what does it from now on; '' when it can. */
function scriptFault(script) {
	const named = /^npm run ([\w:-]+)$/.exec(script);
	if (named !== null) {
		const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
		return scripts[named[1]] === undefined ? `There is no "${script}" in package.json.` : '';
	}
	return existsSync(join(root, script)) ? '' : `There is no ${script} in the repository.`;
}

const { what, script, waive, list, check } = readArguments();
let rows;
try {
	rows = existsSync(FILE) ? readLog(readFileSync(FILE, 'utf8')) : [];
} catch (error) {
	log(error.message);
	process.exit(1);
}
if (list) {
	for (const row of rows)
		process.stdout.write(
			`${row.at}  ${row.what}${row.script ? `  → ${row.script}` : ''}${row.waiver ? `  (waived: ${row.waiver})` : ''}\n`,
		);
	process.exit(0);
}
if (check) {
	const open = openStrikes(rows);
	for (const near of open)
		log(
			`Done by hand ${near.length} times: ${near.map((row) => `"${row.what}" (${row.at})`).join(', ')}. Write a script and link it, or say why not: npm run strike -- "${near.at(-1).what}" --script PATH | --waive "WHY"`,
		);
	const gone = rows.filter((row) => row.script !== undefined && scriptFault(row.script) !== '');
	for (const row of gone) log(`"${row.what}": ${scriptFault(row.script)}`);
	process.exit(open.length + gone.length > 0 ? 1 : 0);
}
if (script !== undefined && scriptFault(script) !== '') {
	log(scriptFault(script));
	process.exit(1);
}
if (waive !== undefined && waive.trim() === '') usage('A waiver needs its reason.');
const row = {
	at: new Date().toISOString().slice(0, 10),
	what,
	...(script === undefined ? {} : { script }),
	...(waive === undefined ? {} : { waiver: waive.trim() }),
};
const { linked } = nearTo(rows, what);
try {
	readLog(JSON.stringify(row));
} catch {
	usage('That says too little of what was done.');
}
appendFileSync(FILE, `${JSON.stringify(row)}\n`);
const { since } = nearTo([...rows, row], what);
if (script !== undefined || waive !== undefined) log(`Written down: ${script === undefined ? 'waived' : `${script} does it from now on`}.`);
else if (since.length >= STRIKES) {
	log(`That is the time number ${since.length}. Write the automation before going on, or say why not; .ci/run fails until then.`);
	process.exitCode = 1;
} else log(`Written down: time ${since.length} of ${STRIKES}.${linked?.script ? ` There is ${linked.script} for it.` : ''}`);

// `npm run replay -- RECORDING… [--pack FILE] [--teacher URL|none|recorded] [--model NAME] [--report DIR] [--seed N]`.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { endWithUsage, typedPath } from './arguments.mjs';
import { engineModule } from './engine.mjs';
import { root } from './files.mjs';
import { buildModule } from './node-module.mjs';
import { log } from './setup.mjs';

const USAGE = `npm run replay -- RECORDING… [--pack FILE] [--teacher URL|none|recorded] [--model NAME] [--report DIR] [--seed N]

Plays recordings (.fwrec) back through the very core of the page, on their own clock: twice the same input, twice the same ledger, to
the byte. --teacher: who is asked where no crystal knows; the recording's own answers unless given. --pack: crystals known from the
start. --report: where report.json, report.md, ticks.jsonl and ledger.jsonl go, in a folder for each recording; beside them nothing is
written. --seed: of the chance that draws what is checked again; 1 unless given. What was learnt from one recording is not known in the
next.`;

/** The network that comes with the page. */
export const READER = join(root, 'models', 'ppocr-v6-tiny');

/** The replay as a module for Node. */
export const buildReplay = () => buildModule(join(import.meta.dirname, 'replay', 'node.ts'), { plugins: [engineModule()] });

function readArguments() {
	const usage = (problem) => endWithUsage(USAGE, problem);
	try {
		const { values, positionals } = parseArgs({
			options: {
				pack: { type: 'string' },
				teacher: { type: 'string', default: 'recorded' },
				model: { type: 'string' },
				report: { type: 'string' },
				seed: { type: 'string', default: '1' },
				help: { type: 'boolean', short: 'h' },
			},
			allowPositionals: true,
			strict: true,
		});
		if (values.help) usage();
		if (positionals.length === 0) usage('Which recording?');
		const remote = values.teacher !== 'recorded' && values.teacher !== 'none';
		if (remote && !URL.canParse(values.teacher)) usage(`--teacher takes a URL, none or recorded, not "${values.teacher}".`);
		if (remote && values.model === undefined) usage('A teacher at a URL needs --model NAME.');
		if (!/^\d{1,9}$/.test(values.seed)) usage('--seed takes a whole number.');
		return {
			recordings: positionals.map(typedPath),
			teacher: remote ? { url: values.teacher, model: values.model } : values.teacher,
			seed: Number(values.seed),
			...(values.pack === undefined ? {} : { pack: typedPath(values.pack) }),
			...(values.report === undefined ? {} : { report: typedPath(values.report) }),
		};
	} catch (error) {
		return usage(error.message);
	}
}

async function main() {
	const { recordings, teacher, seed, pack, report } = readArguments();
	for (const path of [...recordings, ...(pack === undefined ? [] : [pack])])
		if (!existsSync(path)) {
			log(`There is no ${path}.`);
			process.exit(1);
		}
	const { module: m, remove } = await buildReplay();
	try {
		const crystals = pack === undefined ? {} : { crystals: await m.openPack(pack) };
		const reader = await m.openReader(READER);
		for (const path of recordings) {
			const played = await m.play(m.openRecording(path), { teacher, seed, reader, ...crystals });
			const { metrics } = played.report;
			const share = ({ local, total }) => `${local} of ${total}`;
			process.stdout.write(
				`${basename(path)}: perception ${share(metrics.perception)} local, decisions ${share(metrics.decision)}, lines ${share(metrics.narration)}, ${metrics.cost.calls} calls\n`,
			);
			if (report === undefined) continue;
			const folder = join(report, basename(path, '.fwrec'));
			mkdirSync(folder, { recursive: true });
			for (const [name, text] of Object.entries({
				'report.json': `${JSON.stringify(played.report, null, '\t')}\n`,
				'report.md': m.reportMarkdown(played.report),
				'ticks.jsonl': played.ticks,
				'ledger.jsonl': played.ledgerText,
			}))
				writeFileSync(join(folder, name), text);
		}
	} finally {
		remove();
	}
}

if (process.argv[1] === import.meta.filename)
	await main().catch((error) => {
		log(error instanceof Error ? error.message : String(error));
		process.exit(1);
	});

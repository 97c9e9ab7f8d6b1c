// `npm run pack -- check FILE [--json]`. The checks are the page's own, bundled for Node. `export` and `import` are the companion's
// (src/companion/pack.ts): crystals are kept by a browser.
import { join } from 'node:path';
import { readVerbAndFile } from './arguments.mjs';
import { buildModule } from './node-module.mjs';
import { log } from './setup.mjs';

const USAGE = `npm run pack -- check FILE [--json]
npm run pack -- export FILE [--game ID] [--store DIR]
npm run pack -- import FILE [--store DIR]

FILE is a pack (.falsework), or a MaaFramework project as a zip or folder. Everything that cannot be used is named
with its path; of a project also every node that is imported in part or not at all, and why. Exit 1 at a fault.
export and import are of the crystals that "npm run play" keeps in DIR; what comes in begins in shadow.`;

const { file: place, json } = readVerbAndFile('pack', 'check', 'one file or folder', USAGE);
const { module, remove } = await buildModule(join(import.meta.dirname, 'pack', 'check.ts'));
remove();
const { check, leftText } = module;
const checked = await check(place);
const print = (line) => process.stdout.write(`${line}\n`);
if (json) print(JSON.stringify(checked));
else {
	const { crystals, faults, project } = checked;
	for (const { path, why } of faults) print(`${path}: ${why}`);
	if (project !== undefined) {
		const { nodes, counted, left, name } = project;
		for (const n of nodes.filter((n) => n.outcome !== 'whole')) {
			const why = n.left.map(leftText).join('; ');
			print(`${n.file}#${n.node}: ${n.outcome === 'part' ? 'in part' : 'not imported'}: ${why}`);
		}
		for (const line of left) print(`besides nodes: ${line}`);
		for (const reason of counted.reasons) print(`${String(reason.nodes).padStart(6)}  ${reason.what}`);
		const share = (count) => `${count} (${((100 * count) / Math.max(1, counted.nodes)).toFixed(1)} %)`;
		print(
			`${name}: ${counted.nodes} nodes, ${share(counted.whole)} whole, ${share(counted.part)} in part, ${share(counted.unsupported)} not.`,
		);
	}
	const kinds = Object.entries(crystals).map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`);
	log(`${kinds.join(', ') || 'No crystal'}; ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}.`);
}
process.exitCode = checked.faults.length > 0 ? 1 : 0;

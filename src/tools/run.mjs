// `npm start`, `npm run play` and the rest: everything that must be there first, then the command itself.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { CLI } from './companion.mjs';
import { root } from './files.mjs';
import { ensureDependencies, log } from './setup.mjs';

const [command = 'start', ...args] = process.argv.slice(2);
/** Commands that live beside this file; every other is the companion's. A pack is checked here, and carried by the companion. */
const HERE = {
	bench: 'bench.mjs',
	delta: 'delta.mjs',
	graduation: 'graduation.mjs',
	prove: 'prove.mjs',
	replay: 'replay.mjs',
	research: 'research.mjs',
	strike: 'strike.mjs',
	...(args[0] === 'export' || args[0] === 'import' ? {} : { pack: 'pack.mjs' }),
};
/** What builds its own, or nothing. */
const OWN = new Set(['bench.mjs', 'delta.mjs', 'graduation.mjs', 'pack.mjs', 'replay.mjs', 'research.mjs', 'strike.mjs']);
try {
	ensureDependencies();
	// A proof is of the programs as they are.
	if (!OWN.has(HERE[command]) && !(command === 'prove' && args.includes('--help'))) await ensureBuilt();
} catch (error) {
	log(error instanceof Error ? error.message : String(error));
	process.exit(1);
}
const script = HERE[command] === undefined ? [CLI, command] : [join(root, 'src', 'tools', HERE[command])];
const child = spawn(process.execPath, [...script, ...args], { stdio: 'inherit', cwd: process.env.INIT_CWD ?? process.cwd() });
// Ctrl-C reaches the child by itself; it decides when it is done.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
process.on('SIGHUP', () => child.kill('SIGHUP'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));

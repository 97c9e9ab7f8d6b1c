// A companion of a tool's own, as `falsework serve` starts it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './files.mjs';

/** The built companion's program. */
export const CLI = join(root, 'dist', 'companion', 'cli.js');

/**
 * Starts the built companion, which injects nothing anywhere.
 *
 * @param {{ dataDir: string, port?: number }} options  a free port unless given
 * @returns {Promise<{ origin: string, url: string, close: () => Promise<void> }>} `url` opens the page paired, once; closed is gone
 */
export async function startCompanion({ dataDir, port = 0 }) {
	const child = spawn(process.execPath, [CLI, 'serve', '--driver', 'dry-run', '--data', dataDir], {
		env: { ...process.env, FALSEWORK_PORT: String(port) },
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const gone = new Promise((resolve) => child.once('exit', resolve));
	const line = await new Promise((resolve, reject) => {
		let text = '';
		child.stdout.on('data', (bytes) => {
			text += bytes;
			const end = text.indexOf('\n');
			if (end >= 0) resolve(text.slice(0, end));
		});
		void gone.then((code) => reject(new Error(`The companion ended with code ${code} before it served anything.`)));
	});
	const { origin, code } = JSON.parse(line);
	return {
		origin,
		url: `${origin}/#code=${code}`,
		async close() {
			child.kill();
			await gone;
		},
	};
}

// A desktop for tests on machines that have none: Xvfb on a display number of its own choosing, with a window manager.
import { spawn } from 'node:child_process';
import { which } from './setup.mjs';

/**
 * Uses the display that is there, or starts one.
 *
 * @param {{ size?: string, fresh?: boolean }} options  fresh: a display of its own even where there is one
 * @returns {Promise<{ display: string, close: () => void } | undefined>} undefined where Xvfb is missing
 */
export async function openDisplay({ size = '1920x1080x24', fresh = false } = {}) {
	const given = process.env.DISPLAY;
	if (!fresh && given !== undefined && given !== '') return { display: given, close: () => {} };
	if (which('Xvfb') === undefined) return undefined;
	const server = spawn(
		'Xvfb',
		['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp', '+extension', 'XTEST', '+extension', 'Composite'],
		{
			stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
		},
	);
	const number = await new Promise((resolve) => {
		let text = '';
		const give = (value) => resolve(value);
		server.stdio[3].on('data', (chunk) => {
			text += chunk;
			if (text.includes('\n')) give(text.trim());
		});
		server.once('exit', () => give(undefined));
		server.once('error', () => give(undefined));
		setTimeout(() => give(undefined), 15_000).unref();
	});
	if (number === undefined) {
		server.kill();
		return undefined;
	}
	const display = `:${number}`;
	const manager =
		which('openbox') === undefined ? undefined : spawn('openbox', [], { stdio: 'ignore', env: { ...process.env, DISPLAY: display } });
	manager?.on('error', () => {});
	return {
		display,
		close: () => {
			manager?.kill();
			server.kill();
		},
	};
}

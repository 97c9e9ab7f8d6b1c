// The game in a window of its own, for a person to play and for tests to share. It runs in the same worker as in the page.
import { transfer, wrap } from 'comlink';
import type { PracticeApi } from '../../workers/practice.protocol.ts';
import { frameSize, readOptions } from './options.ts';

const options = readOptions(Object.fromEntries(new URLSearchParams(location.search)));
const size = frameSize(options);
const canvas = document.getElementById('game') as HTMLCanvasElement;
canvas.width = size.width;
canvas.height = size.height;
// Under Trusted Types a worker's address is a script's; ours come from this origin alone. The policy is the default one because
// the bundler finds a worker only in the literal form below.
interface TrustedTypes {
	createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}
const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
trustedTypes?.createPolicy('default', {
	createScriptURL(url) {
		if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`not a script of this origin: ${url}`);
		return url;
	},
});

const worker = new Worker(new URL('../../workers/practice.worker.ts', import.meta.url), { type: 'module' });
const game = wrap<PracticeApi>(worker);
const offscreen = canvas.transferControlToOffscreen();
void game.start(options, transfer(offscreen, [offscreen]));
void game.announce(true);

canvas.addEventListener('pointerdown', (event) => {
	const box = canvas.getBoundingClientRect();
	const at = {
		x: Math.floor(((event.clientX - box.left) * size.width) / box.width),
		y: Math.floor(((event.clientY - box.top) * size.height) / box.height),
	};
	canvas.focus();
	event.preventDefault();
	if (event.button === 0) void game.input([{ do: 'click', button: 'left', at, holdMs: 0 }]);
});
canvas.addEventListener('contextmenu', (event) => event.preventDefault());

document.addEventListener('keydown', (event) => {
	if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
	const key = event.key === ' ' ? 'Space' : event.key;
	if (key === 'Space' || key === 'Enter') event.preventDefault();
	void game.input([{ do: 'key', keys: [key], holdMs: 0 }]);
});

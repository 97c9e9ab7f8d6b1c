// One run of `play`, as a person would type it, and what it left. Proofs and tests share it.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI } from './companion.mjs';
import { root } from './files.mjs';

/**
 * @param {{args: string[], port: number, env?: NodeJS.ProcessEnv, log?: (line: string) => void, limitMs: number}} options
 * @returns {Promise<{code: number, report: any, markdown: string, ticks: any[], packBytes: number, said: string}>}
 */
export async function playSession({ args, port, env = {}, log = () => {}, limitMs }) {
	const folder = mkdtempSync(join(tmpdir(), 'falsework-report-'));
	const child = spawn(process.execPath, [CLI, 'play', ...args, '--report', folder], {
		cwd: root,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, ...env, FALSEWORK_PORT: String(port) },
	});
	let said = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text) => {
			said += text;
			for (const line of text.split('\n')) if (line !== '') log(line);
		});
	}
	const timer = setTimeout(() => child.kill('SIGTERM'), limitMs);
	const code = await new Promise((resolve) => child.once('exit', (status) => resolve(status ?? 1)));
	clearTimeout(timer);
	if (code !== 0) return { code, report: undefined, markdown: '', ticks: [], packBytes: 0, said };
	const read = (name) => readFileSync(join(folder, name), 'utf8');
	return {
		code,
		report: JSON.parse(read('report.json')),
		markdown: read('report.md'),
		ticks: read('ticks.jsonl')
			.split('\n')
			.filter(Boolean)
			.map((line) => JSON.parse(line)),
		packBytes: readFileSync(join(folder, 'pack.falsework')).byteLength,
		said,
	};
}

/**
 * The practice game in that way, with a browser that nobody sees.
 *
 * @param {{minutes: number, store: string, port: number, options: Record<string, string | number>, more?: string[], log?: (line: string) => void}} session
 *   `options` of the game; `more`: other arguments
 */
export function playPractice({ minutes, store, port, options, more = [], log }) {
	const args = ['--profile', 'practice', '--headless', '--minutes', String(minutes), '--store', store, ...more];
	for (const [name, value] of Object.entries(options)) args.push('--option', `${name}=${value}`);
	return playSession({ args, port, limitMs: minutes * 60_000 + 180_000, log });
}

/** Counts of questions in a part of a session, by ask. `ticks` are lines of ticks.jsonl; times in ms since 1970. */
export function countShare(ticks, ask, from, to) {
	const asked = ticks.filter((t) => t.ask === ask && t.at >= from && t.at < to);
	const local = asked.filter((t) => t.tier === 'crystal').length;
	return { local, total: asked.length, share: asked.length === 0 ? null : local / asked.length };
}

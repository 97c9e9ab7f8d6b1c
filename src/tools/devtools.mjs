// A browser spoken to in its own protocol and nothing more. A test library listens to a page's network, and for that the renderer keeps
// every body it was sent, a model's engine of 14 MB at each load too: memory cannot be measured under it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import WebSocket from 'ws';
import { ensureBrowser, QUIET_SWITCHES } from './browser.mjs';

const START_MS = 60_000;

/**
 * Starts a headless browser with a profile of its own.
 *
 * @param {{ profile: string, switches?: readonly string[] }} options
 * @returns {Promise<{ send: (method: string, params?: object) => Promise<any>, open: (address: string, before: string) => Promise<any>, close: () => Promise<void> }>}
 *   `open` loads an address after running the script `before`, and gives the page
 */
export async function startBrowser({ profile, switches = [] }) {
	const told = join(profile, 'DevToolsActivePort');
	// What an earlier browser of this profile left names a port that nobody listens on.
	rmSync(told, { force: true });
	const child = spawn(
		ensureBrowser(),
		[...QUIET_SWITCHES, '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...switches, 'about:blank'],
		{ stdio: 'ignore' },
	);
	const gone = new Promise((resolve) => child.once('exit', resolve));
	for (const end = Date.now() + START_MS; !existsSync(told) || readFileSync(told, 'utf8').split('\n').length < 2; ) {
		if (child.exitCode !== null || Date.now() > end) {
			child.kill();
			throw new Error('The browser did not start.');
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	const [port, path] = readFileSync(told, 'utf8').split('\n');
	const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { maxPayload: 64 * 2 ** 20 });
	await new Promise((resolve, reject) => {
		socket.once('open', resolve);
		socket.once('error', (error) => {
			// Nobody could end it any more.
			child.kill();
			reject(error);
		});
	});
	let calls = 0;
	const waiting = new Map();
	/** Sessions of dedicated workers, by that of their page. */
	const workers = new Map();
	socket.on('message', (data) => {
		const { id, result, error, method, params, sessionId } = JSON.parse(String(data));
		if (id !== undefined) {
			const { resolve, reject } = waiting.get(id);
			waiting.delete(id);
			if (error === undefined) resolve(result);
			else reject(new Error(error.message));
		} else if (method === 'Target.attachedToTarget' && params.targetInfo.type === 'worker') {
			workers.set(sessionId, [...(workers.get(sessionId) ?? []), params.sessionId]);
		}
	});
	socket.on('close', () => {
		for (const { reject } of waiting.values()) reject(new Error('The browser is gone.'));
	});
	const send = (method, params = {}, sessionId = undefined) =>
		new Promise((resolve, reject) => {
			const id = ++calls;
			waiting.set(id, { resolve, reject });
			socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
		});
	const run = async (sessionId, expression) => {
		const { result, exceptionDetails } = await send(
			'Runtime.evaluate',
			{ expression, awaitPromise: true, returnByValue: true, userGesture: true },
			sessionId,
		);
		if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
		return result.value;
	};
	return {
		send: (method, params) => send(method, params),
		async open(address, before) {
			const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
			const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
			await send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true }, sessionId);
			await send('Page.enable', {}, sessionId);
			await send('Page.addScriptToEvaluateOnNewDocument', { source: before }, sessionId);
			await send('Page.navigate', { url: address }, sessionId);
			return {
				/** Calls a function in the page with arguments of JSON. */
				evaluate: (work, ...args) => run(sessionId, `(${work})(${args.map((arg) => JSON.stringify(arg)).join(', ')})`),
				/** In each of its workers that still lives. */
				inWorkers: async (expression) => {
					for (const worker of workers.get(sessionId) ?? []) await run(worker, expression).catch(() => {});
				},
			};
		},
		async close() {
			await send('Browser.close').catch(() => {});
			socket.close();
			await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 10_000))]);
			if (child.exitCode === null) child.kill('SIGKILL');
			await gone;
		},
	};
}

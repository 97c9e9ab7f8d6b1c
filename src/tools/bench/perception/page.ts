// The page that holds our worker; the bench in Node calls `ask` from outside, one request at a time.
import type { Answer, Request } from './worker.ts';

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'perception' });

export function ask(request: Request): Promise<Answer> {
	return new Promise((resolve, reject) => {
		worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
		worker.onerror = (event) => reject(new Error(event.message));
		worker.postMessage(request);
	});
}

// Of an error only its name, message and stack cross comlink. A `RuntimeError` carries its reason in front of its sentence while it
// crosses a worker's wall, and gets it back on the other side; what an engine threw by itself is sorted by its words.
import { RuntimeError } from './runtime.ts';

type Reason = RuntimeError['reason'];
const REASONS: readonly Reason[] = [
	'unsupported',
	'load-failed',
	'out-of-memory',
	'gpu-lost',
	'timed-out',
	'cancelled',
	'crashed',
	'bad-input',
];
/** As V8, emscripten, onnxruntime and llama.cpp say it. */
const MEMORY = /allocation failed|out of memory|cannot enlarge memory|bad_alloc|\boom\b|failed to allocate|memory access out of bounds/i;
/** As Dawn and onnxruntime say it. */
const GPU = /device (was|is) lost|device lost|external instance reference|adapter .*(lost|consumed)|GPUDevice.*lost/i;

/** For a worker to throw: the reason in front. */
export function crossing(error: unknown, otherwise: Reason = 'crashed', what = 'It failed'): Error {
	const known = sorted(error, otherwise, what);
	const out = new Error(`${known.reason}: ${known.message}`);
	out.name = 'RuntimeError';
	return out;
}

/** What a call of a worker threw, as it was thrown there. */
export function crossed(error: unknown, otherwise: Reason = 'crashed', what = 'It failed'): RuntimeError {
	if (error instanceof RuntimeError) return error;
	if (error instanceof Error && error.name === 'RuntimeError') {
		const at = error.message.indexOf(': ');
		const reason = REASONS.find((one) => one === error.message.slice(0, at));
		if (reason !== undefined) return new RuntimeError(reason, error.message.slice(at + 2), { cause: error });
	}
	return sorted(error, otherwise, what);
}

/** An engine's own words, sorted. web-llm throws texts, not errors. */
function sorted(error: unknown, otherwise: Reason, what: string): RuntimeError {
	if (error instanceof RuntimeError) return error;
	const said = error instanceof Error ? error.message : String(error);
	const reason = MEMORY.test(said) ? 'out-of-memory' : GPU.test(said) ? 'gpu-lost' : otherwise;
	return new RuntimeError(reason, `${what}: ${said}`, { cause: error });
}

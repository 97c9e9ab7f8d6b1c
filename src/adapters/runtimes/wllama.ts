// The LLM for machines without a GPU: llama.cpp in WebAssembly, from a GGUF file. Its answers are held to a schema by a grammar
// without white space, since small models write white space for ever where they may.
import { backendNote, spareThreads } from '../../core/models/capabilities.ts';
import { fittingGrammar } from '../../core/models/grammar.ts';
import { type Driver, type LoadOptions, RuntimeError } from '../../core/models/runtime.ts';
import { type LlmEngine, makeLlmDriver } from './llm.ts';

/** Of JSON as small models write it: SmolLM2's answers to our questions had 2.1 to 2.5. */
const CHARACTERS_PER_TOKEN = 2;

/** @param start  starts llm-cpu.worker.ts; the bundler wants to see `new Worker(new URL('./llm-cpu.worker.ts', import.meta.url), …)` there */
export function makeWllamaDriver(start: () => Worker, limits: LlmEngine['limits'] = {}): Driver {
	return makeLlmDriver({
		runtime: 'wllama',
		start,
		limits,
		prepare: ({ manifest, files, backend }: LoadOptions) => {
			if (backend !== 'wasm' && backend !== 'wasm-threads')
				throw new RuntimeError('unsupported', `"${manifest.name}" runs on the CPU alone; it cannot run by ${backend}.`);
			if (!Object.keys(files).some((path) => path.endsWith('.gguf')))
				throw new RuntimeError('bad-input', `"${manifest.name}" has no .gguf file, and wllama runs nothing else.`);
			const facts = { isolated: globalThis.crossOriginIsolated, cores: globalThis.navigator?.hardwareConcurrency ?? 1 };
			if (backend === 'wasm-threads' && !facts.isolated)
				throw new RuntimeError('unsupported', `"${manifest.name}" cannot have threads: this page is not isolated.`);
			const threads = backend === 'wasm' ? 1 : Math.max(2, spareThreads(facts.cores));
			return Promise.resolve({ threads, note: backendNote(backend, facts) });
		},
		grammarOf: ({ schema, maxTokens }) => {
			if (schema === undefined) return undefined;
			// Lists and texts are kept so short that an answer ends within its tokens: one that is cut is none.
			const made = fittingGrammar(schema, maxTokens * CHARACTERS_PER_TOKEN);
			if ('fault' in made) throw new RuntimeError('bad-input', `The answer's schema cannot be made a grammar: ${made.fault}.`);
			return made.grammar;
		},
	});
}

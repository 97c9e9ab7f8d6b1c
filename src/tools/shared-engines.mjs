// One copy of onnxruntime's and of transformers' code for all workers. Each worker is a bundle of its own, so an engine that four of
// them import would be built in four times, each with an `env`, a WebAssembly instance and a `Tensor` class of its own. Here each
// engine is built once, as a module beside the workers, and they import it by address.
import { createHash } from 'node:crypto';

/** By import specifier. `onnxruntime-common` is part of what `onnxruntime-web/webgpu` gives; its own would be a second `Tensor`. */
const ENGINES = [
	{ name: 'onnxruntime', from: 'onnxruntime-web/webgpu', answers: ['onnxruntime-web/webgpu', 'onnxruntime-common'] },
	{ name: 'transformers', from: '@huggingface/transformers', answers: ['@huggingface/transformers'] },
];
const PLACE = 'falsework-engine:';
const ENTRY = '\0falsework-engine-entry';

/** Engine by specifier; every other way into onnxruntime-web is a second copy, so it does not build. */
function engineOf(specifier) {
	const engine = ENGINES.find(({ answers }) => answers.includes(specifier));
	if (engine === undefined && /^onnxruntime-(web|node)(\/|$)|^@huggingface\/transformers\//.test(specifier))
		throw new Error(`"${specifier}" would be a second copy of an engine; import "onnxruntime-web/webgpu" or "@huggingface/transformers".`);
	return engine;
}

/** @returns {Promise<{ name: string, fileName: string, code: string, modules: string[] }>} */
async function buildEngine(engine, before, conditions) {
	const { build } = await import('vite');
	const modules = [];
	const result = await build({
		configFile: false,
		logLevel: 'error',
		publicDir: false,
		resolve: { conditions },
		// Neither has a default that anyone uses; transformers has none at all.
		plugins: [
			{
				name: 'falsework:engine-entry',
				enforce: 'pre',
				resolveId(id, importer) {
					if (id === ENTRY) return id;
					if (importer === ENTRY) return null;
					const other = engineOf(id);
					return other === undefined ? null : { id: `${PLACE}${other.name}`, external: true };
				},
				load: (id) => (id === ENTRY ? `export * from ${JSON.stringify(engine.from)};` : null),
				generateBundle(_options, bundle) {
					for (const chunk of Object.values(bundle))
						for (const [id, module] of Object.entries(chunk.modules ?? {})) if (module.renderedLength > 0) modules.push(id);
				},
			},
		],
		build: {
			write: false,
			target: 'es2022',
			modulePreload: false,
			rolldownOptions: {
				input: { [engine.name]: ENTRY },
				preserveEntrySignatures: 'strict',
				output: { format: 'es' },
				checks: { pluginTimings: false },
			},
		},
	});
	const output = Array.isArray(result) ? result[0].output : result.output;
	if (output.length !== 1)
		throw new Error(
			`The engine "${engine.name}" was built into ${output.length} files; one was expected: ${output.map((o) => o.fileName)}`,
		);
	const code = filled(output[0].code, before);
	const hash = createHash('sha256').update(code).digest('base64url').slice(0, 8);
	return { name: engine.name, fileName: `${engine.name}-${hash}.js`, code, modules };
}

/** Addresses in the place of names. */
function filled(code, built) {
	return code.replace(new RegExp(`${PLACE}(\\w+)`, 'g'), (_, name) => {
		const engine = built.find((one) => one.name === name);
		if (engine === undefined) throw new Error(`No engine "${name}" is built.`);
		return `./${engine.fileName}`;
	});
}

/**
 * Two Vite plugins: `page` puts the engines among the assets, `worker` has workers import them.
 *
 * @param {{ conditions: string[], modules: Set<string> }} options  `modules` hears which files went in, for THIRD-PARTY-NOTICES
 */
export function sharedEngines({ conditions, modules }) {
	/** @type {Promise<Awaited<ReturnType<typeof buildEngine>>[]> | undefined} */
	let built;
	const engines = () => {
		built ??= (async () => {
			const done = [];
			for (const engine of ENGINES) done.push(await buildEngine(engine, done, conditions));
			for (const one of done) for (const id of one.modules) modules.add(id);
			return done;
		})();
		return built;
	};
	return {
		page: () => ({
			name: 'falsework:shared-engines',
			apply: 'build',
			async generateBundle() {
				for (const { fileName, code } of await engines()) this.emitFile({ type: 'asset', fileName: `assets/${fileName}`, source: code });
			},
		}),
		worker: () => ({
			name: 'falsework:import-shared-engines',
			apply: 'build',
			enforce: 'pre',
			resolveId(id) {
				const engine = engineOf(id);
				return engine === undefined ? null : { id: `${PLACE}${engine.name}`, external: true };
			},
			async renderChunk(code) {
				return code.includes(PLACE) ? { code: filled(code, await engines()), map: null } : null;
			},
		}),
	};
}

/** Marks that stand once in each engine's code, for the test that counts copies. */
export const ENGINE_MARKS = { onnxruntime: 'no available backend found. ERR: ', transformers: 'Unable to get model file path or buffer' };

// Who may import whom. An import that wants to point outwards is usually a concept in the wrong room: move the concept.
const TEST = '\\.test\\.[cm]?[jt]sx?$|/testing/|^src/ui/trusted-templates\\.ts$';
const RUNTIMES =
	'node_modules/(onnxruntime-web|onnxruntime-node|@mlc-ai/|@wllama/|@huggingface/|@xenova/|kokoro-js|openai/|@anthropic-ai/|ollama/)';
const PROTOCOL = '^workers/[^/]+\\.protocol\\.ts$';

/** All that a room imports must be on its list. */
const room = (name, from, mayImport, comment) => ({
	name,
	severity: 'error',
	comment,
	from: { path: from, pathNot: TEST },
	to: { pathNot: mayImport },
});

module.exports = {
	forbidden: [
		{
			name: 'no-cycles',
			severity: 'error',
			comment: 'Files that import each other are one concept in two places: move the shared part out.',
			from: {},
			to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
		},
		room(
			'core-is-pure',
			'^src/core/',
			['^src/core/', '(^|/)node_modules/(valibot|pluralize|flatqueue)/'],
			'The core imports itself, valibot, a heap and, of words alone, pluralize; what it needs from outside is a port in src/core/ports.ts.',
		),
		room(
			'embed-is-one-small-file',
			'^src/embed/',
			['^src/(embed|core)/', '\\.css$'],
			"The embedded scorecard imports itself and the core: it is served to other people's pages as one small script.",
		),
		room(
			'ui-only-shows',
			'^src/ui/',
			[
				'^src/(ui|core|embed)/',
				PROTOCOL,
				'(^|/)node_modules/(valibot|solid-js|@kobalte/|uplot|lucide-solid|@solid-primitives/)',
				'\\.css$',
			],
			"The UI imports itself, the core and the workers' protocols; services arrive by context from src/main.tsx.",
		),
		room(
			'protocols-are-types',
			PROTOCOL,
			['^src/core/', PROTOCOL, '(^|/)node_modules/valibot/'],
			'A protocol imports the core and other protocols.',
		),
		room(
			'adapters-face-inwards',
			'^src/adapters/',
			[
				'^src/(adapters|core)/',
				PROTOCOL,
				'^src/companion/protocol\\.ts$',
				'^src/practice/',
				'(^|/)node_modules/(valibot|dexie|comlink|fflate|hash-wasm|workbox-window|yaml|obscenity|cuss|naughty-words|profane-words|unhomoglyph)/',
				'^models/.*\\.json$',
			],
			'An adapter imports the core, protocols and one outside library; another room is reached through its protocol.',
		),
		{
			name: 'practice-is-a-game-not-a-library',
			severity: 'error',
			comment: "Only the practice tier runs the practice game's scripted teacher; other adapters may take its types.",
			from: { path: '^src/adapters/', pathNot: `^src/adapters/(tiers/)?practice|${TEST}` },
			to: { path: '^src/practice/', dependencyTypesNot: ['type-only'] },
		},
		room(
			'practice-stands-alone',
			'^src/practice/',
			['^src/(practice|core)/', PROTOCOL, '(^|/)node_modules/(valibot|comlink)/', '\\.css$'],
			'The practice game imports itself and the core: it must play the same in the page, in Node and in a window of its own.',
		),
		room(
			'companion-is-node',
			'^src/companion/',
			[
				'^src/(companion|core)/',
				'^src/practice/teacher',
				'(^|/)node_modules/(valibot|ws|node-sqlite3-wasm|robotjs|uiohook-napi|x11|prom-client|@getalby/[^/]+|@types/(node|ws))/',
				'^(node:)?[a-z_/]+$',
			],
			'The companion imports itself, the core, the practice teacher and Node.',
		),
		room(
			'workers-run-engines',
			'^workers/',
			[
				'^workers/',
				'^src/(core|adapters|practice)/',
				'^src/companion/protocol\\.ts$',
				'(^|/)node_modules/(valibot|comlink|workbox-(core|precaching|routing)/|onnxruntime-web|onnxruntime-common|@techstark/|@mlc-ai/|@wllama/|@huggingface/|kokoro-js)',
			],
			'A worker imports its protocol, the core, adapters and its engine.',
		),
		{
			name: 'companion-settles-nothing',
			severity: 'error',
			comment: 'Questions are settled in the agent, where the crystals are; the companion only carries requests.',
			from: { path: '^src/companion/', pathNot: TEST },
			to: { path: '^src/core/cascade\\.ts$', dependencyTypesNot: ['type-only'] },
		},
		{
			name: 'model-runtimes-in-workers-only',
			severity: 'error',
			comment:
				'A model runtime is imported by a worker; everybody else reaches it by a tier adapter, and so through the seam. The text reader of a replay, part of a region as in the page, runs in Node.',
			from: { pathNot: `^workers/|^src/tools/replay/reader\\.ts$|${TEST}` },
			to: { path: RUNTIMES, dependencyTypesNot: ['type-only'] },
		},
		{
			name: 'one-door-to-the-database',
			severity: 'error',
			comment: 'Dexie is imported by src/adapters/store.ts and its schema; everybody else asks the Store.',
			from: { pathNot: `^src/adapters/store(-schema)?\\.ts$|${TEST}` },
			to: { path: 'node_modules/dexie/' },
		},
		{
			name: 'lists-of-words-behind-the-filter',
			severity: 'error',
			comment: 'Lists of bad words are read by the filter alone; everybody else lets a text pass the gate.',
			from: { pathNot: `^src/adapters/moderation/|${TEST}` },
			to: { path: 'node_modules/(obscenity|cuss|naughty-words|profane-words)/' },
		},
		{
			name: 'the-test-has-a-list-of-its-own',
			severity: 'error',
			comment: 'The list that the filter is tried with is no part of the program: else it would be tried with what it knows.',
			from: { pathNot: '\\.test\\.ts$|^src/tools/' },
			to: { path: 'node_modules/badwords-list/' },
		},
		{
			name: 'core-and-ui-know-no-game',
			severity: 'error',
			comment: 'The agent must not know the game it plays: nothing in the core or the UI imports the practice game.',
			from: { path: '^src/(core|ui)/' },
			to: { path: '^src/practice/' },
		},
		{
			name: 'workers-are-started-not-imported',
			severity: 'error',
			comment: "Workers are started by address, never imported: an import would run the engine on the importer's thread.",
			from: { path: '^src/', pathNot: TEST },
			to: { path: '^workers/.*\\.worker\\.ts$', dependencyTypesNot: ['type-only'] },
		},
		{
			name: 'nobody-imports-tests-or-tools',
			severity: 'error',
			comment: 'The programs do not import tests, tools or lint rules.',
			from: { path: '^(src/(core|ui|adapters|companion|practice)|workers)/', pathNot: TEST },
			to: { path: `^src/(tools|lint)/|${TEST}` },
		},
		{
			name: 'no-unresolvable',
			severity: 'error',
			comment: 'An import that leads nowhere.',
			from: {},
			to: { couldNotResolve: true, pathNot: '\\?(worker|url|raw)' },
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '^(dist|\\.cache)/|^src/lint/fixtures/|^src/core/engine/assembly/|^falsework:' },
		tsPreCompilationDeps: true,
		detectJSDocImports: false,
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['import', 'types', 'browser', 'default'],
			extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.d.ts'],
		},
		skipAnalysisNotInRules: true,
	},
};

// The law as a lint rule: a model is asked only through the seam, and the seam is never used without a crystalliser.
// The types hold the same law; this rule also sees plain JavaScript, casts and the ways round the seam.
const TEST = /\.test\.[cm]?[jt]sx?$|\/testing\//;
const OPEN = [
	// Who may talk to models at all, and who may put one behind the seam.
	/(^|\/)src\/adapters\/tiers\//,
];
const MAY_SEAL = [...OPEN, /(^|\/)src\/practice\//];
/** Talk to the companion, or load files of our own; none of them knows a model. */
const MAY_FETCH = [
	...OPEN,
	/(^|\/)src\/adapters\//,
	/(^|\/)workers\//,
	/(^|\/)src\/companion\//,
	/(^|\/)src\/embed\//,
	/(^|\/)src\/practice\//,
	/(^|\/)src\/main\.tsx?$/,
	/(^|\/)src\/tools\//,
	/(^|\/)e2e\//,
	TEST,
];
/** Engines run in workers; the crystals' own recognisers are among them. */
const MAY_RUN_ENGINES = [/(^|\/)workers\//, ...OPEN];
const NOT_LAW = [/(^|\/)src\/(tools|lint)\//, /(^|\/)e2e\//];

const NETWORK = new Set(['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'WebTransport']);
const ENGINES = new Set([
	'LanguageModel',
	'OpenAI',
	'Anthropic',
	'CreateMLCEngine',
	'CreateWebWorkerMLCEngine',
	'MLCEngine',
	'pipeline',
	'Wllama',
	'KokoroTTS',
]);
const RUNTIMES =
	/^(onnxruntime-web|onnxruntime-node|@mlc-ai\/|@wllama\/|@huggingface\/|@xenova\/|kokoro-js|openai$|openai\/|@anthropic-ai\/|ollama$)/;
const GLOBALS = new Set(['globalThis', 'window', 'self']);

/** @type {import('eslint').Rule.RuleModule} */
export default {
	meta: {
		type: 'problem',
		docs: { description: 'No model call without crystallisation' },
		schema: [],
		messages: {
			missing:
				"settle() without `crystallise`: a model's answer would leave nothing behind. Give it the crystalliser of its kind (src/core/crystals/KIND/crystallise.ts), which returns the artefacts made or why none.",
			empty:
				'This `crystallise` makes nothing and gives no reason. Return `{ made, refused, labelled }`, or `{ none: REASON, detail }` when an answer truly leaves nothing.',
			opaque:
				'settle() must be given its settlement as an object written here, with `crystallise` in sight; a variable or a spread hides whether the law is kept.',
			seal: "sealModel() belongs to the tier adapters (src/adapters/tiers/): write the model's adapter there and hand its Tier to makeCascade.",
			network:
				'{{name}} reaches past the seam. Ask by settle() in src/core/cascade.ts, or, for something that is no model, add an adapter in src/adapters/.',
			engine:
				'{{name}} calls a model directly. Write a tier adapter in src/adapters/tiers/ (its engine in a worker of workers/) and ask by settle().',
			runtime:
				'Model runtime "{{name}}" may be imported in workers/ only. Write a worker with its protocol, and a tier adapter that starts it.',
		},
	},
	create(context) {
		const path = context.filename.replaceAll('\\', '/');
		const inside = (list) => list.some((place) => place.test(path));
		if (inside(NOT_LAW)) return {};
		const isTest = TEST.test(path);
		const maySeal = inside(MAY_SEAL) || isTest;
		const isSeam = /(^|\/)src\/core\/cascade\.ts$/.test(path);

		/** True when a name means the global, not something declared here. */
		function isGlobal(node) {
			for (let scope = context.sourceCode.getScope(node); scope !== null; scope = scope.upper) {
				const found = scope.set.get(node.name);
				if (found !== undefined && found.defs.length > 0) return false;
			}
			return true;
		}
		/** A function of the same name written in this very file, or a method of one's own, is not the seam. */
		function isAnotherSettle(callee) {
			const [settlement, ...others] = callee.parent.arguments;
			if (callee.type === 'MemberExpression') {
				if (callee.object.type === 'ThisExpression') return true;
				// A budget and a promise settle too; the seam's takes a settlement and a way to cancel.
				const asks =
					settlement?.type === 'ObjectExpression' &&
					settlement.properties.some((p) => p.type === 'Property' && ['question', 'check', 'crystallise'].includes(p.key.name));
				return (
					!asks &&
					!others.some((other) => /cancel|signal|abort/i.test(other.name ?? '')) &&
					!/cascade|seam/i.test(callee.object.name ?? callee.object.property?.name ?? '')
				);
			}
			for (let scope = context.sourceCode.getScope(callee); scope !== null; scope = scope.upper) {
				const found = scope.set.get(callee.name);
				if (found !== undefined && found.defs.length > 0) {
					// `const { settle } = cascade` and an import are still the seam.
					const [def] = found.defs;
					return (
						def.type === 'Parameter' ||
						def.type === 'FunctionName' ||
						(def.type === 'Variable' && def.node.id.type === 'Identifier' && def.node.init?.type !== 'MemberExpression')
					);
				}
			}
			return false;
		}
		function name(node, text, at = node) {
			if (NETWORK.has(text) && !inside(MAY_FETCH)) context.report({ node: at, messageId: 'network', data: { name: text } });
			else if (ENGINES.has(text) && !inside(MAY_RUN_ENGINES)) context.report({ node: at, messageId: 'engine', data: { name: text } });
		}
		function source(node) {
			const from = node.source?.value;
			if (
				typeof from === 'string' &&
				RUNTIMES.test(from) &&
				!/(^|\/)workers\//.test(path) &&
				node.importKind !== 'type' &&
				node.exportKind !== 'type'
			) {
				context.report({ node: node.source, messageId: 'runtime', data: { name: from } });
			}
		}
		function checkSettlement(call) {
			const [settlement] = call.arguments;
			if (settlement === undefined || settlement.type !== 'ObjectExpression') {
				// A test builds its settlements by helpers; the types hold the law there.
				if (!isTest) context.report({ node: call, messageId: 'opaque' });
				return;
			}
			const found = settlement.properties.findLast(
				(p) => p.type === 'Property' && !p.computed && (p.key.name ?? p.key.value) === 'crystallise',
			);
			if (found === undefined) {
				const hidden = settlement.properties.some((p) => p.type === 'SpreadElement');
				if (!hidden || !isTest) context.report({ node: settlement, messageId: hidden ? 'opaque' : 'missing' });
				return;
			}
			if (isEmpty(unwrap(found.value))) context.report({ node: found, messageId: 'empty' });
		}

		return {
			CallExpression(node) {
				const { callee } = node;
				const called = callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' ? propertyOf(callee) : undefined;
				if (called === 'settle' && node.arguments.length > 0 && !isAnotherSettle(callee)) checkSettlement(node);
				if (called === 'sealModel' && !maySeal && !isSeam) context.report({ node, messageId: 'seal' });
				if (callee.type === 'Identifier' && isGlobal(callee)) name(node, callee.name);
				if (callee.type === 'Identifier' && ENGINES.has(callee.name) && callee.name !== 'pipeline' && !isGlobal(callee))
					name(node, callee.name);
				if (callee.type === 'MemberExpression') {
					if (callee.object.type === 'Identifier' && GLOBALS.has(callee.object.name)) name(node, propertyOf(callee));
					if (callee.object.type === 'MemberExpression' && GLOBALS.has(callee.object.object.name)) name(node, propertyOf(callee.object));
					const owner =
						callee.object.type === 'Identifier'
							? callee.object.name
							: callee.object.type === 'MemberExpression'
								? propertyOf(callee.object)
								: undefined;
					if (owner === 'InferenceSession' && called === 'create' && !inside(MAY_RUN_ENGINES))
						context.report({ node, messageId: 'engine', data: { name: 'InferenceSession.create' } });
					if (callee.object.type === 'Identifier' && owner !== 'pipeline' && ENGINES.has(owner)) name(node, owner);
				}
			},
			NewExpression(node) {
				const { callee } = node;
				if (callee.type === 'Identifier' && (isGlobal(callee) || ENGINES.has(callee.name))) name(node, callee.name);
				if (callee.type === 'MemberExpression') name(node, propertyOf(callee));
			},
			MemberExpression(node) {
				const chain = propertyOf(node) === 'completions' && node.object.type === 'MemberExpression' && propertyOf(node.object) === 'chat';
				if (chain && !inside(OPEN)) context.report({ node, messageId: 'engine', data: { name: '.chat.completions' } });
			},
			VariableDeclarator(node) {
				// `const f = fetch` and `const { fetch } = globalThis` are the same call by another name.
				if (node.init?.type === 'Identifier' && isGlobal(node.init)) name(node, node.init.name, node.init);
				if (node.init?.type === 'MemberExpression' && GLOBALS.has(node.init.object.name)) name(node, propertyOf(node.init), node.init);
				if (node.init?.type === 'Identifier' && GLOBALS.has(node.init.name) && node.id.type === 'ObjectPattern') {
					for (const p of node.id.properties) if (p.type === 'Property') name(p, p.key.name ?? p.key.value);
				}
			},
			ImportDeclaration: source,
			ExportNamedDeclaration: source,
			ExportAllDeclaration: source,
			ImportExpression(node) {
				source({ source: node.source });
			},
		};
	},
};

function propertyOf(node) {
	if (!node.computed) return node.property.name;
	return node.property.type === 'Literal' ? String(node.property.value) : undefined;
}

/** The expression inside `x as T`, `x!`, `x satisfies T`. */
function unwrap(node) {
	return ['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression', 'TSTypeAssertion'].includes(node.type)
		? unwrap(node.expression)
		: node;
}

function isNothing(node) {
	const inner = node === null || node === undefined ? undefined : unwrap(node);
	if (inner === undefined) return true;
	if (inner.type === 'Identifier') return inner.name === 'undefined';
	if (inner.type === 'Literal') return inner.value === null;
	if (inner.type === 'UnaryExpression') return inner.operator === 'void';
	if (inner.type === 'ObjectExpression') {
		if (inner.properties.length === 0) return true;
		// `{ made: [], refused: [], labelled: [] }` written down says nothing at all.
		const words = new Set(['made', 'refused', 'labelled']);
		return inner.properties.every(
			(p) =>
				p.type === 'Property' &&
				words.has(p.key.name ?? p.key.value) &&
				p.value.type === 'ArrayExpression' &&
				p.value.elements.length === 0,
		);
	}
	return false;
}

function isEmpty(node) {
	if (isNothing(node)) return true;
	if (node.type !== 'ArrowFunctionExpression' && node.type !== 'FunctionExpression') return false;
	if (node.body.type !== 'BlockStatement') return isNothing(node.body) || isPromiseOfNothing(node.body);
	const { body } = node.body;
	return (
		body.length === 0 ||
		(body.length === 1 && body[0].type === 'ReturnStatement' && (isNothing(body[0].argument) || isPromiseOfNothing(body[0].argument)))
	);
}

function isPromiseOfNothing(node) {
	const inner = unwrap(node);
	return (
		inner.type === 'CallExpression' &&
		inner.callee.type === 'MemberExpression' &&
		inner.callee.object.name === 'Promise' &&
		inner.callee.property.name === 'resolve' &&
		isNothing(inner.arguments[0])
	);
}

import solid from 'eslint-plugin-solid/configs/typescript';
import tseslint from 'typescript-eslint';
import noUncrystallisedInference from './src/lint/no-uncrystallised-inference.js';

const falsework = { rules: { 'no-uncrystallised-inference': noUncrystallisedInference } };
/** Text becomes markup nowhere: game text, model answers and profiles are all somebody else's. */
const noMarkup = [
	'error',
	{
		selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|srcdoc)$/]',
		message: 'Text from a game or a model must never become markup: set textContent, or render it with Solid.',
	},
	{
		selector: "JSXAttribute[name.name='innerHTML']",
		message: 'Text from a game or a model must never become markup: render it as a child.',
	},
	{
		selector: "CallExpression[callee.object.name='document'][callee.property.name=/^(write|writeln)$/]",
		message: 'document.write makes markup of text; build elements instead.',
	},
];

/** What an audience sees and hears was cleared by the gate, and by nobody else. */
const oneGate = {
	selector: "TSAsExpression > TSTypeReference[typeName.name='Cleared']",
	message: 'Only src/core/moderation/gate.ts clears a text: let it pass the gate.',
};

export default tseslint.config(
	{
		ignores: [
			'node_modules/',
			'dist/',
			'.cache/',
			'test-results/',
			'playwright-report/',
			'src/lint/fixtures/',
			'src/core/engine/assembly/',
			'public/',
		],
	},
	{
		files: ['**/*.{js,mjs,cjs,ts,tsx}'],
		languageOptions: { parser: tseslint.parser, ecmaVersion: 2023, sourceType: 'module' },
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		plugins: { falsework },
		rules: {
			'falsework/no-uncrystallised-inference': 'error',
			'no-restricted-syntax': noMarkup,
			'no-eval': 'error',
			'no-implied-eval': 'error',
			'no-new-func': 'error',
			'no-var': 'error',
			'prefer-const': 'error',
			'no-debugger': 'error',
			'no-self-compare': 'error',
			'no-unreachable': 'error',
			'no-constant-condition': ['error', { checkLoops: false }],
			'no-fallthrough': 'error',
			'no-template-curly-in-string': 'error',
			eqeqeq: ['error', 'always', { null: 'ignore' }],
		},
	},
	{
		files: ['src/**/*.{ts,tsx}', 'workers/**/*.ts'],
		ignores: ['src/core/moderation/gate.ts', '**/*.test.ts', '**/*.fixture.ts', '**/testing/**', 'src/tools/**'],
		rules: { 'no-restricted-syntax': [...noMarkup, oneGate] },
	},
	// Types are read only where a forgotten promise would be a defect of the program itself.
	{
		files: ['src/**/*.{ts,tsx}', 'workers/**/*.ts'],
		ignores: ['**/*.test.{ts,tsx}', '**/testing/**', 'src/ui/trusted-templates.ts', 'src/tools/**', 'src/lint/**', '**/*.d.ts'],
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
		plugins: { '@typescript-eslint': tseslint.plugin },
		rules: {
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
			'@typescript-eslint/await-thenable': 'error',
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-unsafe-call': 'error',
			'@typescript-eslint/no-for-in-array': 'error',
			'@typescript-eslint/only-throw-error': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
		},
	},
	{
		files: ['src/ui/**/*.tsx', 'src/*.tsx'],
		...solid,
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
		// It cannot follow a prop handed to a function or read once on purpose, and cried wolf at each.
		rules: { ...solid.rules, 'solid/reactivity': 'off' },
	},
);

// The code of docs/integration.md is compiled against the sources as they are: documentation that rots fails here.
// A block ```ts is a module of its own; ```ts file=PATH says where it would stand, so that its relative imports lead
// somewhere, and later blocks can import it. A block ```ts skip is a fragment and not compiled.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

interface Block {
	readonly path: string;
	readonly line: number;
	readonly text: string;
}

function blocksOf(markdown: string, name: string): Block[] {
	const blocks: Block[] = [];
	for (const match of markdown.matchAll(/^```(tsx?)([^\n]*)\n([\s\S]*?)^```$/gm)) {
		const [, language = 'ts', info = '', text = ''] = match;
		if (/\bskip\b/.test(info)) continue;
		const line = markdown.slice(0, match.index).split('\n').length;
		const path = /file=(\S+)/.exec(info)?.[1] ?? `src/docs-examples/${name}-${line}.${language}`;
		// A block without imports or exports is a module all the same.
		blocks.push({ path: join(root, path), line, text: /^\s*(import|export)\b/m.test(text) ? text : `${text}\nexport {};\n` });
	}
	return blocks;
}

function compile(blocks: readonly Block[]): string[] {
	const base = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile).config as object;
	const parsed = ts.parseJsonConfigFileContent({ ...base, files: [] }, ts.sys, root);
	const options: ts.CompilerOptions = {
		...parsed.options,
		lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.webworker.d.ts'],
		types: ['vite/client', 'node'],
		jsx: ts.JsxEmit.Preserve,
		jsxImportSource: 'solid-js',
		composite: false,
		declaration: false,
		emitDeclarationOnly: false,
		noEmit: true,
		noUnusedLocals: false,
		noUnusedParameters: false,
	};
	const texts = new Map(blocks.map(({ path, text }) => [path, text]));
	const host = ts.createCompilerHost(options);
	const { fileExists, readFile, getSourceFile, directoryExists } = host;
	host.getCurrentDirectory = () => root;
	host.fileExists = (path) => texts.has(path) || fileExists(path);
	host.readFile = (path) => texts.get(path) ?? readFile(path);
	host.directoryExists = (path) => [...texts.keys()].some((file) => file.startsWith(`${path}/`)) || (directoryExists?.(path) ?? true);
	host.getSourceFile = (path, version, ...rest) => {
		const text = texts.get(path);
		return text === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version);
	};
	const program = ts.createProgram([...texts.keys(), join(root, 'src', 'companion', 'x11.d.ts')], options, host);
	return blocks.flatMap(({ path, line }) => {
		const file = program.getSourceFile(path);
		return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((found) => {
			const at = file === undefined || found.start === undefined ? 0 : file.getLineAndCharacterOfPosition(found.start).line;
			return `line ${line + 1 + at}: TS${found.code} ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`;
		});
	});
}

describe('the code blocks of the documentation', () => {
	const folder = join(root, 'docs');
	const documents = existsSync(folder)
		? readdirSync(folder)
				.filter((name) => name.endsWith('.md'))
				.sort()
		: [];

	it.each(documents)('of docs/%s compile', (name) => {
		const blocks = blocksOf(readFileSync(join(folder, name), 'utf8'), name.replace(/\.md$/, ''));
		expect(compile(blocks)).toEqual([]);
	});

	it('are really checked: a block with an error gives its line in the document', () => {
		const blocks = blocksOf(
			"# A title\n\n```ts\nimport { iou } from '../core/geometry.ts';\nconst n: string = iou([0, 0, 1, 1], [0, 0, 1, 1]);\n```\n",
			'example',
		);
		expect(compile(blocks)).toEqual(["line 5: TS2322 Type 'number' is not assignable to type 'string'."]);
	});

	it('may stand where they say, and import each other', () => {
		const markdown =
			'```ts file=src/core/crystals/sound/schema.ts\nexport const a = 1;\n```\n\n```ts file=src/core/crystals/sound/apply.ts\nimport { a } from "./schema.ts";\nimport { iou } from "../../geometry.ts";\nexport const b: number = a + iou([0, 0, 1, 1], [0, 0, 1, 1]);\n```\n\n```ts skip\nthis is no code\n```\n';
		expect(compile(blocksOf(markdown, 'example'))).toEqual([]);
	});
});

// The law by types: each bad example must fail to compile for exactly the reason it names, the good one must compile.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
const core = join(here, '..', 'core');
const fixtures = readdirSync(join(here, 'fixtures')).filter((name) => name.endsWith('.ts.txt'));

/** Each example is compiled where it would stand: as a file of src/core/law-examples/, under the core's own settings. */
function compile(names: readonly string[]): Map<string, string[]> {
	const config = ts.getParsedCommandLineOfConfigFile(
		join(core, 'tsconfig.json'),
		{},
		{ ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
	);
	if (config === undefined) throw new Error('src/core/tsconfig.json cannot be read');
	const texts = new Map(
		names.map((name) => [join(core, 'law-examples', name.replace(/\.txt$/, '')), readFileSync(join(here, 'fixtures', name), 'utf8')]),
	);
	const options: ts.CompilerOptions = {
		...config.options,
		composite: false,
		incremental: false,
		emitDeclarationOnly: false,
		declaration: false,
		noEmit: true,
	};
	delete options.tsBuildInfoFile;
	const host = ts.createCompilerHost(options);
	const { fileExists, readFile, getSourceFile } = host;
	host.fileExists = (path) => texts.has(path) || fileExists(path);
	host.readFile = (path) => texts.get(path) ?? readFile(path);
	host.getSourceFile = (path, version, ...rest) => {
		const text = texts.get(path);
		return text === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version);
	};
	const program = ts.createProgram([...texts.keys()], options, host);
	return new Map(
		[...texts.keys()].map((path, i) => [
			names[i] as string,
			[...program.getSyntacticDiagnostics(program.getSourceFile(path)), ...program.getSemanticDiagnostics(program.getSourceFile(path))].map(
				(found) => `TS${found.code} ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`,
			),
		]),
	);
}

describe('the law by types', () => {
	const found = compile(fixtures);

	it('lets an answer through that is crystallised', () => {
		expect(found.get('good.ts.txt')).toEqual([]);
	});

	it.each(fixtures.filter((name) => name.startsWith('bad-')))('does not compile %s', (name) => {
		const text = readFileSync(join(here, 'fixtures', name), 'utf8');
		const expected = /^\/\/ expect: (TS\d+) (.+)$/m.exec(text);
		const errors = found.get(name) ?? [];
		expect(errors).toHaveLength(1);
		expect(errors[0]).toContain(expected?.[1]);
		expect(errors[0]).toContain(expected?.[2]);
	});
});

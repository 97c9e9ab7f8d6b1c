// A MaaFramework project as files: where its interface, its resource bundles, nodes and pictures are, read as MaaFramework reads
// them (docs 3.1 "Pipeline Protocol" and 3.3 "Project Interface V2", v5.9). Nothing is judged here but form: what a node means to us
// is recognise.ts, act.ts and flow.ts.
import { textOfUtf8 } from '../../utf8.ts';
import { isObject, type JsonObject, parseJsonc } from './jsonc.ts';

/** Longer files are refused: the largest pipeline known has a tenth of it. */
const JSON_MAX_BYTES = 8_000_000;
/** Of all files together; what follows is refused by name. */
const NODES_MAX = 20_000;
/** Coordinates are pixels of a picture whose short side has this many, where the project says nothing else. */
const SHORT_SIDE = 720;

export interface MaaNode {
	readonly name: string;
	/** Of the newest bundle that says something of it. */
	readonly file: string;
	readonly recognition: MaaPart;
	readonly action: MaaPart;
	/** Flow and times: next, on_error, timeout, pre_delay… */
	readonly common: JsonObject;
}
/** What a recognition or an action is, with its parameters: version 1 has them beside the type, version 2 in `param`. */
export interface MaaPart {
	readonly type: string;
	readonly param: JsonObject;
}
export interface MaaTask {
	readonly name: string;
	readonly entry: string;
	readonly overrides: readonly JsonObject[];
}
export interface MaaFault {
	/** File, and the node in it: `pipeline/a.json#Start`. */
	readonly path: string;
	readonly why: string;
}
export interface MaaProject {
	readonly name: string;
	/** Where it comes from and under what licence, as far as it says. */
	readonly source: string;
	readonly licence: string;
	/** What the game's window is called: a literal part of the project's own expression. */
	readonly window?: string;
	/** What a key code means. */
	readonly keys: 'win32' | 'adb' | 'unknown';
	readonly shortSide: number;
	readonly nodes: ReadonlyMap<string, MaaNode>;
	readonly tasks: readonly MaaTask[];
	/** Paths of pictures by the name that nodes use, the newest bundle's first. */
	readonly images: ReadonlyMap<string, string>;
	readonly faults: readonly MaaFault[];
	/** What of the project besides nodes was left: options, other resources, programs of its own. */
	readonly left: readonly string[];
}
export type MaaRead = { readonly ok: true; readonly project: MaaProject } | { readonly ok: false; readonly why: string };

type Files = Readonly<Record<string, Uint8Array>>;

/** True when there is a pipeline among the files. */
export function isMaaProject(paths: readonly string[]): boolean {
	return paths.some(isPipeline);
}

const isPipeline = (path: string): boolean => bundleOf(path) !== undefined;

/** The bundle that a pipeline file belongs to: the folder over its `pipeline`. */
function bundleOf(path: string): string | undefined {
	const parts = path.split('/');
	// Folders and files whose name begins with a dot are not read.
	if (!/\.jsonc?$/i.test(path) || parts.some((p) => p.startsWith('.'))) return undefined;
	const at = parts.indexOf('pipeline');
	return at < 0 || at === parts.length - 1 ? undefined : parts.slice(0, at).join('/');
}

export function readMaaProject(files: Files): MaaRead {
	const paths = Object.keys(files).sort();
	if (!isMaaProject(paths)) return { ok: false, why: 'it has no folder "pipeline" with JSON files in it' };
	const faults: MaaFault[] = [];
	const left: string[] = [];
	const json = (path: string): JsonObject | undefined => {
		const read = readFile(files[path] as Uint8Array);
		if (isObject(read)) return read;
		faults.push({ path, why: typeof read === 'string' ? read : 'is not an object' });
		return undefined;
	};

	const home = paths.filter((p) => /(^|\/)interface\.jsonc?$/.test(p)).sort((a, b) => depth(a) - depth(b))[0];
	const face = home === undefined ? undefined : json(home);
	const root = home === undefined ? '' : folder(home);
	const faces = [face, ...imported(face, root)].filter((f) => f !== undefined);
	const found = [...new Set(paths.flatMap((p) => bundleOf(p) ?? []))].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
	const bundles = chosenBundles();
	for (const bundle of found)
		if (!bundles.includes(bundle)) left.push(`resource "${bundle}": another set of the same nodes; one is imported at a time`);

	const nodes = new Map<string, MaaNode>();
	const images = new Map<string, string>();
	const defaults = new Map<string, JsonObject>();
	let refused = 0;
	for (const bundle of bundles) {
		const own = `${bundle === '' ? '' : `${bundle}/`}default_pipeline.json`;
		const given = Object.hasOwn(files, own) ? json(own) : undefined;
		for (const [type, value] of Object.entries(given ?? {})) {
			if (isObject(value)) defaults.set(type, { ...defaults.get(type), ...value });
			else if (!isNote(type)) faults.push({ path: `${own}#${type}`, why: 'is not an object' });
		}
		for (const path of paths.filter((p) => bundleOf(p) === bundle)) {
			for (const [name, value] of Object.entries(json(path) ?? {})) {
				if (name.startsWith('$')) continue;
				if (!isObject(value)) {
					if (!isNote(name)) faults.push({ path: `${path}#${name}`, why: 'is not an object' });
				} else if (nodes.size >= NODES_MAX && !nodes.has(name)) refused++;
				else nodes.set(name, overlay(nodes.get(name) ?? plainNode(name, path, defaults), value, defaults, path));
			}
			if (refused > 0) faults.push({ path, why: `more than ${NODES_MAX} nodes: ${refused} of this file and those after it are left out` });
			if (refused > 0) break;
		}
		const at = `${bundle === '' ? '' : `${bundle}/`}image/`;
		for (const path of paths) if (path.startsWith(at) && /\.(png|jpe?g|bmp)$/i.test(path)) images.set(path.slice(at.length), path);
	}
	for (const key of ['agent', 'pretask'])
		if (faces.some((f) => f[key] !== undefined)) left.push(`${key}: a program of the project's own; none is ever run`);

	const controllers = objects(face?.['controller']);
	const win = controllers.find((c) => c['type'] === 'Win32');
	const pattern = isObject(win?.['win32']) ? win['win32']['window_regex'] : undefined;
	const window = typeof pattern === 'string' ? literalOf(pattern) : undefined;
	const first = win ?? controllers[0];
	const short = first?.['display_short_side'];
	if (first?.['display_raw'] === true)
		left.push('display_raw: its coordinates are of a picture of unknown size; 720 lines are taken for it');
	if (first?.['display_long_side'] !== undefined) left.push('display_long_side: 720 lines are taken for its coordinates');
	const project: MaaProject = {
		name: text(face?.['name']) ?? text(face?.['title']) ?? (root === '' ? 'MaaFramework project' : (root.split('/').at(-1) as string)),
		source: text(face?.['github']) ?? text(face?.['url']) ?? '',
		licence: text(face?.['license']) ?? '',
		...(window === undefined ? {} : { window }),
		keys: win !== undefined ? 'win32' : controllers.some((c) => c['type'] === 'Adb') || controllers.length === 0 ? 'adb' : 'unknown',
		shortSide: typeof short === 'number' && Number.isInteger(short) && short >= 100 && short <= 4320 ? short : SHORT_SIDE,
		nodes,
		tasks: tasksOf(),
		images,
		faults,
		left,
	};
	return { ok: true, project };

	/** The first resource of the interface; without an interface, or with one that names none that is here, the topmost bundle. */
	function chosenBundles(): readonly string[] {
		for (const resource of objects(face?.['resource'])) {
			const listed = strings(resource['path']).flatMap((p) => joined(root, p) ?? []);
			const here = listed.filter((p) => found.includes(p));
			if (here.length > 0) return here;
		}
		return found.slice(0, 1);
	}

	function imported(from: JsonObject | undefined, base: string): (JsonObject | undefined)[] {
		return strings(from?.['import']).flatMap((p) => {
			const path = joined(base, p);
			if (path !== undefined && Object.hasOwn(files, path)) return [json(path)];
			faults.push({ path: `${home ?? 'interface.json'}#import`, why: `there is no file "${p.slice(0, 80)}"` });
			return [];
		});
	}

	function tasksOf(): MaaTask[] {
		const options = Object.assign(
			Object.create(null) as object,
			...faces.map((f) => (isObject(f['option']) ? f['option'] : {})),
		) as JsonObject;
		const tasks = faces
			.flatMap((f) => objects(f['task']))
			.flatMap((task): MaaTask[] => {
				const name = text(task['name']);
				const entry = text(task['entry']);
				if (name === undefined || entry === undefined) {
					faults.push({ path: `${home ?? ''}#task`, why: 'a task without name or entry' });
					return [];
				}
				const overrides = isObject(task['pipeline_override']) ? [task['pipeline_override']] : [];
				for (const option of strings(task['option'])) overrides.push(...byDefault(name, option, options[option]));
				return [{ name, entry, overrides }];
			});
		return tasks.filter((task) => {
			if (nodes.has(task.entry)) return true;
			faults.push({ path: `${home ?? ''}#task "${task.name}"`, why: `there is no node "${task.entry}"` });
			return false;
		});
	}

	/** What an option changes as it stands when nobody touches it. */
	function byDefault(task: string, name: string, option: unknown): readonly JsonObject[] {
		if (!isObject(option)) return [];
		const cases = objects(option['cases']);
		const wanted = text(option['default_case']) ?? text(cases[0]?.['name']);
		const chosen = cases.find((c) => c['name'] === wanted) ?? cases[0];
		if (chosen === undefined) {
			left.push(`option "${name}" of task "${task}": what is typed in has no place in a skill`);
			return [];
		}
		if (cases.length > 1)
			left.push(`option "${name}" of task "${task}": imported as "${text(chosen['name']) ?? ''}", one of ${cases.length}`);
		return isObject(chosen['pipeline_override']) ? [chosen['pipeline_override']] : [];
	}
}

/** The nodes as a task's overrides leave them. */
export function overridden(nodes: ReadonlyMap<string, MaaNode>, overrides: readonly JsonObject[]): ReadonlyMap<string, MaaNode> {
	if (overrides.length === 0) return nodes;
	const out = new Map(nodes);
	for (const override of overrides) {
		for (const [name, value] of Object.entries(override)) {
			const before = out.get(name);
			if (before !== undefined && isObject(value)) out.set(name, overlay(before, value, new Map(), before.file));
		}
	}
	return out;
}

/** A node before anything is said of it. */
function plainNode(name: string, file: string, defaults: ReadonlyMap<string, JsonObject>): MaaNode {
	const common = defaults.get('Default') ?? {};
	return {
		name,
		file,
		recognition: { type: 'DirectHit', param: paramsOf(defaults.get('DirectHit'), 'recognition') },
		action: { type: 'DoNothing', param: paramsOf(defaults.get('DoNothing'), 'action') },
		common,
	};
}

/** A node with what a bundle or an override says of it, field by field. */
function overlay(node: MaaNode, value: JsonObject, defaults: ReadonlyMap<string, JsonObject>, file: string): MaaNode {
	return {
		name: node.name,
		file,
		recognition: overlayPart(node.recognition, value, 'recognition', defaults),
		action: overlayPart(node.action, value, 'action', defaults),
		common: { ...node.common, ...value },
	};
}

function overlayPart(
	before: MaaPart,
	value: JsonObject,
	kind: 'recognition' | 'action',
	defaults: ReadonlyMap<string, JsonObject>,
): MaaPart {
	const given = value[kind];
	const named = isObject(given) ? given['type'] : given;
	const type = named === undefined ? before.type : typeof named === 'string' ? named : JSON.stringify(named);
	const base = type === before.type ? before.param : paramsOf(defaults.get(type), kind);
	return { type, param: { ...base, ...paramsOf(value, kind) } };
}

/** In version 1 parameters stand beside the type, in version 2 under it. */
function paramsOf(value: JsonObject | undefined, kind: 'recognition' | 'action'): JsonObject {
	if (value === undefined) return {};
	const given = value[kind];
	if (isObject(given)) return isObject(given['param']) ? given['param'] : {};
	return value;
}

/** A recognition that stands inside another (`all_of`, `any_of`), in either version's form. */
export function innerPart(value: JsonObject): MaaPart {
	return overlayPart({ type: 'DirectHit', param: {} }, value, 'recognition', new Map());
}

function readFile(bytes: Uint8Array): unknown {
	if (bytes.length > JSON_MAX_BYTES) return `is longer than ${JSON_MAX_BYTES} bytes`;
	let source: string;
	try {
		source = textOfUtf8(bytes);
	} catch {
		return 'is not UTF-8';
	}
	const read = parseJsonc(source);
	return read.ok ? read.value : `line ${read.line}: it ${read.why}`;
}

/** A path of the project's own, without what would lead out of it. */
function joined(root: string, path: string): string | undefined {
	const parts = `${root}/${path.replace(/^\{PROJECT_DIR\}\/?/, '')}`.split(/[/\\]/).filter((p) => p !== '' && p !== '.');
	return parts.includes('..') ? undefined : parts.join('/');
}

/** The longest part of a window's regular expression that stands for itself. */
function literalOf(pattern: string): string | undefined {
	const plain = pattern.replace(/\(\?[!<][^)]*\)/g, ' ').replace(/\\(.)/g, ' ');
	const parts = plain.split(/[\^$.*+?()[\]{}|]/).map((p) => p.trim());
	return parts.toSorted((a, b) => b.length - a.length).find((p) => p.length > 1 && p.length <= 120);
}

const depth = (path: string): number => (path === '' ? 0 : path.split('/').length);
const folder = (path: string): string => path.split('/').slice(0, -1).join('/');
/** A key of the author's own, which MaaFramework does not read. */
export const isNote = (key: string): boolean => /^[$_]|^(doc|desc)$|_(doc|code)$/.test(key);
const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : []);
const strings = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).filter((s): s is string => typeof s === 'string');
const text = (value: unknown): string | undefined =>
	typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 200) : undefined;

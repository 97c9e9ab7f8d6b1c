// A MaaFramework project → a profile, templates, readers and skills, all in shadow, and a report that names every node: imported
// whole, in part (with what was left), or not at all (with why). Dozens of games have such a project, made by hand; here it is a
// library to begin with, of which nothing acts before it has proved itself on this screen.
import { BROUGHT, type Crystal, freshStat, type Scope, unpaid } from '../../crystals/crystal.ts';
import { applyStep, live } from '../../crystals/lifecycle.ts';
import { SKILL_SCHEMA } from '../../crystals/skill/schema.ts';
import type { Size } from '../../geometry.ts';
import type { FactWanted, Profile } from '../../profile.ts';
import { makeVerbs } from './act.ts';
import { flowOf, linkOf, makePreparer, type Prepared, usable } from './flow.ts';
import { texts } from './fields.ts';
import { isObject } from './jsonc.ts';
import { type DecodeRgba, readLooks } from './looks.ts';
import { hash, makeNames, slugOf } from './names.ts';
import { countReports, type Counted, type NodeReport, plain } from './notes.ts';
import { innerPart, type MaaFault, type MaaNode, type MaaProject, type MaaTask, readMaaProject } from './project.ts';
import { imagesOf, languageOf, makeShelf } from './shelf.ts';

export interface MaaImport {
	readonly name: string;
	readonly source: string;
	readonly licence: string;
	/** For the game that the project plays, with the verbs and facts that the import needs. */
	readonly profile: Profile;
	/** Templates, regions and skills, in shadow. */
	readonly crystals: readonly Crystal[];
	readonly nodes: readonly NodeReport[];
	readonly counted: Counted;
	/** Tasks that are no skill, with why; parts of the project besides nodes. */
	readonly left: readonly string[];
	/** Files and nodes that could not be read at all. */
	readonly faults: readonly MaaFault[];
}
export type MaaImported = { readonly ok: true; readonly import: MaaImport } | { readonly ok: false; readonly why: string };

export interface MaaTools {
	readonly decodePng: DecodeRgba;
	/** Milliseconds since 1970. */
	readonly now: () => number;
}

/** Ten times what the largest project known has; each is walked through to its end. */
const TASKS_MAX = 400;
/** As long as a profile's goal may be. */
const GOAL_MAX = 500;
/** Width of a picture whose height is known: coordinates are of 16 to 9. */
const WIDTH_OF_HEIGHT = 16 / 9;

/**
 * @param files  bytes by path as they came out of the zip or folder; those that are no JSON or picture may be left out
 */
export async function importMaa(files: Readonly<Record<string, Uint8Array>>, tools: MaaTools): Promise<MaaImported> {
	const read = readMaaProject(files);
	if (!read.ok) return read;
	const { project } = read;
	if (project.nodes.size === 0) {
		const [fault] = project.faults;
		return {
			ok: false,
			why: fault === undefined ? 'there is no node in it' : `there is no node that can be read: ${fault.path} ${fault.why}`,
		};
	}
	const frame: Size = { width: Math.round(project.shortSide * WIDTH_OF_HEIGHT), height: project.shortSide };
	const id = `maa-${slugOf(project.name) ?? hash(project.name)}`;
	const expected = [...project.nodes.values()].flatMap((n) => texts(n.recognition.param['expected'] ?? []) ?? []);
	const language = languageOf(expected);
	const at = tools.now();
	const scope: Scope = { game: id, gameVersion: 'any', language, layout: `${frame.width}x${frame.height}` };
	const provenance = unpaid({ at, ask: 'strategy', tier: BROUGHT, model: plain(`MaaFramework project ${project.name}`) });
	const looks = await readLooks(wantedImages(project), files, tools.decodePng);
	const idOf = (kind: string, name: string): string => `${id}.${kind}.${name}`;
	const shelf = makeShelf({ scope, provenance, idOf, images: project.images, looks });
	const verbs = makeVerbs();
	const preparer = { recogniser: { frame, shelf }, actor: { frame, keys: project.keys, verbs } };
	const prepare = makePreparer(preparer, project.nodes);

	const crystals: Crystal[] = [];
	const left = [...project.left];
	const steps = new Set<string>();
	const cut = new Set<string>();
	const skillNames = makeNames();
	const reached = new Set<string>();
	const addTask = (task: MaaTask, listed: boolean): void => {
		const flow = flowOf(task, project.nodes, preparer, prepare, { project: project.name, licence: project.licence });
		for (const name of flow.reached) reached.add(name);
		if (flow.data === undefined) {
			if (listed) left.push(`task "${plain(task.name)}": no skill, ${flow.why ?? ''}`);
			return;
		}
		// One click by itself is no skill to be chosen; it was written for a program that calls it.
		if (!listed && flow.steps.size < 2) return;
		for (const name of flow.steps) steps.add(name);
		for (const name of flow.cut) cut.add(name);
		const name = skillNames.fresh(task.name, 'task', task.entry);
		crystals.push({
			id: idOf('skill', name),
			kind: 'skill',
			scope,
			name: plain(task.name),
			schema: SKILL_SCHEMA,
			createdAt: at,
			provenance,
			state: 'trial',
			stat: freshStat(),
			history: [],
			data: flow.data,
			blobs: {},
		});
	};
	for (const task of project.tasks.slice(0, TASKS_MAX)) addTask(task, true);
	if (project.tasks.length > TASKS_MAX) left.push(`tasks: ${project.tasks.length} of them, ${TASKS_MAX} are the most`);
	// What no task leads to has beginnings of its own: an option not taken, or a project without an interface.
	const others = new Map([...project.nodes].filter(([name]) => !reached.has(name)));
	const roots = rootsOf(others).filter((name) => {
		const links = prepare(name)?.links;
		return links !== undefined && links.next.length + links.onError.length > 0;
	});
	for (const name of roots.slice(0, TASKS_MAX)) addTask({ name, entry: name, overrides: [] }, false);
	if (roots.length > TASKS_MAX) left.push(`beginnings besides the tasks: ${roots.length} of them, ${TASKS_MAX} are the most`);
	const all = [...project.nodes.keys()].map((name) => prepare(name) as Prepared);
	const can = usable([...project.nodes.keys()], prepare);
	const nodes = all.map((p) => reportOf(p, can.has(p.node.name), steps.has(p.node.name), cut.has(p.node.name)));
	crystals.push(...shelf.templates, ...shelf.regions);
	// As of any stranger's pack: nothing is believed before it was right here.
	for (const crystal of crystals) applyStep(crystal, live(crystal, { type: 'imported' }, at));
	const profile = profileOf(project, id, language, frame, shelf.facts, verbs);
	return {
		ok: true,
		import: {
			name: project.name,
			source: project.source,
			licence: project.licence,
			profile,
			crystals,
			nodes,
			counted: countReports(nodes),
			left,
			faults: project.faults,
		},
	};
}

/** What came of a node. What is no part of any task is imported too where it can be: its look is a template. */
function reportOf({ node, notes, condition, enabled }: Prepared, can: boolean, step: boolean, cut: boolean): NodeReport {
	const left = [...notes.left];
	const say = (what: string): void => void left.push({ what, detail: '' });
	const { name, file } = node;
	if (condition === undefined) return { file, node: name, outcome: 'unsupported', left };
	if (!enabled) say('off in the project itself: no step is made of it');
	else if (cut && !step) say('no room in its skill');
	else if (!can && left.length === 0) say('nothing that follows it could be imported');
	else if (can && !step) say('part of no task: no step is made of it');
	// A look or a text of it stays; of an act alone nothing does.
	const nothing = !step && condition.every((a) => a.when.length === 0);
	return { file, node: name, outcome: nothing && !can ? 'unsupported' : left.length === 0 ? 'whole' : 'part', left };
}

/** Pictures by path, in the order of the nodes that name them. */
function* wantedImages(project: MaaProject): Generator<string> {
	for (const node of project.nodes.values()) {
		const inner = [node.recognition.param['all_of'], node.recognition.param['any_of']].flatMap((l) =>
			Array.isArray(l) ? (l as unknown[]) : [],
		);
		for (const param of [node.recognition.param, ...inner.flatMap((i) => (isObject(i) ? [innerPart(i).param] : []))])
			for (const file of texts(param['template'] ?? []) ?? []) yield* imagesOf(file, project.images);
	}
}

/** Nodes that follow none of the others. */
function rootsOf(nodes: ReadonlyMap<string, MaaNode>): readonly string[] {
	const followed = new Set<string>();
	for (const { common } of nodes.values()) {
		for (const field of ['next', 'interrupt', 'on_error']) {
			const value = common[field];
			for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
				const link = linkOf(item);
				if (link !== undefined) followed.add(link.name);
			}
		}
	}
	return [...nodes.keys()].filter((name) => !followed.has(name));
}

/** Names the tasks: skills are found by the words of the goal. */
function goalOf({ name, tasks }: MaaProject): string {
	const named = tasks.map((t) => plain(t.name)).join('; ');
	return named === '' ? plain(`Do the tasks of ${name}.`) : `Do one after another: ${named}`.slice(0, GOAL_MAX);
}

function profileOf(
	project: MaaProject,
	id: string,
	language: string,
	frame: Size,
	facts: readonly FactWanted[],
	verbs: ReturnType<typeof makeVerbs>,
): Profile {
	return {
		falsework: 1,
		id,
		name: plain(project.name),
		language,
		window: { title: project.window ?? plain(project.name) },
		heartbeatMs: 500,
		goal: goalOf(project),
		frame: [frame.width, frame.height],
		actions: [...verbs.actions],
		facts: [...facts],
		safety: { keys: [...verbs.keys], buttons: [...verbs.buttons], ratePerSecond: 5 },
		note: 'Made from a MaaFramework project. Look over its window title, goal and safety before you let it act.',
	};
}

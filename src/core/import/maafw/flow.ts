// Tasks as skills: of each, the nodes that can be reached from its entry, as steps that name their successors. A node that could not
// be imported is no step; one whose every successor fell away leads nowhere, and is none either. Nothing is bridged: what follows
// a node was written for what it does.
import { type SkillAct, type SkillData, skillFault, type SkillStep, STEPS_MAX, type Successor } from '../../crystals/skill/schema.ts';
import type { Effect } from '../../question.ts';
import { type Acted, type Actor, actOf, targetIn } from './act.ts';
import { freezeTime, milliseconds, WAIT_MAX_MS } from './fields.ts';
import { isObject } from './jsonc.ts';
import { makeNames } from './names.ts';
import { makeNotes, type Notes, plain } from './notes.ts';
import { isNote, type MaaNode, type MaaTask, overridden } from './project.ts';
import { type Condition, recognise, type Recogniser } from './recognise.ts';

const TIMEOUT_MS = 20_000;
const SUCCESSORS_MAX = 32;
const TIMES_MAX = 1000;
const REPEATS_MAX = 10;
const EFFECTS_MAX = 6;
const FIELDS: ReadonlySet<string> = new Set(
	`recognition action next interrupt is_sub on_error timeout rate_limit anchor inverse enabled max_hit pre_delay post_delay
	pre_wait_freezes post_wait_freezes repeat repeat_delay repeat_wait_freezes focus attach sub_name
	roi roi_offset template threshold order_by index method green_mask count detector ratio lower upper connected expected replace
	only_rec model color_filter labels all_of any_of box_index custom_recognition custom_recognition_param
	target target_offset contact pressure duration begin begin_offset end end_offset end_hold only_hover swipes starting dx dy key
	input_text package exec args detach cmd shell_timeout filename format quality custom_action custom_action_param`.split(/\s+/),
);

export interface Successors {
	/** In order, with whether what follows comes back. */
	readonly next: readonly Link[];
	readonly onError: readonly Link[];
}
interface Link {
	readonly node: string;
	readonly back: boolean;
}

/** A node as far as it can be imported. */
export interface Prepared {
	readonly node: MaaNode;
	readonly notes: Notes;
	readonly condition: Condition | undefined;
	/** For each alternative of the condition. */
	readonly acted: readonly (Acted | undefined)[];
	readonly links: Successors;
	/** Off, as the project ships it. */
	readonly enabled: boolean;
}

export interface Preparer {
	readonly recogniser: Omit<Recogniser, 'nodes'>;
	readonly actor: Omit<Actor, 'targetOf'>;
}

/** Prepares nodes one by one, each once; those of an override are others. */
export function makePreparer(o: Preparer, nodes: ReadonlyMap<string, MaaNode>): (name: string) => Prepared | undefined {
	const done = new Map<MaaNode, Prepared>();
	const anchors = anchorsOf(nodes);
	const subs = new Set([...nodes.values()].filter((n) => n.common['is_sub'] === true).map((n) => n.name));
	return (name) => {
		const node = nodes.get(name);
		if (node === undefined) return undefined;
		const known = done.get(node);
		if (known !== undefined) return known;
		const notes = makeNotes();
		const recogniser = { ...o.recogniser, nodes };
		const condition = recognise(node, recogniser, notes);
		const targetOf = (other: string) => {
			const named = nodes.get(other) ?? nodes.get((anchors.get(other) ?? [])[0] ?? '');
			return named === undefined ? undefined : targetIn(recognise(named, recogniser, makeNotes()));
		};
		const acted = (condition ?? []).map((a) => actOf(node, a.target, { ...o.actor, targetOf }, notes));
		for (const field of Object.keys(node.common)) if (!FIELDS.has(field) && !isNote(field)) notes.part('an unknown field', field);
		const links = {
			next: [...linksOf(node, 'next', false), ...linksOf(node, 'interrupt', true)],
			onError: linksOf(node, 'on_error', false),
		};
		const prepared = { node, notes, condition, acted, links, enabled: node.common['enabled'] !== false };
		done.set(node, prepared);
		return prepared;

		function linksOf(of: MaaNode, field: string, back: boolean): Link[] {
			const value = of.common[field];
			const list: unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
			return list.flatMap((item): Link[] => {
				const named = linkOf(item);
				if (named === undefined) {
					notes.part('a field of the wrong type', `${field}: not the name of a node`);
					return [];
				}
				const targets = named.anchor ? (anchors.get(named.name) ?? []) : [named.name];
				if (named.anchor && targets.length > 1) notes.part('an anchor that several nodes set: all of them are tried', named.name);
				if (targets.length === 0) notes.part('an anchor that no node sets', named.name);
				return targets.flatMap((target) => {
					if (nodes.has(target)) return [{ node: target, back: back || named.back || subs.has(target) }];
					notes.part('names a node that there is not', target);
					return [];
				});
			});
		}
	};
}

/** `"B"`, `"[JumpBack]B"`, `"[Anchor]B"`, or the same as an object. */
export function linkOf(item: unknown): { readonly name: string; readonly back: boolean; readonly anchor: boolean } | undefined {
	if (isObject(item)) {
		const { name, jump_back: back, anchor } = item as { name?: unknown; jump_back?: unknown; anchor?: unknown };
		return typeof name === 'string' ? { name, back: back === true, anchor: anchor === true } : undefined;
	}
	if (typeof item !== 'string') return undefined;
	const [, prefix = '', name = ''] = /^((?:\[[A-Za-z]+\])*)(.*)$/s.exec(item) ?? [];
	return { name, back: prefix.includes('[JumpBack]'), anchor: prefix.includes('[Anchor]') };
}

/** Which nodes an anchor may stand for: those that set it, or that it is set to. */
function anchorsOf(nodes: ReadonlyMap<string, MaaNode>): ReadonlyMap<string, readonly string[]> {
	const anchors = new Map<string, string[]>();
	const add = (anchor: string, node: string): void => {
		const known = anchors.get(anchor) ?? [];
		if (node !== '' && !known.includes(node)) anchors.set(anchor, [...known, node]);
	};
	for (const node of nodes.values()) {
		const value = node.common['anchor'];
		if (isObject(value)) for (const [anchor, to] of Object.entries(value)) add(anchor, typeof to === 'string' ? to : '');
		else for (const anchor of Array.isArray(value) ? (value as unknown[]) : [value]) if (typeof anchor === 'string') add(anchor, node.name);
	}
	return anchors;
}

/** Of these nodes those that are steps: they can be told and done, and what must follow them can too. */
export function usable(names: readonly string[], prepare: (name: string) => Prepared | undefined): ReadonlySet<string> {
	const left = new Set(
		names.filter((name) => {
			const p = prepare(name);
			return p !== undefined && p.enabled && p.acted.some((a) => a !== undefined);
		}),
	);
	const leadingTo = new Map<string, string[]>();
	for (const name of left) for (const { node } of (prepare(name) as Prepared).links.next) add(leadingTo, node, name);
	const open = [...left];
	for (let name = open.pop(); name !== undefined; name = open.pop()) {
		if (!left.has(name)) continue;
		const { links } = prepare(name) as Prepared;
		const follows = links.next.filter((l) => prepare(l.node)?.enabled === true);
		if (follows.length === 0 || follows.some((l) => left.has(l.node))) continue;
		left.delete(name);
		open.push(...(leadingTo.get(name) ?? []));
	}
	return left;
}

function add(map: Map<string, string[]>, key: string, value: string): void {
	const known = map.get(key);
	if (known === undefined) map.set(key, [value]);
	else known.push(value);
}

export interface Flowed {
	readonly data?: SkillData;
	/** Why there is no skill. */
	readonly why?: string;
	/** Nodes that are steps of it. */
	readonly steps: ReadonlySet<string>;
	readonly reached: readonly string[];
	/** Nodes for which it had no more room. */
	readonly cut: readonly string[];
}

/** Nodes in the order in which they can be reached. */
function reach(entry: string, prepare: (name: string) => Prepared | undefined): readonly string[] {
	const seen = new Set([entry]);
	for (const name of seen) {
		const links = prepare(name)?.links;
		for (const { node } of [...(links?.next ?? []), ...(links?.onError ?? [])]) seen.add(node);
	}
	return [...seen];
}

export function flowOf(
	task: MaaTask,
	nodes: ReadonlyMap<string, MaaNode>,
	o: Preparer,
	prepared: (name: string) => Prepared | undefined,
	about: { readonly project: string; readonly licence: string },
): Flowed {
	const own = task.overrides.length === 0 ? nodes : overridden(nodes, task.overrides);
	const prepare = own === nodes ? prepared : makePreparer(o, own);
	const reached = reach(task.entry, prepare);
	const can = usable(reached, prepare);
	const none = (why: string): Flowed => ({ why, steps: new Set(), reached, cut: [] });
	if (!can.has(task.entry)) return none('its first node, or all that follows it, could not be imported');
	const names = makeNames();
	const plans: Plan[] = [];
	const cut: string[] = [];
	let room = STEPS_MAX;
	for (const name of reached) {
		if (!can.has(name)) continue;
		const plan = planOf(prepare(name) as Prepared, names);
		if (plan.size > room) {
			cut.push(name);
			continue;
		}
		room -= plan.size;
		plans.push(plan);
	}
	const byNode = new Map(plans.map((plan) => [plan.node.name, plan]));
	const loops = hasLoop(plans, byNode);
	const steps = plans.flatMap((plan) => stepsOf(plan, byNode, loops));
	if (!steps.some((s) => s.act !== undefined)) return none('none of its nodes does anything that could be imported');
	const first = plans[0] as Plan;
	const [only] = first.ways;
	const data: SkillData = {
		description: plain(`${task.name}: a task of the MaaFramework project ${about.project}.`),
		goal: plain(task.name),
		words: [...new Set([task.name, task.entry].map((w) => w.slice(0, 64)))].filter((w) => w !== ''),
		params: [],
		when: first.ways.length === 1 ? [...(only?.when ?? [])] : [],
		unless: [],
		steps,
		expects: [],
		until: [],
		timeoutMs: WAIT_MAX_MS,
		layer: 'strategy',
		origin: 'import',
		from: [...new Set(plans.map((p) => p.node.file.slice(-200)))].slice(0, 64),
		version: 1,
		...(about.licence === '' ? {} : { licence: about.licence.slice(0, 200) }),
	};
	const fault = skillFault(data);
	return fault === undefined ? { data, steps: new Set(byNode.keys()), reached, cut } : none(fault);
}

/** A node's steps before their successors are known. */
interface Plan {
	readonly node: MaaNode;
	readonly prepared: Prepared;
	readonly ways: readonly {
		readonly ids: readonly string[];
		readonly when: Condition[number]['when'];
		readonly acts: readonly (SkillAct | undefined)[];
		readonly stops: boolean;
	}[];
	readonly size: number;
}

function planOf(prepared: Prepared, names: ReturnType<typeof makeNames>): Plan {
	const { node, condition = [], acted, notes } = prepared;
	const repeat = node.common['repeat'];
	const times = typeof repeat === 'number' && repeat > 1 ? Math.min(REPEATS_MAX, Math.floor(repeat)) : 1;
	if (typeof repeat === 'number' && repeat > REPEATS_MAX) notes.part(`repeats its action more than ${REPEATS_MAX} times`, String(repeat));
	const ways = condition.flatMap(({ when }, i) => {
		const done = acted[i];
		if (done === undefined) return [];
		const one = done.does === 'acts' ? done.acts : [];
		const acts = one.length === 0 ? [undefined] : Array.from({ length: times }, () => one).flat();
		return [{ ids: acts.map(() => names.fresh(node.name, 'step')), when, acts, stops: done.does === 'stops' }];
	});
	return { node, prepared, ways, size: ways.reduce((sum, w) => sum + w.ids.length, 0) };
}

function stepsOf({ node, prepared: { links, notes }, ways }: Plan, plans: ReadonlyMap<string, Plan>, loops: boolean): SkillStep[] {
	const { common } = node;
	// Their usual pauses of 200 ms are left out: nothing is done here on a picture that moves. Those that an author chose are kept.
	const delayMs = milliseconds(common, 'pre_delay', 0, notes) + freezeTime(common, 'pre_wait_freezes', notes);
	const restMs = milliseconds(common, 'post_delay', 0, notes) + freezeTime(common, 'post_wait_freezes', notes);
	const againMs = milliseconds(common, 'repeat_delay', 0, notes) + freezeTime(common, 'repeat_wait_freezes', notes);
	const timeoutMs = milliseconds(common, 'timeout', TIMEOUT_MS, notes);
	const hits = common['max_hit'];
	const times = typeof hits === 'number' && hits >= 1 ? Math.min(TIMES_MAX, Math.floor(hits)) : loops ? TIMES_MAX : 1;
	const follows = (list: readonly Link[]): Successor[] => {
		const all = list.flatMap(({ node: to, back }) => {
			const plan = plans.get(to);
			if (plan === undefined && list === links.next) notes.part('a successor that is not imported', to);
			return (plan?.ways ?? []).map((w): Successor => (back ? { step: w.ids[0] as string, back: true } : (w.ids[0] as string)));
		});
		if (all.length > SUCCESSORS_MAX) notes.part(`more than ${SUCCESSORS_MAX} successors`);
		return all.slice(0, SUCCESSORS_MAX);
	};
	const onError = follows(links.onError);
	const expects = promised(links, plans, timeoutMs);
	return ways.flatMap(({ ids, when, acts, stops }) =>
		acts.map((act, i): SkillStep => {
			const last = i === acts.length - 1;
			const before = Math.min(WAIT_MAX_MS, i === 0 ? delayMs : againMs);
			return {
				id: ids[i] as string,
				// Absent it would ask for what the skill's first step asks for.
				when: i === 0 ? [...when] : [],
				...(before === 0 ? {} : { delayMs: before }),
				...(act === undefined ? {} : { act }),
				...(last && restMs > 0 ? { restMs: Math.min(WAIT_MAX_MS, restMs) } : {}),
				...(last && act !== undefined && !stops && expects.length > 0 ? { expects } : {}),
				timeoutMs,
				next: stops ? [] : last ? follows(links.next) : [ids[i + 1] as string],
				...(onError.length === 0 ? {} : { onError }),
				...(times === 1 ? {} : { times }),
			};
		}),
	);
}

/** What must be seen after an act where only one thing can follow: so each run proves the step, or speaks against it. */
function promised({ next }: Successors, plans: ReadonlyMap<string, Plan>, withinMs: number): Effect[] {
	const [only] = next;
	if (next.length !== 1 || only === undefined || only.back) return [];
	const ways = plans.get(only.node)?.ways ?? [];
	const when = ways.length === 1 ? (ways[0]?.when ?? []) : [];
	return when.length > EFFECTS_MAX ? [] : when.map((l) => ({ ...l, withinMs }));
}

/** Whether a node can come again in one run. */
function hasLoop(plans: readonly Plan[], byNode: ReadonlyMap<string, Plan>): boolean {
	const state = new Map<string, 'open' | 'done'>();
	for (const { node } of plans) {
		// Depth first with a stack of its own: a chain of nodes may be as long as the file.
		const stack = [{ name: node.name, at: 0 }];
		while (stack.length > 0) {
			const top = stack.at(-1) as { name: string; at: number };
			const links = byNode.get(top.name)?.prepared.links;
			const all = [...(links?.next ?? []), ...(links?.onError ?? [])].filter((l) => byNode.has(l.node));
			if (all.some((l) => l.back)) return true;
			if (top.at === 0) state.set(top.name, 'open');
			const link = all[top.at++];
			if (link === undefined) {
				state.set(top.name, 'done');
				stack.pop();
			} else if (state.get(link.node) === 'open') return true;
			else if (state.get(link.node) === undefined) stack.push({ name: link.node, at: 0 });
		}
	}
	return false;
}

// A node's action as acts of a profile. The verbs it needs are collected, so that the profile made beside an import has just these.
import type { SkillAct } from '../../crystals/skill/schema.ts';
import { centreOf, type Size } from '../../geometry.ts';
import type { Action } from '../../profile.ts';
import { kindOf, milliseconds, type Place, placeOf } from './fields.ts';
import type { JsonObject } from './jsonc.ts';
import { keyOf } from './keys.ts';
import type { Notes } from './notes.ts';
import type { MaaNode, MaaProject } from './project.ts';
import type { Condition, Target } from './recognise.ts';

export type Acted =
	/** In order; none: the node only looks. */
	| { readonly does: 'acts'; readonly acts: readonly SkillAct[] }
	/** The task ends here. */
	| { readonly does: 'stops' };

export interface Verbs {
	/** The verb that does this; its action is added the first time. */
	use(action: Action): string;
	readonly actions: readonly Action[];
	readonly keys: readonly string[];
	readonly buttons: readonly ('left' | 'right' | 'middle')[];
}

/** As many as a profile may have, less the one for waiting. */
const ACTIONS_MAX = 99;
const KEYS_MAX = 60;
const SWIPE_MS = 200;
const HOLD_MS = 1000;
const NOTCH = 120;
const NOTCHES_MAX = 20;
const BUTTONS = ['left', 'right', 'middle'] as const;
const TEXT_MAX = 200;

export function makeVerbs(): Verbs {
	const actions: Action[] = [{ verb: 'wait', args: { ms: 'number' }, does: 'do nothing', input: [{ waitMs: '$ms' }] }];
	const known = new Set(['wait']);
	const keys = new Set<string>();
	const buttons = new Set<'left' | 'right' | 'middle'>();
	return {
		use(action) {
			if (known.has(action.verb)) return action.verb;
			known.add(action.verb);
			actions.push(action);
			for (const step of action.input) {
				if ('key' in step) keys.add(step.key);
				if ('hold' in step) keys.add(step.hold);
				if ('release' in step) keys.add(step.release);
				if ('click' in step) buttons.add(step.click);
				if ('drag' in step) buttons.add(step.drag);
			}
			return action.verb;
		},
		actions,
		get keys() {
			return [...keys];
		},
		get buttons() {
			return [...buttons];
		},
	};
}

export interface Actor {
	readonly frame: Size;
	readonly keys: MaaProject['keys'];
	readonly verbs: Verbs;
	/** Where another node is recognised, for targets that name one. */
	readonly targetOf: (node: string) => Target | undefined;
}

/**
 * @param own  where the node itself was recognised
 * @returns undefined when it cannot be done here, and then nothing may stand for it: `notes` says why
 */
export function actOf({ action: { type, param } }: MaaNode, own: Target | undefined, o: Actor, notes: Notes): Acted | undefined {
	const acts = (...list: (SkillAct | undefined)[]): Acted | undefined =>
		list.every((a) => a !== undefined) ? { does: 'acts', acts: list } : undefined;
	switch (type) {
		case 'DoNothing':
			return acts();
		case 'Screencap':
			notes.part('action Screencap: nothing is saved');
			return acts();
		case 'StopTask':
			return { does: 'stops' };
		case 'Click':
			return acts(click(target('target'), param, undefined));
		case 'LongPress':
			return acts(click(target('target'), param, milliseconds(param, 'duration', HOLD_MS, notes)));
		case 'Swipe':
			return swipe();
		case 'Scroll':
			return scroll();
		case 'ClickKey':
			return keys((key) => verb({ verb: `press-${word(key)}`, does: `press ${key}`, input: [{ key }] }, {}));
		case 'LongPressKey': {
			const ms = milliseconds(param, 'duration', HOLD_MS, notes);
			return keys((key) =>
				verb(
					{ verb: `hold-${word(key)}`, args: { ms: 'number' }, does: `hold ${key} for a time`, input: [{ key, holdMs: '$ms' }] },
					{ ms: capped(ms) },
				),
			);
		}
		case 'KeyDown':
			return keys((hold) => verb({ verb: `key-down-${word(hold)}`, does: `hold ${hold} down until it is let go`, input: [{ hold }] }, {}));
		case 'KeyUp':
			return keys((release) => verb({ verb: `key-up-${word(release)}`, does: `let go of ${release}`, input: [{ release }] }, {}));
		case 'InputText': {
			const value = param['input_text'];
			if (typeof value !== 'string') return notes.no('a field of the wrong type', `input_text: ${kindOf(value)} instead of a text`);
			if (value.length > TEXT_MAX) return notes.no('a text too long to type', `${value.length} characters`);
			return acts(verb({ verb: 'type-text', args: { text: 'text' }, does: 'type a text', input: [{ text: '$text' }] }, { text: value }));
		}
		case 'Custom':
			return notes.no('action Custom', String(param['custom_action'] ?? ''));
		case 'StartApp':
		case 'StopApp':
		case 'Command':
		case 'Shell':
			return notes.no(`action ${type}: programs are never started or stopped`);
		case 'MultiSwipe':
		case 'TouchDown':
		case 'TouchMove':
		case 'TouchUp':
			return notes.no(`action ${type}: there is one pointer, and it is never left pressed`);
		default:
			return notes.no('an unknown action', type);
	}

	function verb(action: Action, args: SkillAct['args']): SkillAct | undefined {
		if (o.verbs.actions.length > ACTIONS_MAX && !o.verbs.actions.some((a) => a.verb === action.verb))
			return notes.no(`more than ${ACTIONS_MAX} actions`);
		return { verb: o.verbs.use(action), args };
	}

	function target(field: string, offsetField = `${field}_offset`, from: JsonObject = param): Target | undefined {
		const at = placeOf(from, field, offsetField, o.frame, notes);
		if (at === undefined) return undefined;
		return moved(settled(at.place), at.offset);
	}

	function settled(place: Place): Target | undefined {
		if (place.is === 'self') return own ?? notes.no('acts where nothing was recognised');
		if (place.is === 'node')
			return o.targetOf(place.name) ?? notes.no('acts where another node was recognised, which is not imported', place.name);
		const { x, y } = centreOf(place.box);
		const inside = x >= 0 && y >= 0 && x < o.frame.width && y < o.frame.height;
		return inside ? { is: 'point', at: [x, y] } : notes.no('acts outside the picture', `[${place.box.join(', ')}]`);
	}

	/** An element is acted on in its middle: beside it is another thing. */
	function moved(at: Target | undefined, [dx, dy, dw, dh]: readonly [number, number, number, number]): Target | undefined {
		const [x, y] = [dx + dw / 2, dy + dh / 2];
		if (at === undefined || (x === 0 && y === 0)) return at;
		if (at.is === 'point') return settled({ is: 'box', box: [at.at[0] + x, at.at[1] + y, 0, 0] });
		const inside = at.size !== undefined && Math.abs(x) < at.size.width / 2 && Math.abs(y) < at.size.height / 2;
		if (!inside) return notes.no('acts beside an element', `by ${x}, ${y} pixels`);
		notes.part('acts in the middle of an element instead of beside its middle', `by ${x}, ${y} pixels`);
		return at;
	}

	function button(from: JsonObject): 'left' | 'right' | 'middle' | undefined {
		const contact = from['contact'] ?? 0;
		if (contact === 0) return 'left';
		const named = o.keys === 'win32' && typeof contact === 'number' ? BUTTONS[contact] : undefined;
		return named ?? notes.no('a second finger', `contact ${String(contact)}`);
	}

	function click(at: Target | undefined, from: JsonObject, holdMs: number | undefined): SkillAct | undefined {
		const which = button(from);
		if (at === undefined || which === undefined) return undefined;
		const hold = holdMs !== undefined;
		const ms = hold ? { holdMs: '$ms' } : {};
		const name = `${which === 'left' ? '' : `${which}-`}${hold ? 'press' : 'click'}`;
		const more = hold ? { ms: 'number' as const } : {};
		const time: SkillAct['args'] = hold ? { ms: capped(holdMs) } : {};
		const how = `${which} button${hold ? ', held for a time' : ''}`;
		return at.is === 'element'
			? verb(
					{ verb: name, args: { at: 'element', ...more }, does: `click an element: ${how}`, input: [{ click: which, at: '$at', ...ms }] },
					{ at: at.element, ...time },
				)
			: verb(
					{
						verb: `${name}-at`,
						args: { to: 'point', ...more },
						does: `click a point of the frame: ${how}`,
						input: [{ click: which, at: '$to', ...ms }],
					},
					{ to: [...at.at], ...time },
				);
	}

	function swipe(): Acted | undefined {
		const ends: unknown = param['end'];
		if (Array.isArray(ends) && ends.some((e) => typeof e !== 'number')) return notes.no('a swipe over several points');
		const from = target('begin');
		const to = target('end');
		if (from === undefined || to === undefined) return undefined;
		if (param['only_hover'] === true) return acts(hover(to));
		const which = button(param);
		if (which === undefined) return undefined;
		if (param['end_hold'] !== undefined) notes.part('a swipe that holds still at its end');
		const duration: unknown = param['duration'];
		const ms = milliseconds({ duration: Array.isArray(duration) ? (duration as unknown[])[0] : duration }, 'duration', SWIPE_MS, notes);
		if (to.is === 'element') return notes.no('a swipe that ends on an element');
		const name = `${which === 'left' ? '' : `${which}-`}swipe`;
		const args = { to: [...to.at] as [number, number], ms: capped(ms) };
		return acts(
			from.is === 'element'
				? verb(
						{
							verb: `${name}-from`,
							args: { at: 'element', to: 'point', ms: 'number' },
							does: 'drag from an element to a point',
							input: [{ drag: which, from: '$at', to: '$to', holdMs: '$ms' }],
						},
						{ at: from.element, ...args },
					)
				: verb(
						{
							verb: name,
							args: { from: 'point', to: 'point', ms: 'number' },
							does: 'drag from one point to another',
							input: [{ drag: which, from: '$from', to: '$to', holdMs: '$ms' }],
						},
						{ from: [...from.at], ...args },
					),
		);
	}

	function hover(at: Target): SkillAct | undefined {
		return at.is === 'element'
			? verb(
					{ verb: 'hover', args: { at: 'element' }, does: 'move the pointer over an element', input: [{ move: '$at' }] },
					{ at: at.element },
				)
			: verb(
					{ verb: 'hover-at', args: { to: 'point' }, does: 'move the pointer to a point', input: [{ move: '$to' }] },
					{ to: [...at.at] },
				);
	}

	function scroll(): Acted | undefined {
		const { dx = 0, dy = 0 } = param as { dx?: unknown; dy?: unknown };
		if (typeof dy !== 'number' || typeof dx !== 'number') return notes.no('a field of the wrong type', 'dx, dy: not numbers');
		if (dx !== 0 || dy === 0) return notes.no('scrolling sideways, or not at all', `${dx}, ${dy}`);
		const at = target('target');
		if (at === undefined) return undefined;
		const times = Math.min(NOTCHES_MAX, Math.max(1, Math.round(Math.abs(dy) / NOTCH)));
		const way = dy > 0 ? 'up' : 'down';
		const does = `turn the wheel ${way} by ${times}`;
		return acts(
			at.is === 'element'
				? verb(
						{ verb: `scroll-${way}-${times}`, args: { at: 'element' }, does, input: [{ scroll: way, at: '$at', times }] },
						{ at: at.element },
					)
				: verb(
						{ verb: `scroll-${way}-${times}-at`, args: { to: 'point' }, does, input: [{ scroll: way, at: '$to', times }] },
						{ to: [...at.at] },
					),
		);
	}

	function keys(act: (key: string) => SkillAct | undefined): Acted | undefined {
		const given = param['key'];
		const codes: unknown[] = Array.isArray(given) ? given : [given];
		const named = codes.map((code) => keyOf(code, o.keys));
		if (codes.length === 0 || named.some((n) => n === undefined))
			return notes.no('a key that is not known here', JSON.stringify(given)?.slice(0, 60));
		if (new Set([...o.verbs.keys, ...named]).size > KEYS_MAX) return notes.no(`more than ${KEYS_MAX} keys`);
		return acts(...named.map((key) => act(key as string)));
	}
}

/** What of an action's place is taken for a condition that names several. */
export function targetIn(condition: Condition | undefined): Target | undefined {
	return condition?.length === 1 ? condition[0]?.target : undefined;
}

/** Holding longer than a minute is not for an act. */
const capped = (ms: number): number => Math.min(60_000, ms);
const word = (key: string): string => key.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();

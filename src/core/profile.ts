// A game is data: no code per game. The profile's shape is a contract with the people who write profiles by hand, so every
// refusal names the field and, where the text is at hand, the line.
import * as v from 'valibot';
import { PATTERN_MAX, patternFault } from './crystals/region/pattern.ts';
import { SIGNS } from './crystals/person/events.ts';
import { formFault } from './loop/told.ts';
import { DETECTOR_LAYOUTS, type DetectorSettings } from './models/detect.ts';

export const slug = v.pipe(v.string(), v.maxLength(64), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by "-"'));
export const factId = v.pipe(
	v.string(),
	v.maxLength(64),
	v.regex(/^[a-z][a-z0-9.-]*$/, 'starts with a letter; then letters, digits, "." or "-"'),
);
export const verbName = v.pipe(v.string(), v.maxLength(48), v.regex(/^[a-z][a-z0-9-]*$/, 'lower-case words joined by "-"'));
const finite = v.pipe(v.number(), v.finite());
const pixel = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(16384));
export const box = v.tuple([pixel, pixel, v.pipe(pixel, v.minValue(1)), v.pipe(pixel, v.minValue(1))]);

export const languageTag = v.pipe(v.string(), v.maxLength(40), v.regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/, 'a language tag such as "en"'));
/** The form of a text, see `patternFault`. */
export const pattern = v.pipe(
	v.string(),
	v.minLength(1),
	v.maxLength(PATTERN_MAX),
	v.check(
		(p) => patternFault(p) === undefined,
		(issue) => patternFault(issue.input) ?? 'not a pattern',
	),
);

export const argType = v.picklist(['element', 'point', 'number', 'text']);
const button = v.picklist(['left', 'right', 'middle']);
/** `$name` refers to an argument of the action; `[x, y]` is a fixed point in pixels of the profile's `frame`. */
const where = v.union([v.pipe(v.string(), v.regex(/^\$[a-z][a-zA-Z0-9]*$/, '"$" and an argument\'s name')), v.tuple([pixel, pixel])]);
const amount = v.union([v.pipe(v.string(), v.regex(/^\$[a-z][a-zA-Z0-9]*$/)), v.pipe(finite, v.minValue(0), v.maxValue(60_000))]);
const key = v.pipe(v.string(), v.minLength(1), v.maxLength(24));

/** One step of an action's input. Key names are those of `KeyboardEvent.key`, with `Space` for the blank. */
export const inputStep = v.union([
	v.strictObject({ click: button, at: where, holdMs: v.optional(amount) }),
	v.strictObject({ key, holdMs: v.optional(amount) }),
	v.strictObject({ keys: v.pipe(v.array(key), v.minLength(1), v.maxLength(4)), holdMs: v.optional(amount) }),
	v.strictObject({ hold: key }),
	v.strictObject({ release: key }),
	v.strictObject({ drag: button, from: where, to: where, holdMs: v.optional(amount) }),
	v.strictObject({ move: where }),
	v.strictObject({
		scroll: v.picklist(['up', 'down']),
		at: v.optional(where),
		times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20))),
	}),
	v.strictObject({ text: v.pipe(v.string(), v.maxLength(64)) }),
	v.strictObject({ waitMs: amount }),
]);
export type InputStep = v.InferOutput<typeof inputStep>;

export const action = v.strictObject({
	verb: verbName,
	args: v.optional(v.record(v.pipe(v.string(), v.regex(/^[a-z][a-zA-Z0-9]*$/)), argType)),
	does: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
	input: v.pipe(v.array(inputStep), v.minLength(1), v.maxLength(16)),
	irreversible: v.optional(v.boolean()),
	/** The argument that names whom this act attacks. Towards who is peaceful it then counts as one that cannot be undone. */
	attacks: v.optional(v.string()),
});
export type Action = v.InferOutput<typeof action>;

export const factType = v.picklist(['number', 'boolean', 'text', 'enum', 'count', 'position']);
export const factWanted = v.pipe(
	v.strictObject({
		name: factId,
		type: v.optional(factType),
		about: v.optional(v.pipe(v.string(), v.maxLength(300))),
		/** What a player or a model may call it besides its name, e.g. `health`, `hit points`. */
		words: v.optional(v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(40))), v.maxLength(16))),
		values: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.minLength(1), v.maxLength(255))),
		element: v.optional(slug),
		min: v.optional(finite),
		max: v.optional(finite),
		/** Of a number or a text: the form in which it stands there, e.g. `HP #/#`. A text of another form is not read. */
		pattern: v.optional(pattern),
		from: v.optional(v.pipe(v.string(), v.maxLength(200))),
		/** Of a text: it tells of quests; or it is what somebody says, who may speak of a quest and shows how they stand; or it names the
		 *  place where the player is. */
		tells: v.optional(v.picklist(['quest', 'talk', 'place'])),
		/** Of a talk: the fact that names who says it. */
		speaker: v.optional(factId),
	}),
	v.check((f) => f.type !== undefined || f.from !== undefined, 'needs a type, or "from" when it is derived'),
	v.check((f) => f.type !== 'enum' || f.values !== undefined, 'an enum needs its "values"'),
	v.check(
		(f) => f.pattern === undefined || f.type === 'number' || f.type === 'text' || f.type === 'enum',
		'only what is read has a "pattern"',
	),
	v.check((f) => f.tells === undefined || f.type === 'text' || f.type === 'enum', 'only a text "tells" something'),
	v.check((f) => f.speaker === undefined || f.tells === 'talk', 'only a talk has a "speaker"'),
);
export type FactWanted = v.InferOutput<typeof factWanted>;

/**
 * A network that finds things by their looks, of the model store's purpose `detect`: its id alone where its manifest says the rest,
 * or with what its maker's export leaves out.
 */
export const detector = v.union([
	v.pipe(v.string(), v.maxLength(200)),
	v.strictObject({
		model: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
		/** Names of its classes in order; they become the names of elements. */
		labels: v.optional(v.pipe(v.array(slug), v.minLength(1), v.maxLength(300))),
		/** Width and height of its input, where the network leaves them open. */
		input: v.optional(v.tuple([v.pipe(pixel, v.minValue(8), v.maxValue(4096)), v.pipe(pixel, v.minValue(8), v.maxValue(4096))])),
		layout: v.optional(v.picklist(DETECTOR_LAYOUTS)),
		threshold: v.optional(v.pipe(finite, v.minValue(0), v.maxValue(1))),
		overlap: v.optional(v.pipe(finite, v.minValue(0), v.maxValue(1))),
	}),
]);
type ProfileDetector = v.InferOutput<typeof detector>;

/** The detector that a game's profile names, and what it says in front of the model's own manifest. */
export interface NamedDetector {
	readonly model: string;
	readonly as: Partial<DetectorSettings>;
}
export function namedDetector(said: ProfileDetector | undefined): NamedDetector | undefined {
	if (said === undefined) return undefined;
	const { model, ...as } = typeof said === 'string' ? { model: said } : said;
	return { model, as: as as Partial<DetectorSettings> };
}

export const profileSchema = v.pipe(
	v.strictObject({
		$schema: v.optional(v.string()),
		falsework: v.literal(1, 'this program reads profiles of version 1'),
		id: slug,
		name: v.pipe(v.string(), v.minLength(1), v.maxLength(120)),
		language: languageTag,
		gameVersion: v.optional(v.pipe(v.string(), v.maxLength(40))),
		charset: v.optional(v.pipe(v.string(), v.maxLength(200))),
		window: v.strictObject({ title: v.pipe(v.string(), v.minLength(1), v.maxLength(120)) }),
		heartbeatMs: v.pipe(v.number(), v.integer(), v.minValue(66), v.maxValue(60_000)),
		goal: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
		actions: v.pipe(v.array(action), v.minLength(1), v.maxLength(100)),
		facts: v.pipe(v.array(factWanted), v.maxLength(100)),
		safety: v.strictObject({
			keys: v.pipe(v.array(key), v.maxLength(60)),
			buttons: v.array(button),
			ratePerSecond: v.pipe(v.number(), v.minValue(0.1), v.maxValue(30)),
		}),
		/** What nobody wants, whoever promised it: a death, a sudden loss. Name and condition in the expression language of derived facts;
		 *  as one becomes true, what was done just before is harmful. */
		harms: v.optional(v.record(slug, v.pipe(v.string(), v.maxLength(200)))),
		narration: v.optional(
			v.strictObject({
				persona: v.pipe(v.string(), v.maxLength(300)),
				events: v.array(slug),
				/** When an event happens, in the expression language of derived facts; it fires as the condition becomes true.
				 *  An event without one fires when the fact of its name changes or the screen of its name appears. */
				on: v.optional(v.record(slug, v.pipe(v.string(), v.maxLength(200)))),
				/** Events that a text on screen tells of: when this fact becomes a text of one of these forms, in which `{name}` and
				 *  `{name:number}` are values of the event. */
				told: v.optional(
					v.record(
						slug,
						v.strictObject({
							fact: factId,
							as: v.pipe(
								v.array(
									v.pipe(
										v.string(),
										v.minLength(1),
										v.maxLength(200),
										v.check(
											(form) => formFault(form) === undefined,
											({ input }) => formFault(input) ?? '',
										),
									),
								),
								v.minLength(1),
								v.maxLength(20),
							),
						}),
					),
				),
				/** Facts that go with an event; without it six at most that are numbers or words. */
				with: v.optional(v.record(slug, v.pipe(v.array(v.union([factId, v.literal('screen')])), v.maxLength(12)))),
				/** Facts that go on being so while they cannot be seen: the room, on the screen that tells of a death. */
				keeps: v.optional(v.pipe(v.array(factId), v.maxLength(20))),
				/** Names that are values of events, and how one speaks of who bears them. */
				names: v.optional(v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(60)), v.picklist(['he', 'she', 'it', 'they']))),
				/** Seconds between two lines about a type of event; 8 unless said. */
				cooldowns: v.optional(v.record(slug, v.pipe(v.number(), v.minValue(0), v.maxValue(3600)))),
			}),
		),
		/** Lines that tell of blows and gifts, e.g. `The {name} bites you for {damage:number}.` */
		signs: v.optional(
			v.pipe(
				v.array(
					v.strictObject({
						/** The fact the line is read as. */
						in: factId,
						/** Its form, as of `narration.told`; `{name}` is who it is about. */
						like: v.pipe(
							v.string(),
							v.maxLength(120),
							v.check(
								(like) => signFault(like) === undefined,
								(issue) => signFault(issue.input) ?? '',
							),
						),
						/** Whether they attacked the player or were attacked, gave something or got it. */
						means: v.picklist(SIGNS),
					}),
				),
				v.maxLength(40),
			),
		),
		pausable: v.optional(v.boolean()),
		botsAllowed: v.optional(v.boolean()),
		/** The frame size that `world`, `scrolls`, `minimap` and fixed points are named in; that of the first session when it is not given. */
		frame: v.optional(v.tuple([v.pipe(pixel, v.minValue(1)), v.pipe(pixel, v.minValue(1))])),
		world: v.optional(box),
		/** Of the world, the part that bars and panels leave free: ways are found by it. The whole world where it is not given. */
		scrolls: v.optional(box),
		minimap: v.optional(box),
		detector: v.optional(detector),
		note: v.optional(v.pipe(v.string(), v.maxLength(300))),
	}),
	v.check((p) => new Set(p.actions.map((a) => a.verb)).size === p.actions.length, 'two actions have the same verb'),
	v.check((p) => new Set(p.facts.map((f) => f.name)).size === p.facts.length, 'two facts have the same name'),
);
export type Profile = v.InferOutput<typeof profileSchema>;

function signFault(like: string): string | undefined {
	return formFault(like) ?? (like.includes('{name}') ? undefined : `"${like}" says nowhere by {name} who it is about`);
}

export interface ProfileFault {
	/** Dotted path of the field, e.g. `actions.2.input.0.key`. */
	readonly path: string;
	/** 1-based line in the text, where the field could be found there. */
	readonly line?: number;
	readonly message: string;
}
export type ProfileRead =
	| { readonly ok: true; readonly profile: Profile }
	| { readonly ok: false; readonly faults: readonly ProfileFault[] };

/** Reads a profile from its JSON text. Bad input is a value: each fault names its field and line. */
export function readProfile(text: string): ProfileRead {
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		const at = /position (\d+)/.exec(message);
		const line = at ? text.slice(0, Number(at[1])).split('\n').length : undefined;
		return { ok: false, faults: [{ path: '', message: `not JSON: ${message}`, ...(line === undefined ? {} : { line }) }] };
	}
	const read = v.safeParse(profileSchema, data);
	if (!read.success) {
		const faults = read.issues.map((issue) => {
			const keys = (issue.path ?? []).map((step) => step.key as string | number);
			const line = lineOf(text, keys);
			return { path: keys.join('.'), message: issue.message, ...(line === undefined ? {} : { line }) };
		});
		return { ok: false, faults };
	}
	const faults = crossCheck(read.output).map((fault) => {
		const line = lineOf(text, fault.path.split('.'));
		return line === undefined ? fault : { ...fault, line };
	});
	return faults.length > 0 ? { ok: false, faults } : { ok: true, profile: read.output };
}

/** What one field alone cannot show: a key outside the allow-list, an argument that is not declared. */
function crossCheck(profile: Profile): ProfileFault[] {
	const faults: ProfileFault[] = [];
	const keys = new Set(profile.safety.keys);
	const buttons = new Set<string>(profile.safety.buttons);
	const texts = new Set(profile.facts.filter((f) => f.type === 'text' || f.type === 'enum').map((f) => f.name));
	profile.facts.forEach(({ speaker }, i) => {
		if (speaker !== undefined && !texts.has(speaker))
			faults.push({ path: `facts.${i}.speaker`, message: `"${speaker}" is no text among the facts` });
	});
	profile.signs?.forEach(({ in: fact }, i) => {
		if (!texts.has(fact)) faults.push({ path: `signs.${i}.in`, message: `"${fact}" is no text among the facts` });
	});
	profile.actions.forEach((act, a) => {
		if (act.attacks !== undefined && act.args?.[act.attacks] !== 'element')
			faults.push({ path: `actions.${a}.attacks`, message: `"${act.attacks}" is no element argument of "${act.verb}"` });
		act.input.forEach((step, s) => {
			const path = `actions.${a}.input.${s}`;
			for (const name of keysOf(step)) {
				if (!keys.has(name)) faults.push({ path, message: `key "${name}" is not in safety.keys` });
			}
			const pressed = 'click' in step ? step.click : 'drag' in step ? step.drag : undefined;
			if (pressed !== undefined && !buttons.has(pressed)) faults.push({ path, message: `button "${pressed}" is not in safety.buttons` });
			for (const value of Object.values(step)) {
				if (typeof value === 'string' && value.startsWith('$') && !('text' in step && value === step.text)) {
					if (act.args?.[value.slice(1)] === undefined) faults.push({ path, message: `"${value}" is not an argument of "${act.verb}"` });
				}
			}
		});
	});
	return faults;
}

/** All that a profile names in pixels; a profile without any holds for every frame size. */
export function pixelsOf({
	world,
	scrolls,
	minimap,
	actions,
}: Pick<Profile, 'world' | 'scrolls' | 'minimap' | 'actions'>): readonly (readonly number[])[] {
	const fixed = actions.flatMap(({ input }) => input.flatMap((step) => Object.values(step).filter((value) => Array.isArray(value))));
	return [world, scrolls, minimap, ...fixed].flatMap((place) => (place?.every((n) => typeof n === 'number') ? [place] : []));
}

/** The keys a step presses, holds or releases. */
export function keysOf(step: InputStep): readonly string[] {
	if ('key' in step) return [step.key];
	if ('keys' in step) return step.keys;
	if ('hold' in step) return [step.hold];
	if ('release' in step) return [step.release];
	return [];
}

/** 1-based line of the deepest key on `path` that can be found, reading the text in order. */
function lineOf(text: string, path: readonly (string | number)[]): number | undefined {
	let at = 0;
	let found = false;
	for (const step of path) {
		if (typeof step === 'number' || /^\d+$/.test(step)) {
			at = skipElements(text, at, Number(step));
			continue;
		}
		const next = text.indexOf(JSON.stringify(step), at);
		if (next < 0) break;
		at = next;
		found = true;
	}
	return found ? text.slice(0, at).split('\n').length : undefined;
}

/** Position just before element `index` of the array that opens after `from`. */
function skipElements(text: string, from: number, index: number): number {
	let at = text.indexOf('[', from);
	if (at < 0) return from;
	let depth = 0;
	let count = 0;
	let quoted = false;
	for (at += 1; at < text.length && count < index; at++) {
		const c = text[at];
		if (quoted) {
			if (c === '\\') at++;
			else if (c === '"') quoted = false;
		} else if (c === '"') quoted = true;
		else if (c === '[' || c === '{') depth++;
		else if (c === ']' || c === '}') depth--;
		else if (c === ',' && depth === 0) count++;
	}
	return at;
}

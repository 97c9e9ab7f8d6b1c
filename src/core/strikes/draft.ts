// The automation that a strike asks for: a rule, a skill, a template, a standing approval. A draft is a proposal; it passes the same
// checks as anything else that a person writes.
import { printAct, printRule } from '../crystals/rule/text.ts';
import { PLACES_MAX } from '../crystals/template/schema.ts';
import { type Box, iou } from '../geometry.ts';
import type { Profile } from '../profile.ts';
import type { Act, Literal } from '../question.ts';
import { type AnsweredDraft, draftOfAnswers, type Standing } from './answered.ts';
import { askedOf, type Repeat, type Strike } from './strikes.ts';

export type Draft =
	/** A line of a `rules.txt`; `note`: what speaks against taking it as it is. */
	| { readonly kind: 'rule'; readonly text: string; readonly note?: string }
	/** What was shown is kept in trial; with this name it may be tried. */
	| { readonly kind: 'skill'; readonly crystal: string; readonly name: string; readonly steps: string }
	/** The picture that no answer could be used for is a screen of this name, known by templates of its own marks. */
	| { readonly kind: 'screen'; readonly name: string }
	/** Kept as it is by hand, so that nothing but a person takes it away. */
	| { readonly kind: 'template'; readonly crystal: string; readonly text: string }
	/** Looked for from now on wherever it was corrected to, and kept by hand. */
	| { readonly kind: 'places'; readonly crystal: string; readonly name: string; readonly places: readonly Box[] }
	/** Whatever comes to be like it is approved by itself; `*` stands for anything. */
	| { readonly kind: 'approval'; readonly crystal: string; readonly pattern: string }
	/** What was answered and could not be used, to be put right. */
	| AnsweredDraft
	/** Why there is none, and what would help. */
	| { readonly kind: 'none'; readonly why: string };

/** What of a draft a person may write otherwise; undefined where nothing is. */
export function editableText(draft: Draft): string | undefined {
	switch (draft.kind) {
		case 'rule':
		case 'answer':
			return draft.text;
		case 'skill':
		case 'screen':
			return draft.name;
		case 'approval':
			return draft.pattern;
		case 'places':
			return draft.places.map((box) => box.join(' ')).join('\n');
		default:
			return undefined;
	}
}

export const NEW_SCREEN = 'new-screen';
const SAME_PLACE_IOU = 0.7;

/**
 * @param name  of a crystal; undefined when it is gone
 * @param isTemplate  whether it is one, which may have several places
 * @param standing  what can stand in an answer here
 */
export function draftFor(
	{ sort, base, repeats, approved }: Pick<Strike, 'sort' | 'base' | 'repeats' | 'approved'>,
	profile: Pick<Profile, 'facts'>,
	name: (crystal: string) => string | undefined,
	isTemplate: (crystal: string) => boolean,
	standing: Standing,
): Draft {
	const crystal = repeats.findLast((r) => r.crystal !== undefined && name(r.crystal) !== undefined)?.crystal;
	const gone: Draft = { kind: 'none', why: 'The crystal is gone; it will be drafted anew when it is seen again.' };
	switch (sort) {
		case 'approval':
			return crystal === undefined || approved === undefined ? gone : { kind: 'approval', crystal, pattern: approved };
		case 'correction': {
			if (crystal === undefined) return gone;
			const called = name(crystal) ?? '';
			const places = placesOf(repeats);
			if (places.length > 1 && isTemplate(crystal)) return { kind: 'places', crystal, name: called, places };
			return { kind: 'template', crystal, text: `Keep "${called}" where you put it: no answer and no repair takes it away.` };
		}
		case 'takeover': {
			const acts = repeats.at(-1)?.acts ?? [];
			if (acts.length === 0) return { kind: 'none', why: noAction(repeats.at(-1)?.text ?? '') };
			if (acts.length > 1 && crystal !== undefined)
				return { kind: 'skill', crystal, name: name(crystal) ?? '', steps: acts.map(printAct).join(', then ') };
			return ruleOf(repeats, profile);
		}
		case 'call': {
			if (repeats.some((r) => r.acts !== undefined)) return ruleOf(repeats, profile);
			if (crystal !== undefined)
				return {
					kind: 'template',
					crystal,
					text: `Take "${name(crystal)}" back into service and keep it: nothing but a person retires it.`,
				};
			if (repeats.at(-1)?.look !== undefined) {
				const said = repeats.findLast((r) => r.screen !== undefined && r.screen !== 'unknown')?.screen;
				return { kind: 'screen', name: said ?? NEW_SCREEN };
			}
			const answered = repeats.flatMap(({ unused }) => unused ?? []);
			const why = repeats.at(-1)?.text ?? '';
			return (
				draftOfAnswers(answered, why, standing) ?? {
					kind: 'none',
					why: `Nothing that was answered could be ${answered.length === 0 ? 'read' : 'used'}: ${why}. ${endOf(base)}`,
				}
			);
		}
	}
}

/** Where no answer is at hand to draft from: what a person may do instead. */
function endOf(base: string | undefined): string {
	if (base === undefined) return '';
	const { ask, kind } = askedOf(base);
	switch (ask) {
		case 'narration':
			return `No line can be drafted from none. Bring lines for "${kind}" in a pack, or take it out of the profile's narration.events.`;
		case 'quest':
		case 'npc':
			return `What "${kind}" reads cannot be drafted from none. If it is no such text, take \`tells\` from that fact in the profile.`;
		case 'route':
			return 'No way can be drafted from none. Go first to a place that the map has a way to.';
		case 'strategy':
			return 'No plan can be drafted from none. Give the profile a narrower goal, or import rules of the layer strategy.';
		case 'decision':
			return 'Nothing was done, so no rule follows. Take over and show it once.';
		case 'perception':
		case 'moderation':
			return '';
	}
}

/** Where it was put, each place once, the newest first. */
function placesOf(repeats: readonly Repeat[]): readonly Box[] {
	const places: Box[] = [];
	for (const { box } of repeats.toReversed())
		if (box !== undefined && places.every((other) => iou(other, box) < SAME_PLACE_IOU)) places.push(box);
	return places.slice(0, PLACES_MAX);
}

/** The line that the profile lacks. */
function noAction(hands: string): string {
	const key = /^key (\S+)$/.exec(hands)?.[1];
	const line = key === undefined ? '' : `: { "verb": "press-${key.toLowerCase()}", "does": "…", "input": [{ "key": "${key}" }] }`;
	return `No action of the profile is done by these inputs, so nothing can do it for you. Give the profile one${line}`;
}

/** What all moments share, and what was done in most of them; the newest act, and a word about it, where each did something else. */
function ruleOf(repeats: readonly Repeat[], profile: Pick<Profile, 'facts'>): Draft {
	const done = repeats.flatMap(({ acts: [act] = [] }) => (act === undefined ? [] : [act]));
	const then = commonest(done.toReversed());
	if (then === undefined) return { kind: 'none', why: 'Nothing was done, so no rule follows from it.' };
	const alike = repeats.filter(({ acts: [act] = [] }) => act !== undefined && printAct(act) === printAct(then));
	const agreed = 2 * alike.length > repeats.length;
	const when = shared(agreed ? alike : repeats, profile);
	if (when.length === 0) return { kind: 'none', why: 'The moments have nothing in common that a rule could ask for.' };
	return {
		kind: 'rule',
		text: printRule({ layer: 'strategy', when, unless: [], then, expects: [], until: [] }),
		...(agreed ? {} : { note: 'Something else was done each time; this is the last of it. Put what is right in its place.' }),
	};
}

/** Of as common ones the first. */
function commonest(acts: readonly Act[]): Act | undefined {
	const by = new Map<string, { act: Act; times: number }>();
	for (const act of acts) {
		const text = printAct(act);
		by.set(text, { act, times: (by.get(text)?.times ?? 0) + 1 });
	}
	return [...by.values()].toSorted((a, b) => b.times - a.times)[0]?.act;
}

/** The screen, and of the profile's own facts those that are yes or no, or one of a few. */
function shared(repeats: readonly Repeat[], profile: Pick<Profile, 'facts'>): Literal[] {
	const [first, ...rest] = repeats;
	if (first === undefined) return [];
	const when: Literal[] = [];
	if (first.screen && rest.every((r) => r.screen === first.screen)) when.push({ f: 'screen', op: '==', v: first.screen });
	for (const { name, type } of profile.facts) {
		if (type !== 'boolean' && type !== 'enum') continue;
		const value = first.facts?.[name];
		if ((typeof value === 'boolean' || typeof value === 'string') && rest.every((r) => r.facts?.[name] === value))
			when.push({ f: name, op: '==', v: value });
	}
	return when;
}

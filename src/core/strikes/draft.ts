// The automation that a strike asks for, as far as what was seen allows one: a rule, a skill, a template. A draft is a proposal; it
// passes the same checks as anything else that a person writes.
import { printRule } from '../crystals/rule/text.ts';
import type { Profile } from '../profile.ts';
import type { Act, Literal } from '../question.ts';
import { printAct } from '../crystals/rule/text.ts';
import type { Repeat, Strike } from './strikes.ts';

export type Draft =
	/** A line of a `rules.txt`. */
	| { readonly kind: 'rule'; readonly text: string }
	/** What was shown is kept in trial; with this name it may be tried. */
	| { readonly kind: 'skill'; readonly crystal: string; readonly name: string; readonly steps: string }
	/** Kept as it is by hand, so that nothing but a person takes it away. */
	| { readonly kind: 'template'; readonly crystal: string; readonly text: string }
	/** Why there is none, and what would help. */
	| { readonly kind: 'none'; readonly why: string };

/** @param name  of a crystal; undefined when it is gone */
export function draftFor(
	{ sort, repeats }: Pick<Strike, 'sort' | 'repeats'>,
	profile: Pick<Profile, 'facts'>,
	name: (crystal: string) => string | undefined,
): Draft {
	const crystal = repeats.findLast((r) => r.crystal !== undefined && name(r.crystal) !== undefined)?.crystal;
	switch (sort) {
		case 'correction':
		case 'approval':
			return crystal === undefined
				? { kind: 'none', why: 'The crystal is gone; it will be drafted anew when it is seen again.' }
				: {
						kind: 'template',
						crystal,
						text: `Keep "${name(crystal)}" ${sort === 'correction' ? 'where you put it' : 'as you approved it'}: no answer and no repair takes it away.`,
					};
		case 'takeover': {
			const acts = repeats.at(-1)?.acts ?? [];
			if (acts.length === 0)
				return { kind: 'none', why: 'No action of the profile is done by these keys alone. Give the profile one, and I can learn it.' };
			if (acts.length > 1 && crystal !== undefined)
				return { kind: 'skill', crystal, name: name(crystal) ?? '', steps: acts.map(printAct).join(', then ') };
			return ruleOf(repeats, profile);
		}
		case 'call':
			if (repeats.some((r) => r.acts !== undefined)) return ruleOf(repeats, profile);
			return crystal === undefined
				? { kind: 'none', why: `Nothing that was answered could be used: ${repeats.at(-1)?.text ?? ''}. Correct it once under Crystals.` }
				: { kind: 'template', crystal, text: `Take "${name(crystal)}" back into service and keep it: nothing but a person retires it.` };
	}
}

/** What all moments share, and what was done in most of them. */
function ruleOf(repeats: readonly Repeat[], profile: Pick<Profile, 'facts'>): Draft {
	const done = repeats.flatMap(({ acts: [act] = [] }) => (act === undefined ? [] : [act]));
	const then = commonest(done);
	if (then === undefined || 2 * done.filter((act) => printAct(act) === printAct(then)).length <= repeats.length)
		return { kind: 'none', why: 'Something else was done each time, so no rule follows from it.' };
	const when = shared(
		repeats.filter(({ acts: [act] = [] }) => act !== undefined && printAct(act) === printAct(then)),
		profile,
	);
	if (when.length === 0) return { kind: 'none', why: 'The moments have nothing in common that a rule could ask for.' };
	return { kind: 'rule', text: printRule({ layer: 'strategy', when, unless: [], then, expects: [], until: [] }) };
}

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

// Second evidence before an act: what aims at an element needs two channels that fail independently, at the moment of acting. Two
// templates are one channel; shape and hue, shape and what is read beside it, shape and the neighbours' places are two.
import type { State } from '../crystals/crystal.ts';
import type { Rank } from '../crystals/ladder.ts';
import { LOOK_SECONDED } from '../crystals/template/apply.ts';
import type { MissReason } from '../ledger.ts';

export type Channel =
	/** Its luminance fits. */
	| 'shape'
	/** Its hues do. */
	| 'colour'
	/** A text in it is read as ever. */
	| 'text'
	/** Two other trusted elements of the screen stand where they belong beside it. */
	| 'neighbours'
	/** A model named it at this place in this very picture. */
	| 'model';

export interface Evidence {
	readonly channels: readonly Channel[];
	/** Match score in [-1, 1]. */
	readonly score: number;
	/** Of the crystal that found it; absent when only a model said so. */
	readonly state?: State;
	/** Answers of models that named it so; absent: no matter. */
	readonly answers?: number;
	readonly rank?: Rank;
}

/** With shape alone a match must be this good: of 310 true and 781 false ones on captured frames none of the false reached it. */
export const SHAPE_ALONE = 0.9;

/** What speaks for an act that is aimed at nothing in the picture. */
export type Witness =
	/** A rule or skill that acts by itself. */
	| 'rule'
	/** The model that was asked. */
	| 'model'
	/** Another answer of a model, in a moment much like this one. */
	| 'case'
	/** A person wrote or approved what wants it. */
	| 'person';

/** Whether an act that cannot be undone and is aimed at nothing may be done: two witnesses that do not rest on each other. */
export function mayCommit(verb: string, witnesses: ReadonlySet<Witness>): Aim {
	const said = `"${verb}" by ${[...witnesses].join(' and ') || 'nobody'}`;
	return witnesses.size >= 2
		? { ok: true, note: said }
		: { ok: false, reason: 'below-threshold', why: `${said} alone: an act that cannot be undone needs a second witness` };
}

export type Aim =
	| { readonly ok: true; readonly note: string }
	| { readonly ok: false; readonly reason: Extract<MissReason, 'shadow' | 'below-threshold'>; readonly why: string };

/** Whether an act may be aimed at the element that this evidence speaks for. */
export function mayAim(name: string, { channels, score, state, rank, answers }: Evidence, irreversible: boolean): Aim {
	const said = `"${name}" by ${channels.join(' and ') || 'nothing'}`;
	const no = (reason: 'shadow' | 'below-threshold', why: string): Aim => ({ ok: false, reason, why });
	const told = channels.includes('model');
	// A model may be wrong, and what was learnt from one answer is that answer once more.
	if (told && state !== 'autonomous' && (answers ?? LOOK_SECONDED) < LOOK_SECONDED)
		return no('shadow', `${said}: one answer alone says so`);
	if (state !== undefined && state !== 'autonomous' && !told) return no('shadow', `${said}: its crystal is not trusted yet`);
	if (irreversible) {
		if (channels.length < 2) return no('below-threshold', `${said} alone: an act that cannot be undone needs two kinds of evidence`);
		if (rank !== 'sovereign' && !told) return no('shadow', `${said}: only a sovereign crystal may serve an act that cannot be undone`);
		return { ok: true, note: said };
	}
	if (channels.length < 2 && !told && score < SHAPE_ALONE)
		return no('below-threshold', `${said} alone, score ${score.toFixed(2)} below ${SHAPE_ALONE}`);
	return { ok: true, note: channels.length < 2 ? `${said} alone` : said };
}

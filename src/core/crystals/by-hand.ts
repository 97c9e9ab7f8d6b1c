// What a person does to a crystal: approve, retire, choose a threshold, correct a box; and taking it back. Each act checks itself,
// changes the crystal and says what it changed. The caller stores it and writes it into the ledger: an act by hand is a question
// that the loop should have settled itself, so none may go by unseen.
import { type Box, clip, contains } from '../geometry.ts';
import type { HandValue, InterventionEntry } from '../ledger.ts';
import { FLAT_BELOW } from '../perception/match.ts';
import { crop, deviation } from '../perception/pixels.ts';
import type { Frame } from '../ports.ts';
import { readLayout } from '../layout/placement.ts';
import { approveCascade } from './cascade/by-hand.ts';
import type { CascadeCrystal } from './cascade/schema.ts';
import { type Crystal, freshStat, type Stat, type State, type StateChange } from './crystal.ts';
import type { Place } from './place/schema.ts';
import { applyStep, label, live } from './lifecycle.ts';
import { slugOf } from './skill/document.ts';
import { type PutRight, withCase } from './region/crystallise.ts';
import type { RegionCrystal } from './region/schema.ts';
import { crystalliseTemplates, type TemplateEvidence } from './template/crystallise.ts';
import { PLACES_MAX, type TemplateCrystal } from './template/schema.ts';

/** Below the half nearly anything is a hit; 1 is no true match, because of rounding. */
export const THRESHOLD_LEAST = 0.5;
export const THRESHOLD_MOST = 0.99;

export interface HandAct {
	readonly what: Extract<
		InterventionEntry['what'],
		'approve' | 'retire' | 'revive' | 'pin' | 'rename' | 'threshold' | 'correct' | 'edit' | 'forget'
	>;
	readonly crystal: Crystal;
	/** In the past tense, for "Undo: retired hp-bar". */
	readonly said: string;
	readonly before: HandValue;
	readonly after: HandValue;
	readonly change?: StateChange;
	/** What was done to others in the same breath, and goes back with it. */
	readonly along?: readonly Pick<HandAct, 'crystal' | 'takeBack'>[];
	/** Puts back what the act changed; what play learnt since stays where the act did not touch it. */
	readonly takeBack: (at: number) => StateChange | undefined;
}
export type ByHand = { readonly ok: true; readonly act: HandAct } | { readonly ok: false; readonly why: string };
const no = (why: string): ByHand => ({ ok: false, why });

/** A change by hand stands in the history even when the state stays. */
export function moves(crystal: Crystal, to: State, why: string, at: number, stat: Stat = crystal.stat): StateChange {
	const change = { at, from: crystal.state, to, why };
	applyStep(crystal, { stat, change });
	return change;
}

export function retireByHand(crystal: Crystal, at: number): ByHand {
	const before = crystal.state;
	if (before === 'retired') return no(`"${crystal.name}" is retired already`);
	const change = moves(crystal, 'retired', 'retired by hand', at);
	return {
		ok: true,
		act: {
			what: 'retire',
			crystal,
			said: `retired ${crystal.name}`,
			before,
			after: 'retired',
			change,
			takeBack: (then) => moves(crystal, before, 'taken back: retired by hand', then),
		},
	};
}

/** What came in a file came together, so it goes together. @param come  of one kind, in service already, at least one */
export function importByHand(come: readonly Crystal[], file: 'rules.txt' | 'SKILL.md'): Extract<ByHand, { readonly ok: true }> {
	const why = `taken back: came with a ${file}`;
	const [first, ...along] = come.map((crystal) => ({
		crystal,
		takeBack: (at: number): StateChange | undefined => (crystal.state === 'retired' ? undefined : moves(crystal, 'retired', why, at)),
	}));
	if (first === undefined) throw new Error('Nothing was imported.');
	const said = `took ${come.length} ${first.crystal.kind}${come.length === 1 ? '' : 's'} of a ${file}`;
	return { ok: true, act: { what: 'edit', said, before: 0, after: come.length, ...first, along } };
}

/** Back into service: it answers silently until it has proved itself again. */
export function reviveByHand(crystal: Crystal, at: number): ByHand {
	if (crystal.state !== 'retired') return no(`"${crystal.name}" is in service already`);
	const { stat } = crystal;
	const change = moves(crystal, 'shadow', 'back in service by hand', at, { ...freshStat(), used: stat.used, lastUsedAt: stat.lastUsedAt });
	return {
		ok: true,
		act: {
			what: 'revive',
			crystal,
			said: `put ${crystal.name} back in service`,
			before: 'retired',
			after: 'shadow',
			change,
			takeBack: (then) => moves(crystal, 'retired', 'taken back: back in service by hand', then, stat),
		},
	};
}

/** A pinned crystal is retired by nobody but a person, and they are told when it is set aside. */
export function pinByHand(crystal: Crystal, on: boolean, at: number): ByHand {
	if ((crystal.pinned ?? false) === on) return no(`"${crystal.name}" is ${on ? 'pinned already' : 'not pinned'}`);
	const put = (pinned: boolean, why: string, then: number): StateChange => {
		crystal.pinned = pinned;
		return moves(crystal, crystal.state, why, then);
	};
	const word = on ? 'pinned' : 'unpinned';
	return {
		ok: true,
		act: {
			what: 'pin',
			crystal,
			said: `${word} ${crystal.name}`,
			before: on ? 'free' : 'pinned',
			after: on ? 'pinned' : 'free',
			change: put(on, `${word} by hand`, at),
			takeBack: (then) => put(!on, `taken back: ${word} by hand`, then),
		},
	};
}

/** A template is looked for at all these places from now on, and nobody but a person takes it away. @param places  frame pixels */
export function placeByHand(crystal: Crystal, places: readonly Box[], at: number): ByHand {
	if (crystal.kind !== 'template') return no(`a ${crystal.kind} has one place alone`);
	if (crystal.state === 'retired') return no(`"${crystal.name}" is retired: take that back first`);
	const layout = readLayout(crystal.scope.layout);
	const outside = places.find((box) => layout === undefined || !contains([0, 0, layout.width, layout.height], box));
	if (outside !== undefined) return no(`${outside.join(' ')} leaves the frame`);
	if (places.length === 0 || places.length > PLACES_MAX) return no(`one to ${PLACES_MAX} places are wanted`);
	const template = crystal as TemplateCrystal;
	const { places: before, fixed } = template.data;
	const pinned = crystal.pinned ?? false;
	const put = (to: readonly (readonly number[])[], stays: boolean, pin: boolean, why: string, then: number): StateChange => {
		template.data = { ...template.data, places: to.map((box) => [...box] as [number, number, number, number]), fixed: stays };
		crystal.pinned = pin;
		return moves(crystal, crystal.state, why, then);
	};
	const why = `kept at ${places.length} place${places.length === 1 ? '' : 's'} by hand`;
	return {
		ok: true,
		act: {
			what: 'pin',
			crystal,
			said: `${crystal.name} ${why}`,
			before: before.map((box) => box.join(' ')).join('; '),
			after: places.map((box) => box.join(' ')).join('; '),
			change: put(places, true, true, why, at),
			takeBack: (then) => put(before, fixed, pinned, `taken back: ${why}`, then),
		},
	};
}

/**
 * A person vouches for a crystal: their word is as many clean labels as it still lacks, so it answers from now on. One that was
 * wrong before has to prove itself again and goes to shadow.
 */
export function approveByHand(crystal: Crystal, at: number, why = 'approved by hand'): ByHand {
	if (crystal.kind === 'cascade') return approveCascade(crystal as CascadeCrystal, at);
	const { state, stat } = crystal;
	if (state === 'retired') return no(`"${crystal.name}" is retired: take that back first`);
	if (state === 'autonomous') return no(`"${crystal.name}" answers on its own already`);
	const context = { episode: 'approved by hand', at };
	let next: Crystal = { ...crystal, stat };
	const admitted = live(next, { type: 'admitted' }, at);
	applyStep(next, admitted);
	if (state === 'quarantined') next = { ...next, state: 'shadow', stat: { ...label(stat, false, context), alarm: 1 } };
	else {
		// Rules need several episodes besides; a person has seen them.
		for (let i = 0; i < LABELS_MOST && next.state === 'shadow'; i++) {
			const episode = `${context.episode} ${i + 1}`;
			applyStep(next, live(next, { type: 'label', harmful: false, because: 'approved by hand', context: { ...context, episode } }, at));
		}
		if (next.state !== 'autonomous')
			return no(`too much speaks against "${crystal.name}" (${stat.w.toFixed(1)} harmful labels): it has to earn its way`);
	}
	const change = moves(crystal, next.state, why, at, next.stat);
	return {
		ok: true,
		act: {
			what: 'approve',
			crystal,
			said: `approved ${crystal.name}`,
			before: state,
			after: crystal.state,
			change,
			takeBack: (then) => moves(crystal, state, `taken back: ${why}`, then, { ...stat, used: crystal.stat.used }),
		},
	};
}
/** With one harmful label against it a crystal needs seven clean ones; a person's word is not worth twice that. */
const LABELS_MOST = 12;

function callPlace(place: Place, given: string, others: readonly Place[]): ByHand {
	const { data } = place;
	const before = data.called;
	const called = given.trim().slice(0, 64);
	if (called === '') return no('a name is needed');
	if (called === before) return no(`"${called}" is its name already`);
	if (
		others.some((c) => c !== place && c.kind === 'place' && c.state !== 'retired' && c.data.into === undefined && c.data.called === called)
	)
		return no(`another place is called "${called}"`);
	data.called = called;
	return {
		ok: true,
		act: {
			what: 'rename',
			crystal: place,
			said: `called a place ${called}`,
			before: before ?? place.name,
			after: called,
			takeBack: () => {
				data.called = before;
				return undefined;
			},
		},
	};
}

/** Names a place as people call it, or a skill, which is found by its name; one shown by hand that waits in trial is tried from now on. */
export function renameByHand(crystal: Crystal, given: string, at: number, others: readonly Crystal[]): ByHand {
	if (crystal.kind === 'place') return callPlace(crystal as Place, given, others as readonly Place[]);
	if (crystal.kind !== 'skill') return no(`a ${crystal.kind} has no name of its own`);
	const before = crystal.name;
	const name = slugOf(given);
	if (given.trim() === '') return no('a name is needed');
	if (name === before && crystal.state !== 'trial') return no(`"${name}" is its name already`);
	if (others.some((c) => c !== crystal && c.kind === 'skill' && c.state !== 'retired' && c.name === name))
		return no(`another skill is called "${name}"`);
	const { state, stat } = crystal;
	crystal.name = name;
	const change = state === 'trial' ? moves(crystal, 'shadow', 'named by hand', at) : undefined;
	return {
		ok: true,
		act: {
			what: 'rename',
			crystal,
			said: `called ${before} ${name}`,
			before,
			after: name,
			...(change === undefined ? {} : { change }),
			takeBack: (then) => {
				crystal.name = before;
				return change === undefined || crystal.state !== 'shadow'
					? undefined
					: moves(crystal, state, 'taken back: named by hand', then, stat);
			},
		},
	};
}

export function thresholdByHand(crystal: Crystal, threshold: number): ByHand {
	if (crystal.kind !== 'template') return no(`"${crystal.name}" has no threshold`);
	if (!(threshold >= THRESHOLD_LEAST && threshold <= THRESHOLD_MOST))
		return no(`a threshold lies between ${THRESHOLD_LEAST} and ${THRESHOLD_MOST}`);
	const template = crystal as TemplateCrystal;
	const { threshold: before, margin, thresholdBy } = template.data;
	if (before === threshold) return no(`${threshold.toFixed(2)} is its threshold already`);
	template.data = { ...template.data, threshold, thresholdBy: 'hand', margin: margin + threshold - before };
	return {
		ok: true,
		act: {
			what: 'threshold',
			crystal,
			said: `threshold of ${crystal.name} set to ${threshold.toFixed(2)}`,
			before,
			after: threshold,
			takeBack: () => {
				const { thresholdBy: _, ...data } = template.data;
				template.data = {
					...data,
					threshold: before,
					margin: data.margin + before - data.threshold,
					...(thresholdBy === undefined ? {} : { thresholdBy }),
				};
				return undefined;
			},
		},
	};
}

export interface BoxEvidence {
	/** The other crystals of the scope: none may be cut out twice under two names. */
	readonly others: readonly Crystal[];
	readonly world?: Box;
	readonly kept?: TemplateEvidence['kept'];
	readonly matcher?: TemplateEvidence['matcher'];
}
export type BoxCut =
	| {
			readonly ok: true;
			/** Where it really stands, as learning snaps it. */
			readonly box: Box;
			/** A template's new patch and all that is known from it; absent for readers of text. */
			readonly template?: TemplateCrystal;
	  }
	| { readonly ok: false; readonly why: string };

/** What a crystal would be cut from this box of this frame, or why not; by the same rules as a model's box. Changes nothing. */
export function cutByHand(crystal: Crystal, frame: Frame, box: Box, evidence: BoxEvidence): BoxCut {
	if (crystal.scope.layout !== `${frame.width}x${frame.height}`)
		return {
			ok: false,
			why: `it was learnt at ${crystal.scope.layout.replace('x', ' × ')}; the frame is ${frame.width} × ${frame.height}`,
		};
	if (crystal.kind === 'region') {
		if ((crystal as RegionCrystal).data.box === undefined)
			return { ok: false, why: 'it reads where an element is found, and has no box of its own' };
		const inside = clip(box, frame);
		if (inside === undefined || !contains(inside, box)) return { ok: false, why: 'its box leaves the frame' };
		const cut = crop(frame, inside);
		const differ = cut === undefined ? 0 : deviation(cut.luma);
		return differ < FLAT_BELOW
			? { ok: false, why: `flat: its pixels differ by ${differ.toFixed(1)} grey levels, ${FLAT_BELOW} are needed` }
			: { ok: true, box: inside };
	}
	if (crystal.kind !== 'template') return { ok: false, why: `a ${crystal.kind} has no box` };
	const { data, scope, provenance } = crystal as TemplateCrystal;
	// Copies: what learning would note about the others from so thin an answer is no evidence.
	const others = evidence.others.flatMap((c) =>
		c.kind === 'template' && c.id !== crystal.id && (c as TemplateCrystal).data.element !== data.element
			? [{ ...c } as TemplateCrystal]
			: [],
	);
	const element = { name: data.element, kind: data.elementKind, box: [...box], stable: data.fixed };
	const { made, refused } = crystalliseTemplates(
		{ screen: Object.keys(data.screens)[0] ?? 'unknown', elements: [element as never], facts: [] },
		frame,
		others,
		{
			scope,
			provenance,
			boxFormat: 'pixels',
			exact: true,
			newId: () => crystal.id,
			...(evidence.world === undefined ? {} : { world: evidence.world }),
			// Where it was named, the boxes are the ones that the person corrects; where it was not, they are look-alikes.
			kept: (evidence.kept ?? []).filter((k) => !k.names.has(data.element)),
			...(evidence.matcher === undefined ? {} : { matcher: evidence.matcher }),
		},
	);
	const [template] = made;
	const at = template?.data.places[0];
	if (template === undefined || at === undefined) return { ok: false, why: refused[0]?.why ?? 'nothing can be cut out there' };
	return { ok: true, box: at, template };
}

/**
 * Gives a crystal what was cut by hand. It answers silently until it has proved itself with the new pixels.
 *
 * @param told  of a reader of text: what was read there and what a person said it is. Kept as a case that the reader is held to, and its
 *   first clean label
 */
export function correctByHand(crystal: Crystal, cut: Extract<BoxCut, { readonly ok: true }>, at: number, told?: PutRight['told']): ByHand {
	const { state, stat, data, blobs } = crystal;
	if (state === 'retired') return no(`"${crystal.name}" is retired: take that back first`);
	const before = boxOf(crystal);
	if (before === undefined) return no(`"${crystal.name}" has no box`);
	if (cut.template === undefined) {
		const region = crystal as RegionCrystal;
		// Its glyphs were cut at the old place.
		const { glyphs: _, ...kept } = region.data;
		const right = withCase(kept, { was: before, box: cut.box, at, ...(told === undefined ? {} : { told }) });
		if (!right.ok) return no(right.why);
		region.data = right.data;
		region.blobs = {};
	} else {
		const template = crystal as TemplateCrystal;
		const { screens, text, negatives } = template.data;
		const fresh = cut.template.data;
		template.data = { ...fresh, screens, negatives: { ...negatives, best: -1, frames: 0 }, ...(text === undefined ? {} : { text }) };
		template.blobs = cut.template.blobs;
	}
	const change = moves(crystal, 'shadow', 'box corrected by hand', at, { ...freshStat(), used: stat.used, lastUsedAt: stat.lastUsedAt });
	if (told !== undefined) {
		const context = { episode: 'said by hand', at };
		applyStep(crystal, live(crystal, { type: 'label', harmful: false, because: 'a person said what it reads', context }, at));
	}
	return {
		ok: true,
		act: {
			what: 'correct',
			crystal,
			said: `corrected the box of ${crystal.name}`,
			before,
			after: cut.box,
			change,
			takeBack: (then) => {
				crystal.data = data;
				crystal.blobs = blobs;
				return moves(crystal, state, 'taken back: box corrected by hand', then, { ...stat, used: crystal.stat.used });
			},
		},
	};
}

/** The box a person would correct: the first place of a template, the box of a reader. */
export function boxOf(crystal: Crystal): Box | undefined {
	if (crystal.kind === 'template') return (crystal as TemplateCrystal).data.places[0];
	return crystal.kind === 'region' ? (crystal as RegionCrystal).data.box : undefined;
}

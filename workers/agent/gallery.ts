// The gallery's side of the agent: what a person sees of a crystal, tries out on kept frames, and changes by hand. Every change is
// stored, told, and written into the ledger; the newest can be taken back, one after the other.
import { encodePng } from '../../src/adapters/png.ts';
import {
	approveByHand,
	renameByHand,
	type ByHand,
	correctByHand,
	cutByHand,
	type HandAct,
	pinByHand,
	placeByHand,
	retireByHand,
	reviveByHand,
	thresholdByHand,
} from '../../src/core/crystals/by-hand.ts';
import { attitudeByHand } from '../../src/core/crystals/person/by-hand.ts';
import type { Person } from '../../src/core/crystals/person/schema.ts';
import { editQuest } from '../../src/core/crystals/quest/by-hand.ts';
import type { Quest } from '../../src/core/crystals/quest/schema.ts';
import type { Crystal, StateChange } from '../../src/core/crystals/crystal.ts';
import { hintOf, interpret, type Line, makeTextMemory, readRegion, textCrop } from '../../src/core/crystals/region/apply.ts';
import { type PutRight, valueFault } from '../../src/core/crystals/region/crystallise.ts';
import type { RegionCrystal } from '../../src/core/crystals/region/schema.ts';
import { editPhrase } from '../../src/core/crystals/phrase/by-hand.ts';
import type { Phrase } from '../../src/core/crystals/phrase/schema.ts';
import { type EditByHand, editRule } from '../../src/core/crystals/rule/by-hand.ts';
import type { RuleCheck } from '../../src/core/crystals/rule/check.ts';
import type { Rule } from '../../src/core/crystals/rule/schema.ts';
import { recogniseTemplate } from '../../src/core/crystals/template/apply.ts';
import type { TemplateCrystal } from '../../src/core/crystals/template/schema.ts';
import { type Box, clip, grow, iou } from '../../src/core/geometry.ts';
import { readLayout } from '../../src/core/layout/placement.ts';
import type { Ledger, LedgerEntry, StateEntry } from '../../src/core/ledger.ts';
import type { Matcher } from '../../src/core/perception/matcher.ts';
import type { KeptFrame } from '../../src/core/perception/memory.ts';
import { keepFrame, type PictureFrame } from '../../src/core/perception/pixels.ts';
import type { Cancel, Clock, Frame, TextReader } from '../../src/core/ports.ts';
import { sentenceOf } from './views.ts';
import type { GalleryView, ReadingView, RefusalView, StoredFrameView, ThresholdTrial } from '../agent.protocol.ts';
import type { AgentApi } from '../agent.protocol.ts';
import type { Profile } from '../../src/core/profile.ts';

/** A frame that was kept, or the one of this moment, of which nobody has said what is on it. */
type Listed = Pick<KeptFrame, 'frame' | 'screen'> & Partial<Pick<KeptFrame, 'names'>>;

export interface GalleryOptions {
	readonly crystals: ReadonlyMap<string, Crystal>;
	readonly ledger: Ledger;
	readonly clock: Clock;
	readonly reader: TextReader;
	/** The profile's. */
	readonly facts: Profile['facts'];
	readonly world?: () => Box | undefined;
	readonly matcher?: Matcher;
	/** What a rule written by hand may speak of. */
	readonly check: () => RuleCheck;
	/** What the game shows now; its buffers may be reused. */
	readonly live: () => Listed;
	/** Frames that a model explained, oldest first; their buffers are not reused. */
	readonly kept: () => readonly KeptFrame[];
	/** A crystal's state was changed by hand: the loop follows. */
	readonly moved: (crystal: Crystal, change: StateChange, hand: StateEntry['hand']) => void;
	readonly save: (crystal: Crystal) => Promise<unknown>;
	/** Why a person's act of this sort is not taken now; '' when it is. */
	readonly held?: (sort: 'correction' | 'approval', name: string) => string;
	/** Something in the gallery is new. */
	readonly onChange: () => void;
}

export type Gallery = Pick<
	AgentApi,
	| 'retireCrystal'
	| 'approveCrystal'
	| 'reviveCrystal'
	| 'pinCrystal'
	| 'editRule'
	| 'editQuest'
	| 'setAttitude'
	| 'editPhrase'
	| 'renameCrystal'
	| 'undoByHand'
	| 'storedFrames'
	| 'framePicture'
	| 'tryThreshold'
	| 'keepThreshold'
	| 'tryReader'
	| 'tryBox'
	| 'correctBox'
> & {
	/** Puts down what a person did elsewhere on the page, so that it can be taken back here like all the rest. */
	put(done: ByHand): Promise<string>;
	/** Approves a crystal as the person always does: nothing that they did now, so there is nothing to take back. */
	approveAsAlways(id: string): Promise<void>;
	/** Keeps a template at these places. */
	keepPlaces(id: string, places: readonly Box[]): Promise<string>;
	/** Listens to the ledger for what was refused. */
	note(entry: LedgerEntry): void;
	readonly view: GalleryView;
	/** That part of the newest stored frame. */
	picture(box: Box): Promise<Uint8Array | undefined>;
	/** A stored frame on which something still looks like this at this very place. */
	lookalike(crystal: TemplateCrystal): Promise<Uint8Array | undefined>;
};

const REFUSALS_MAX = 60;
/** Reading a line takes some 50 ms; a person looks at a handful. */
const READINGS_MAX = 8;
const PICTURE_PAD = 6;
const GONE = 'It is not among the crystals of this game and window size any more.';
const NEVER: Cancel = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };

export function makeGallery(o: GalleryOptions): Gallery {
	const acts: HandAct[] = [];
	const refusals = new Map<string, RefusalView>();
	/** As listed last; ids go on rising, so an id of an older list is never another frame. */
	let frames = new Map<string, Listed>();
	let nextFrame = 1;
	const sight = (): { readonly world?: Box; readonly matcher?: Matcher } => {
		const world = o.world?.();
		return { ...(world === undefined ? {} : { world }), ...(o.matcher === undefined ? {} : { matcher: o.matcher }) };
	};

	async function perform(id: string, act: (crystal: Crystal) => ByHand): Promise<string> {
		const crystal = o.crystals.get(id);
		if (crystal === undefined) return GONE;
		return put(act(crystal));
	}

	async function put(done: ByHand): Promise<string> {
		if (!done.ok) return sentenceOf(done.why);
		acts.push(done.act);
		const { what, crystal, said, before, after, change } = done.act;
		o.ledger.append({ type: 'intervention', what, detail: `${crystal.kind}: ${said}`, crystal: crystal.id, before, after });
		await settle(crystal, change, 'act');
		return '';
	}

	async function settle(crystal: Crystal, change: StateChange | undefined, hand?: StateEntry['hand']): Promise<void> {
		if (change !== undefined) o.moved(crystal, change, hand);
		await o.save(crystal);
		o.onChange();
	}

	async function undoByHand(): Promise<string> {
		const act = acts.pop();
		if (act === undefined) return 'There is nothing to take back.';
		const { crystal, said, before, after } = act;
		if (o.crystals.get(crystal.id) !== crystal) {
			o.onChange();
			return `"${crystal.name}" belongs to another size of the window; it stays as it is.`;
		}
		const at = o.clock.now();
		const change = act.takeBack(at);
		o.ledger.append({
			type: 'intervention',
			what: 'undo',
			detail: `taken back: ${said}`,
			crystal: crystal.id,
			before: after,
			after: before,
		});
		for (const one of act.along ?? []) {
			const also = o.crystals.get(one.crystal.id) === one.crystal ? one.takeBack(at) : undefined;
			if (also !== undefined) o.moved(one.crystal, also, 'undo');
		}
		await Promise.all((act.along ?? []).map((one) => o.save(one.crystal)));
		await settle(crystal, change, 'undo');
		return '';
	}

	function list(): readonly [string, Listed][] {
		const kept = [...o.kept()].reverse();
		const live = o.live();
		const all: readonly Listed[] = [{ ...live, frame: keepFrame(live.frame) }, ...kept];
		frames = new Map(all.map((frame) => [`f${nextFrame++}`, frame]));
		return [...frames];
	}

	const listed = (): readonly [string, Listed][] => (frames.size === 0 ? list() : [...frames]);

	/** Frames carry the clock of durations; a person reads the other one. */
	const takenAt = (frame: Frame): number => o.clock.now() - (o.clock.monotonic() - frame.at);

	function templateOf(id: string): TemplateCrystal | undefined {
		const crystal = o.crystals.get(id);
		return crystal?.kind === 'template' ? (crystal as TemplateCrystal) : undefined;
	}

	function fits(crystal: Crystal, { frame }: Listed): boolean {
		const layout = readLayout(crystal.scope.layout);
		return layout?.width === frame.width && layout.height === frame.height;
	}

	function recognised(frame: Frame, element: string) {
		for (const crystal of o.crystals.values()) {
			if (crystal.kind !== 'template' || crystal.state === 'retired' || crystal.state === 'quarantined') continue;
			if ((crystal as TemplateCrystal).data.element === element) return recogniseTemplate(crystal as TemplateCrystal, frame, sight());
		}
		return undefined;
	}

	function cut(crystal: Crystal, kept: Listed, box: Box) {
		return cutByHand(crystal, kept.frame, box, {
			others: [...o.crystals.values()].filter((c) => c.state !== 'retired'),
			...sight(),
			kept: o.kept(),
		});
	}

	async function lineIn(data: RegionCrystal['data'], frame: Frame, box: Box): Promise<Line | undefined> {
		const crop = textCrop(box, frame);
		return crop && (await o.reader.readLine(crop, NEVER, undefined, hintOf(data)).catch(() => undefined));
	}

	/** What is read in that box and what the person says it is; or why that cannot be. */
	async function readsAs({ data }: RegionCrystal, { frame }: Listed, box: Box, says: string): Promise<PutRight['told'] | string> {
		const value = data.reader === 'number' ? Number(says.replace(',', '.')) : says;
		if (Number.isNaN(value)) return `"${says}" is no number`;
		const wanted = o.facts.find(({ name }) => name === data.fact);
		const wrong = wanted && valueFault(wanted, value);
		if (wrong !== undefined) return wrong;
		const line = await lineIn(data, frame, box);
		return line === undefined ? 'its text could not be read there' : { line, value };
	}

	return {
		retireCrystal: (id) => perform(id, (crystal) => retireByHand(crystal, o.clock.now())),
		approveCrystal: (id) =>
			perform(id, (crystal) => {
				const why = o.held?.('approval', crystal.name) ?? '';
				return why === '' ? approveByHand(crystal, o.clock.now()) : { ok: false, why };
			}),
		async approveAsAlways(id) {
			const crystal = o.crystals.get(id);
			if (crystal === undefined) return;
			const done = approveByHand(crystal, o.clock.now(), 'approved as a person always does');
			if (done.ok) await settle(crystal, done.act.change);
		},
		keepPlaces: (id, places) => perform(id, (crystal) => placeByHand(crystal, places, o.clock.now())),
		reviveCrystal: (id) => perform(id, (crystal) => reviveByHand(crystal, o.clock.now())),
		pinCrystal: (id, on) => perform(id, (crystal) => pinByHand(crystal, on, o.clock.now())),
		async editRule(id, text) {
			const crystal = o.crystals.get(id);
			if (crystal?.kind !== 'rule') return { ok: false, why: GONE };
			const done: EditByHand = editRule(crystal as Rule, text, o.check(), o.clock.now());
			if (!done.ok) return { ...done, why: sentenceOf(done.why) };
			await put(done);
			return { ok: true };
		},
		editQuest: (id, said) =>
			perform(id, (crystal) =>
				crystal.kind === 'quest' ? editQuest(crystal as Quest, said, o.clock.now()) : { ok: false, why: `a ${crystal.kind} is no quest` },
			),
		setAttitude: (id, attitude) =>
			perform(id, (crystal) =>
				crystal.kind === 'person'
					? attitudeByHand(crystal as Person, attitude, o.clock.now())
					: { ok: false, why: `a ${crystal.kind} has no attitude` },
			),
		editPhrase: (id, text) =>
			perform(id, (crystal) =>
				crystal.kind === 'phrase' ? editPhrase(crystal as Phrase, text, o.clock.now()) : { ok: false, why: 'it is no phrase' },
			),
		renameCrystal: (id, name) => perform(id, (crystal) => renameByHand(crystal, name, o.clock.now(), [...o.crystals.values()])),
		keepThreshold: (id, threshold) => perform(id, (crystal) => thresholdByHand(crystal, threshold)),
		undoByHand,
		put,
		async storedFrames() {
			return list().map(
				([id, { frame, screen }], i): StoredFrameView => ({
					id,
					at: takenAt(frame),
					screen,
					width: frame.width,
					height: frame.height,
					live: i === 0,
				}),
			);
		},
		async framePicture(id, part) {
			const kept = frames.get(id);
			if (kept === undefined) return undefined;
			return part === undefined ? encodePng(kept.frame as PictureFrame) : around(kept.frame, part);
		},
		async tryThreshold(id, threshold) {
			const crystal = templateOf(id);
			if (crystal === undefined) return [];
			const probe: TemplateCrystal = { ...crystal, data: { ...crystal.data, threshold } };
			const out: ThresholdTrial[] = [];
			for (const [name, kept] of listed()) {
				if (!fits(crystal, kept)) continue;
				const seen = recogniseTemplate(probe, kept.frame, sight());
				const box = seen.hit ? seen.places[0]?.box : (crystal.data.places[0] as Box | undefined);
				out.push({
					frame: name,
					score: seen.hit ? (seen.places[0]?.score ?? 1) : seen.best,
					hit: seen.hit,
					named: kept.names === undefined ? null : kept.names.has(crystal.data.element),
					...(box === undefined ? {} : { box }),
					why: seen.hit ? '' : seen.reason,
				});
				await breath();
			}
			return out;
		},
		async tryReader(id) {
			const crystal = o.crystals.get(id);
			if (crystal?.kind !== 'region') return [];
			const region = crystal as RegionCrystal;
			const out: ReadingView[] = [];
			for (const [name, kept] of listed()
				.filter(([, k]) => fits(region, k))
				.slice(0, READINGS_MAX)) {
				const seen = { recognised: (element: string) => recognised(kept.frame, element) };
				const reading = await readRegion(region, kept.frame, makeTextMemory(), seen, o.reader, NEVER);
				out.push({
					frame: name,
					at: takenAt(kept.frame),
					value: reading.hit ? String(reading.value) : '',
					why: reading.hit ? '' : reading.reason,
				});
			}
			return out;
		},
		async tryBox(id, name, box) {
			const crystal = o.crystals.get(id);
			const kept = frames.get(name);
			if (crystal === undefined || kept === undefined) return { ok: false, why: 'That frame is not kept any more; choose another.' };
			const found = cut(crystal, kept, box);
			if (!found.ok) return { ok: false, why: sentenceOf(found.why) };
			const png = await encodePng(kept.frame as PictureFrame, found.box);
			if (crystal.kind !== 'region') return { ok: true, box: found.box, png };
			const { data } = crystal as RegionCrystal;
			const reads = await lineIn(data, kept.frame, found.box);
			if (reads === undefined) return { ok: true, box: found.box, png };
			const said = interpret(data, reads);
			return { ok: true, box: found.box, png, reads: reads.text, value: said.hit ? String(said.value) : reads.text.trim() };
		},
		async correctBox(id, name, box, says) {
			const kept = frames.get(name);
			if (kept === undefined) return 'That frame is not kept any more; choose another.';
			const region = o.crystals.get(id);
			const text = says?.trim() ?? '';
			const told = region?.kind === 'region' && text !== '' ? await readsAs(region as RegionCrystal, kept, box, text) : undefined;
			if (typeof told === 'string') return sentenceOf(told);
			return perform(id, (crystal) => {
				const why = o.held?.('correction', crystal.name) ?? '';
				if (why !== '') return { ok: false, why };
				const found = cut(crystal, kept, box);
				return found.ok ? correctByHand(crystal, found, o.clock.now(), told) : found;
			});
		},
		note(entry) {
			if (entry.type !== 'question' || entry.refused === undefined) return;
			for (const { what, why } of entry.refused) {
				const times = (refusals.get(what)?.times ?? 0) + 1;
				// The newest last, so that the oldest goes first.
				refusals.delete(what);
				refusals.set(what, { what, why, times, at: entry.at, entry: entry.n, model: entry.model });
			}
			for (const what of refusals.keys()) {
				if (refusals.size <= REFUSALS_MAX) break;
				refusals.delete(what);
			}
			o.onChange();
		},
		get view() {
			return { undo: acts.at(-1)?.said ?? '', undoable: acts.length, refused: [...refusals.values()].reverse() };
		},
		async picture(box) {
			const [, kept] = listed()[0] ?? [];
			return kept === undefined ? undefined : around(kept.frame, box);
		},
		async lookalike(crystal) {
			const { lookalike } = crystal.data;
			if (lookalike === undefined) return undefined;
			const near = lookalike.box as Box;
			const probe: TemplateCrystal = {
				...crystal,
				data: { ...crystal.data, fixed: true, places: [[...lookalike.box]], threshold: lookalike.score - 0.05 },
			};
			for (const [, kept] of listed()) {
				if (!fits(crystal, kept)) continue;
				const seen = recogniseTemplate(probe, kept.frame, {});
				if (seen.hit && seen.places.some((place) => iou(place.box, near) > 0.5)) return around(kept.frame, near);
			}
			return undefined;
		},
	};
}

/** Play goes on between two frames that are tried. */
function breath(): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve));
}

async function around(frame: Frame, box: Box): Promise<Uint8Array | undefined> {
	const part = clip(grow(box, PICTURE_PAD), frame);
	return part === undefined ? undefined : encodePng(frame as PictureFrame, part);
}

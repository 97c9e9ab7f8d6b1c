// Perception by crystals: which screen is this, what stands where, what do the facts read. And the other way: a model's answer
// becomes templates, regions and a screen, and labels what was known before.
import type { Attempt, Receipt } from '../cascade.ts';
import { type Crystal, isYoung, type Provenance, type Refusal, type Residue } from '../crystals/crystal.ts';
import { checked, ladderOf, rankOf, recheckRate, RELEARN_GAP_MS } from '../crystals/ladder.ts';
import { applyStep, type LifeEvent, live, used } from '../crystals/lifecycle.ts';
import { makeTextMemory, type Reading, readRegion, UNCERTAIN } from '../crystals/region/apply.ts';
import { finishRegions, planRegions } from '../crystals/region/crystallise.ts';
import { isTextual, type RegionCrystal } from '../crystals/region/schema.ts';
import { isPart, recogniseScreen, type ScreenGuess } from '../crystals/screen/apply.ts';
import { crystalliseScreen } from '../crystals/screen/crystallise.ts';
import type { ScreenCrystal } from '../crystals/screen/schema.ts';
import {
	answersBehind,
	CHROMA_MIN,
	type Found,
	isDoubtful,
	isUnplaced,
	LOOK_SECONDED,
	patchesOf,
	recogniseAgain,
	type Recognition,
	type Recognitions,
} from '../crystals/template/apply.ts';
import { giveMask, makeSightings, noteScore } from '../crystals/template/learn.ts';
import { crystalliseTemplates } from '../crystals/template/crystallise.ts';
import type { TemplateCrystal } from '../crystals/template/schema.ts';
import { makeTrials, TRIAL_APART_MS, TRIAL_FRAMES } from '../crystals/template/trial.ts';
import { type Box, grow, iou, overlap } from '../geometry.ts';
import { type BoxFormat, readBox } from '../perception/boxes.ts';
import { changedIn, changedShare, compareTiles, makeChangeTracker, TILE, type TileGrid } from '../perception/change.ts';
import { isApart } from '../perception/match.ts';
import { type Matcher, plainMatcher } from '../perception/matcher.ts';
import { type FrameMemory, type KeptFrame, makeFrameMemory } from '../perception/memory.ts';
import { hashLuma } from '../perception/pixels.ts';
import type { Cancel, Frame, Random, TextReader } from '../ports.ts';
import type { FactWanted } from '../profile.ts';
import type { FactValue, PerceptionAnswer } from '../question.ts';
import { type Desk, provenanceOf } from './desk.ts';
import { type Channel, type Evidence, mayAim } from './evidence.ts';
import { type Entry, type Eyes, isPassage, type Look } from './loop.ts';
import { makeNewness, type Newness } from './newness.ts';
import type { Sight } from './situation.ts';
import { makeWitnesses } from './witness.ts';

export interface EyesOptions extends Desk {
	readonly reader: TextReader;
	/** What compares pixels; plain typed arrays unless given. */
	readonly matcher?: Matcher;
	/** Draws which answers are re-checked; all that may be unless given. */
	readonly random?: Random;
	/** Frames that were explained, to learn from; one of its own unless given. */
	readonly memory?: FrameMemory;
	/** Whether the game's window is in front; undefined when nobody can tell. */
	readonly focused?: () => boolean | undefined;
	/** Which pixels of an element are the element: one byte a pixel, 0 = ground. Absent or undefined: not learnt. */
	readonly learnMask?: (seen: {
		readonly width: number;
		readonly height: number;
		readonly lumas: readonly Uint8Array[];
	}) => Promise<Uint8Array | undefined>;
}

interface Seen extends Look {
	readonly guess: ScreenGuess;
	/** Something that moves was there a moment ago. */
	readonly wavering: boolean;
	readonly recognitions: ReadonlyMap<string, Recognition>;
	readonly readings: ReadonlyMap<string, Reading>;
	readonly tiles: TileGrid;
	/** What the crystals explain, and what stands there besides; absent where the screen is not known. */
	readonly explained: readonly Box[];
	readonly newness?: Newness;
}

/** More than this share of the tiles outside the world, changed from one frame to the next, is a transition. */
const MOVING_SHARE = 0.08;
/** The same for games whose profile names no world. */
const MOVING_SHARE_ANYWHERE = 0.3;
/** Crystals in shadow are held against a model at most this often. */
const SHADOW_GAP_MS = 1200;
/** Samples must differ: at most one such label in ten seconds (reliability.md §6). */
const VOUCH_GAP_MS = 10_000;
/** A thing that moves is believed gone when it was not found for so long. */
const GONE_MS = 400;
/** In a crowd something is always missed for a moment; an act waits no longer than this for it. */
const WAVERS_MS = 1200;
/** A trusted element that is not in its place is covered by something in passing, until it was missed for so long. */
const MISSED_MS = 1000;
/** A model's box for an element means the crystal's place, however roughly drawn. */
const SAME_SPOT_IOU = 0.3;
/** Share of all tiles that change when another room or screen is shown. */
const ALL_CHANGED = 0.4;
/** Of the templates that were brought from elsewhere and have no place here yet, so many are searched for in one look, and no more
 *  than fit into so many searched pixels: hundreds of them would take seconds. One always is. */
const UNPLACED_A_LOOK = 3;
const UNPLACED_PIXELS = 1_000_000;
/** Share of a screen's confirmations in which a fact was read, from which on it is expected there. */
const EXPECTED = 0.9;

export function makeEyes(o: EyesOptions): Eyes {
	const { scope, profile, crystals, clock } = o;
	const matcher = o.matcher ?? plainMatcher;
	const tracker = makeChangeTracker(matcher.hashTiles);
	const recognitions: Recognitions = new Map();
	const texts = makeTextMemory(o.save);
	const foundAgain = new Map<string, { count: number; at: number }>();
	const sightingsOf = makeSightings();
	const memory = o.memory ?? makeFrameMemory();
	const trials = makeTrials();
	/** The picture that a template in trial was learnt from. */
	const learntIn = new Map<string, TileGrid>();
	const vouchedAt = new Map<string, number>();
	const waversSince = new Map<string, number>();
	/** Trusted elements that are not in their place: since when, and how often a model was asked about it. */
	const missed = new Map<string, { since: number; asks: number; askAt: number }>();
	const counts = new Map<string, { readonly count: number; readonly at: number }[]>();
	let askedAt = -Infinity;
	const world = profile.world === undefined ? undefined : (profile.world as Box);
	const newnessOf = makeNewness(world);
	const witnesses = makeWitnesses();
	/** Ids of unplaced templates in the order in which they are searched for next, and which were since the picture changed. */
	let turns: string[] = [];
	const searched = new Set<string>();

	function of<C extends Crystal>(kind: C['kind']): C[] {
		return [...crystals.values()].filter((c): c is C => c.kind === kind && c.state !== 'retired');
	}
	const templates = (): TemplateCrystal[] => of<TemplateCrystal>('template');
	const regions = (): RegionCrystal[] => of<RegionCrystal>('region');
	const screens = (): ScreenCrystal[] => of<ScreenCrystal>('screen');

	function happen(crystal: Crystal, event: LifeEvent): void {
		const step = live(crystal, event, clock.now());
		applyStep(crystal, step);
		o.save(crystal);
		if (step.change !== undefined) o.changed(crystal, step.change);
	}

	/** Which of the unplaced templates are looked for in this look: those in sight, and the next few others in turn, until all were
	 *  looked for in a picture that rests. What is waited for goes first. */
	function dueUnplaced(changed: boolean, first: readonly string[]): ReadonlySet<string> {
		const all = new Set(templates().flatMap((t) => (isUnplaced(t) ? [t.id] : [])));
		const known = new Set(turns);
		turns = [...turns.filter((id) => all.has(id)), ...[...all].filter((id) => !known.has(id))];
		if (changed) searched.clear();
		if (first.length > 0) {
			const wanted = new Set(first);
			const goesFirst = (id: string): boolean => wanted.has(`sees.${(crystals.get(id) as TemplateCrystal).data.element}`);
			turns = [...turns.filter(goesFirst), ...turns.filter((id) => !goesFirst(id))];
		}
		const inSight = turns.filter((id) => recognitions.get(id)?.hit === true);
		const waiting = turns.filter((id) => !searched.has(id) && !inSight.includes(id)).slice(0, UNPLACED_A_LOOK);
		let pixels = 0;
		const next = waiting.filter((id) => {
			const { roi, exemplars } = (crystals.get(id) as TemplateCrystal).data;
			const before = pixels;
			pixels += roi === undefined ? 0 : roi[2] * roi[3] * exemplars.length;
			return before === 0 || pixels <= UNPLACED_PIXELS;
		});
		for (const id of next) searched.add(id);
		turns = [...turns.filter((id) => !next.includes(id)), ...next];
		return new Set([...inSight, ...next]);
	}

	/** A crystal in trial that shows again on later frames has proved that it is no accident of one. */
	function foundIt(crystal: Crystal): void {
		if (crystal.state !== 'trial') return;
		const now = clock.monotonic();
		const seen = foundAgain.get(crystal.id) ?? { count: 0, at: -Infinity };
		if (now - seen.at >= TRIAL_APART_MS) {
			seen.count++;
			seen.at = now;
		}
		foundAgain.set(crystal.id, seen);
		if (seen.count >= TRIAL_FRAMES) {
			foundAgain.delete(crystal.id);
			happen(crystal, { type: 'admitted' });
		}
	}

	/** Three later frames decide about a template in trial; while the picture is the one it was learnt from, a miss counts too. */
	function tryOut(
		crystal: TemplateCrystal,
		frame: Frame,
		found: ReadonlyMap<string, Recognition>,
		tiles: TileGrid,
		guess: ScreenGuess,
	): void {
		const recognition = found.get(crystal.id);
		if (recognition === undefined) return;
		const then = learntIn.get(crystal.id);
		const same =
			then !== undefined &&
			isSamePicture(tiles, then, frame) &&
			// A panel inside the world closes without anything outside moving: then what is known of the screen, what was learnt
			// with the element, or what surrounds it is gone too.
			(guess.outcome === 'unknown' || crystal.data.screens[guess.screen] !== undefined) &&
			!wentWithOthers(crystal, found) &&
			surroundingsRest(crystal, tiles, then);
		const verdict = trials.see(crystal, frame, recognition, same, clock.monotonic());
		if (verdict === undefined) return;
		if (verdict.is === 'masked') return o.save(crystal);
		learntIn.delete(crystal.id);
		if (verdict.is === 'found') return happen(crystal, { type: 'admitted' });
		crystal.data = { ...crystal.data, refusedWhy: verdict.why };
		happen(crystal, { type: 'taken-back', why: verdict.why });
	}

	/** Nothing that the same answer named and that is in trial too is found. */
	function wentWithOthers(crystal: TemplateCrystal, found: ReadonlyMap<string, Recognition>): boolean {
		const others = templates().filter(
			(t) => t.id !== crystal.id && t.state === 'trial' && t.data.fixed && t.provenance.entry === crystal.provenance.entry,
		);
		return others.length > 0 && others.every((t) => found.get(t.id)?.hit !== true);
	}

	function surroundingsRest(crystal: TemplateCrystal, now: TileGrid, then: TileGrid): boolean {
		const map = compareTiles(now, then);
		return crystal.data.places.every((place) => changedShare(map, grow(place as Box, 2 * TILE), place as Box) <= MOVING_SHARE_ANYWHERE);
	}

	function isSamePicture(now: TileGrid, then: TileGrid, frame: Frame): boolean {
		const map = compareTiles(now, then);
		if (map.fresh) return false;
		return world === undefined
			? map.share <= MOVING_SHARE_ANYWHERE
			: changedShare(map, [0, 0, frame.width, frame.height], world) <= MOVING_SHARE;
	}

	function tell(crystal: Crystal, harmful: boolean, because: string, episode: string): void {
		const session = o.session === undefined ? {} : { session: o.session };
		happen(crystal, { type: 'label', harmful, because, context: { episode, at: clock.now(), ...session } });
	}

	/** A model's answer agreed with it at least once, and none spoke against it since: what one answer made may be one answer's lie. */
	function agreed(crystal: Crystal): boolean {
		return crystal.stat.k > 0 && crystal.stat.last.at(-1) !== true;
	}

	/** Trusted elements say which screen this is; an element of it that stands in its place, or does not, is judged by them, without
	 *  a model. One that is trusted itself is re-checked so at its rate. */
	function vouch(crystal: TemplateCrystal, screen: string, holds = true): void {
		const now = clock.monotonic();
		if (now - (vouchedAt.get(crystal.id) ?? -Infinity) < VOUCH_GAP_MS) return;
		vouchedAt.set(crystal.id, now);
		if (holds && crystal.state === 'autonomous') {
			if ((o.random?.next() ?? 0) >= recheckRate(crystal.stat, clock.now())) return;
			crystal.stat = checked(crystal.stat, clock.now());
		}
		const because = `${holds ? 'stands' : 'does not stand'} in its place on "${screen}", which other elements vouch for`;
		tell(crystal, !holds, because, `vouched ${screen}`);
	}

	/** A moving thing takes its ground with it into the picture it was learnt from. Seen on other ground often enough, the
	 *  pixels that change are told from those that are the thing. */
	function observe(crystal: TemplateCrystal, frame: Frame, recognition: Recognition): void {
		const first = crystal.data.exemplars[0];
		if (o.learnMask === undefined || crystal.data.fixed || !recognition.hit || recognition.rested || first?.mask !== undefined) return;
		for (const place of recognition.places) if (place.exemplar === 0) sightingsOf.see(crystal.id, frame, place.box);
		const seen = sightingsOf.take(crystal.id);
		if (seen === undefined) return;
		void o.learnMask(seen).then((mask) => {
			if (mask !== undefined && giveMask(crystal, 0, mask).ok) o.save(crystal);
		});
	}

	/** True while something that was there a moment ago is not found: a thing in mid-stride is missed now and then, and one that
	 *  is gone stays gone. When the whole picture changes, as from room to room, everything is gone at once. */
	function wavers(id: string, recognition: Recognition, share: number): boolean {
		const now = clock.monotonic();
		const before = share > ALL_CHANGED ? [] : (counts.get(id) ?? []).filter((c) => now - c.at <= GONE_MS);
		const count = recognition.hit ? recognition.places.length : 0;
		counts.set(id, [...before, { count, at: now }]);
		return before.some((c) => c.count > count);
	}

	/**
	 * What the templates of one element show, merged: each instance once, and what is not trusted only where nothing is.
	 *
	 * @param sure  for a reader that is acted on: what is not trusted makes it unknown
	 */
	function recognised(found: ReadonlyMap<string, Recognition>, element: string, sure: boolean): Recognition | undefined {
		const own = templates().filter((c) => c.data.element === element && c.state !== 'quarantined' && found.has(c.id));
		const trusted = own.filter((c) => c.state === 'autonomous');
		if (sure && (trusted.length === 0 || trusted.some((c) => hasDoubtful(c, found.get(c.id) as Recognition)))) return undefined;
		let best: Recognition | undefined;
		for (const crystal of trusted.length > 0 ? trusted : own) {
			const one = found.get(crystal.id) as Recognition;
			if (best === undefined || (one.hit && !best.hit)) best = one;
			else if (one.hit && best.hit) best = { ...best, places: eachOnce([...best.places, ...one.places]) };
			else if (!one.hit && !best.hit && one.best > best.best) best = one;
		}
		return best;
	}

	async function look(frame: Frame, cancel: Cancel, first: readonly string[] = []): Promise<Seen> {
		const map = tracker.update(frame);
		const tiles = tracker.snapshot() as TileGrid;
		const found = new Map<string, Recognition>();
		let sights: Sight[] = [];
		const sightings = [];
		newnessOf.see(tiles, clock.monotonic());
		const unsure: string[] = [];
		const wavering = new Set<string>();
		const due = dueUnplaced(map.changed > 0, first);
		for (const crystal of templates()) {
			const unplaced = isUnplaced(crystal);
			if (crystal.state === 'quarantined' || (unplaced && !due.has(crystal.id))) {
				// Its last answer would be stale when its turn comes.
				recognitions.delete(crystal.id);
				continue;
			}
			const recognition = recogniseAgain(crystal, frame, map, recognitions, {
				matcher,
				...(world === undefined ? {} : { world }),
			});
			found.set(crystal.id, recognition);
			if (noteScore(crystal, recognition, clock.now())) o.save(crystal);
			if (!crystal.data.fixed && !unplaced && wavers(crystal.id, recognition, map.share)) wavering.add(crystal.data.element);
			const { element, elementKind, fixed, screens: on } = crystal.data;
			sightings.push({
				element,
				trusted: crystal.state === 'autonomous',
				found: recognition.hit,
				fixed: fixed && tells(crystal),
				screens: on,
			});
			if (!recognition.hit) {
				if (recognition.best >= UNCERTAIN && !unplaced) unsure.push(element);
				continue;
			}
			observe(crystal, frame, recognition);
			for (const place of recognition.places) {
				const trusted = crystal.state === 'autonomous' && !isDoubtful(crystal, place);
				sights.push({
					name: element,
					kind: elementKind,
					box: place.box,
					score: place.score,
					by: 'crystal',
					crystal: crystal.id,
					trusted,
					fixed,
					answers: answersBehind(crystal, place),
				});
			}
		}
		const explained = sights.map((s) => s.box);
		// Where a trusted crystal finds an element, a candidate's word for another place is not worth an act.
		const sure = new Set(sights.flatMap((s) => (s.trusted === true ? [s.name] : [])));
		sights = sights.filter((s) => s.trusted === true || !sure.has(s.name));
		const guess = recogniseScreen(
			screens().map((s) => s.data.slug),
			mergeSightings(sightings),
		);
		for (const crystal of templates()) if (crystal.state === 'trial') tryOut(crystal, frame, found, tiles, guess);
		const readings = new Map<string, Reading>();
		const facts: Record<string, FactValue> = {};
		if (guess.outcome !== 'unknown') {
			for (const region of regions()) {
				if (region.state === 'quarantined' || (region.data.screens[guess.screen]?.seen ?? 0) === 0) continue;
				const reading = await readRegion(
					region,
					frame,
					texts,
					{
						screen: guess.screen,
						tiles,
						recognised: (element) => (wavering.has(element) ? undefined : recognised(found, element, region.state === 'autonomous')),
					},
					o.reader,
					cancel,
				);
				readings.set(region.id, reading);
				if (!reading.hit) continue;
				foundIt(region);
				// What is not trusted yet may not overrule a model, nor be acted on.
				if (region.state === 'autonomous') facts[region.data.fact] = reading.value;
			}
		}
		const moving =
			!map.fresh &&
			(world === undefined
				? map.share > MOVING_SHARE_ANYWHERE
				: changedShare(map, [0, 0, frame.width, frame.height], world) > MOVING_SHARE);
		const screen = guess.outcome === 'known' ? screens().find((s) => s.data.slug === guess.screen) : undefined;
		const newness =
			screen === undefined ? undefined : newnessOf.measure(screen, [...explained, ...readerBoxes(screen.data.slug)], clock.monotonic());
		return {
			frame,
			changed: map.changed > 0,
			moving,
			sights,
			// What is missing may be covered, or gone with its screen: nothing is acted on before that is known.
			settling: settles(new Set([...wavering, ...(guess.outcome === 'known' ? guess.missing : [])])),
			wavering: [...wavering].some((name) => clock.monotonic() - (waversSince.get(name) ?? 0) < WAVERS_MS),
			explained,
			...(newness === undefined
				? {}
				: {
						newness,
						unexplained: { outside: newness.outside.block, inside: newness.inside.block, level: newness.levels.outside.block },
					}),
			unsure: [...unsure, ...wavering].filter((name) => !sights.some((s) => s.name === name)),
			facts,
			guess,
			recognitions: found,
			readings,
			tiles,
		};
	}

	/** Whether to wait for what wavers. */
	function settles(wavering: ReadonlySet<string>): boolean {
		const now = clock.monotonic();
		for (const name of waversSince.keys()) if (!wavering.has(name)) waversSince.delete(name);
		for (const name of wavering) if (!waversSince.has(name)) waversSince.set(name, now);
		return [...waversSince.values()].some((since) => now - since < WAVERS_MS);
	}

	function readerBoxes(screen: string): Box[] {
		return regions().flatMap((r) => (r.data.box !== undefined && (r.data.screens[screen]?.seen ?? 0) > 0 ? [r.data.box as Box] : []));
	}

	function attempt(
		seen: Look,
		entry: Entry | undefined,
		doubt: { reason: Extract<Attempt<PerceptionAnswer>, { outcome: 'miss' }>['reason']; detail: string } | undefined,
	): Attempt<PerceptionAnswer> {
		const now = seen as Seen;
		if (doubt !== undefined) return { outcome: 'miss', ...doubt };
		const { guess } = now;
		if (guess.outcome === 'unknown') return { outcome: 'miss', reason: guess.reason, detail: guess.why };
		if (guess.outcome === 'shadow') return { outcome: 'miss', reason: 'shadow', detail: guess.why };
		const { screen } = guess;
		const known = screens().find((s) => s.data.slug === screen);
		if (known === undefined) return { outcome: 'miss', reason: 'no-crystal', detail: `screen "${screen}" has no crystal` };
		if (entry !== undefined && !isPassage(entry, screen) && (known.data.entries[entry.key] ?? 0) === 0) {
			return { outcome: 'miss', reason: 'unverified-transition', detail: `"${entry.key}" was never seen to lead to "${screen}"` };
		}
		const answering: string[] = [];
		const facts: { name: string; value: FactValue }[] = [];
		const shadow: string[] = [];
		for (const region of regions()) {
			const on = region.data.screens[screen];
			const reading = now.readings.get(region.id);
			if (on === undefined || reading === undefined) continue;
			if (reading.hit) {
				if (region.state === 'autonomous') {
					facts.push({ name: region.data.fact, value: reading.value });
					answering.push(region.id);
				} else if (region.state === 'shadow') shadow.push(`fact ${region.data.fact}`);
			} else if (
				(region.data.reader === 'number' || region.data.reader === 'enum') &&
				on.seen / Math.max(on.of, known.data.confirmed) >= EXPECTED
			) {
				return { outcome: 'miss', reason: 'stale', detail: `fact "${region.data.fact}": ${reading.reason}` };
			}
		}
		let gone: string | undefined;
		for (const crystal of templates()) {
			const recognition = now.recognitions.get(crystal.id);
			const part = crystal.data.fixed && isPart(crystal.data, screen);
			if (recognition?.hit !== true) {
				if (recognition !== undefined && part && tells(crystal) && crystal.state === 'autonomous') gone ??= miss(crystal, now);
				continue;
			}
			missed.delete(crystal.id);
			if (crystal.state === 'autonomous' && hasDoubtful(crystal, recognition)) shadow.push(crystal.data.element);
			else if (crystal.state === 'autonomous') {
				answering.push(crystal.id);
				// It must not be one of the two that say which screen this is.
				if (part && guess.trusted > 2) vouch(crystal, screen);
			} else if (crystal.state !== 'shadow') continue;
			else if (part && agreed(crystal)) vouch(crystal, screen);
			// A model may have no name for it: nobody is asked for its sake alone.
			else if (isUnplaced(crystal)) continue;
			else shadow.push(crystal.data.element);
		}
		if (gone !== undefined) return { outcome: 'miss', reason: 'stale', detail: gone };
		if (shadow.length > 0 && clock.monotonic() - askedAt >= SHADOW_GAP_MS) {
			return {
				outcome: 'miss',
				reason: 'shadow',
				detail: `${shadow.slice(0, 4).join(', ')}${shadow.length > 4 ? '…' : ''} not trusted yet`,
			};
		}
		let besides = '';
		if (now.newness?.what !== undefined) {
			const wait = newnessOf.wait(screen, clock.monotonic());
			if (wait === 0) return { outcome: 'miss', reason: 'unexplained-change', detail: now.newness.what };
			besides = `; ${now.newness.what}: a model found nothing new in it, asked again in ${Math.ceil(wait / 1000)} s`;
		}
		const at = clock.now();
		for (const id of answering) {
			const crystal = crystals.get(id);
			if (crystal !== undefined) crystal.stat = used(crystal.stat, at);
		}
		return {
			outcome: 'hit',
			used: answering,
			why: `"${screen}" by ${guess.trusted} of its ${guess.required} elements${besides}`,
			answer: {
				screen,
				elements: now.sights.map((s) => ({
					name: s.name,
					kind: s.kind as PerceptionAnswer['elements'][number]['kind'],
					box: [s.box[0], s.box[1], s.box[2], s.box[3]],
					stable: true,
				})),
				facts,
			},
		};
	}

	/** What was learnt from a wrong answer never comes to agree with right ones: of a candidate that two of three answers contradict
	 *  nothing is lost, and the next answer learns it anew. */
	function takeBack(crystal: Crystal, why: string): void {
		if (isYoung(crystal) && crystal.stat.last.filter(Boolean).length >= 2)
			happen(crystal, { type: 'taken-back', why: `two of three answers contradict it: ${why}` });
	}

	/** A trusted element is not in its place although the screen is known. @returns what to ask, when it is time to */
	function miss(crystal: TemplateCrystal, seen: Seen): string | undefined {
		if (seen.guess.outcome !== 'known' || seen.guess.trusted < 2 || seen.moving || seen.wavering) return undefined;
		const { element } = crystal.data;
		const { screen } = seen.guess;
		// Another look of it is trusted and stands there: an element may have two.
		if (seen.sights.some((s) => s.name === element && s.trusted === true)) {
			missed.delete(crystal.id);
			return undefined;
		}
		const now = clock.monotonic();
		const before = missed.get(crystal.id) ?? { since: now, asks: 0, askAt: now + MISSED_MS };
		missed.set(crystal.id, before);
		if (now < before.askAt) return undefined;
		before.askAt = now + VOUCH_GAP_MS * 2 ** before.asks;
		// The first time a model says what it is about; what is missed again after that has drifted.
		if (before.asks++ > 0 && crystal.stat.last.at(-1) === true) {
			vouch(crystal, screen, false);
			if (crystals.get(crystal.id)?.state !== 'autonomous') missed.delete(crystal.id);
		}
		return `"${element}" is not in its place on "${screen}", which ${seen.guess.trusted} trusted elements vouch for`;
	}

	/** When the element was learnt anew last, milliseconds since 1970. */
	function relearntAt(element: string): number {
		return Math.max(
			-Infinity,
			...templates().flatMap((t) => (t.data.element === element && t.provenance.replaces !== undefined ? [t.createdAt] : [])),
		);
	}

	/** Why a model's box for an element is not learnt from. */
	function objection(seen: Seen, element: string, box: Box): string | undefined {
		const stands = seen.sights.find((s) => s.name === element && s.trusted === true && s.fixed === true);
		if (stands !== undefined && iou(stands.box, box) < SAME_SPOT_IOU)
			return `a trusted crystal finds it at [${stands.box.join(', ')}]: learnt elsewhere only once that one fails`;
		const minutes = (clock.now() - relearntAt(element)) / 60_000;
		return minutes * 60_000 < RELEARN_GAP_MS ? `it was learnt anew ${Math.round(minutes)} minutes ago` : undefined;
	}

	/** What speaks for a sight in the look it was found in. */
	function evidenceOf(seen: Seen, sight: Sight): Evidence {
		const channels: Channel[] = [];
		const crystal = sight.crystal === undefined ? undefined : (crystals.get(sight.crystal) as TemplateCrystal | undefined);
		if (crystal !== undefined) {
			channels.push('shape');
			const hues = patchesOf(crystal).flatMap((patch) =>
				patch.width === sight.box[2] && patch.height === sight.box[3] ? [matcher.chroma(seen.frame, patch, sight.box)] : [],
			);
			if (hues.some((hue) => hue !== undefined && hue >= CHROMA_MIN)) channels.push('colour');
			const { guess } = seen;
			if (crystal.data.fixed && guess.outcome === 'known' && isPart(crystal.data, guess.screen) && guess.trusted > 2)
				channels.push('neighbours');
		}
		const text = regions().some(
			(r) => r.state === 'autonomous' && isTextual(r.data.reader) && r.data.element === sight.name && seen.readings.get(r.id)?.hit === true,
		);
		if (text) channels.push('text');
		if (sight.told === true || crystal === undefined) channels.push('model');
		return {
			channels,
			score: sight.score,
			...(sight.answers === undefined ? {} : { answers: sight.answers }),
			...(crystal === undefined ? {} : { state: crystal.state, rank: rankOf(crystal.stat) }),
		};
	}

	/** Where elements stand by crystals that more than one answer is behind. */
	function seconded(seen: Seen): Map<string, Box[]> {
		const places = new Map<string, Box[]>();
		for (const crystal of templates()) {
			const recognition = seen.recognitions.get(crystal.id);
			if (crystal.state === 'quarantined' || isUnplaced(crystal) || recognition?.hit !== true) continue;
			const { element } = crystal.data;
			for (const place of recognition.places)
				if (answersBehind(crystal, place) >= LOOK_SECONDED) places.set(element, [...(places.get(element) ?? []), place.box]);
		}
		return places;
	}

	/** Whether a fact is read from the element itself: then it is no second witness of what was done to it. */
	function readFrom(fact: string, target: TemplateCrystal): boolean {
		const { element, places } = target.data;
		if (fact === `sees.${element}`) return true;
		return regions().some(
			(r) =>
				r.data.fact === fact &&
				(r.data.element === element || (r.data.box !== undefined && places.some((place) => overlap(place, r.data.box as Box) > 0))),
		);
	}

	async function crystallise(
		asked: Look,
		answer: PerceptionAnswer,
		receipt: Receipt,
		entry: Entry | undefined,
		visit: number,
	): Promise<Residue> {
		const seen = asked as Seen;
		askedAt = clock.monotonic();
		if (answer.screen === 'unknown') return { none: 'answer-unknown', detail: 'the model does not know this screen' };
		const provenance: Provenance = { ...provenanceOf(receipt, clock.now(), 'perception'), frameHash: hashLuma(seen.frame).toString(16) };
		const { boxFormat } = receipt.tier;
		const focused = o.focused?.();
		const shared = {
			scope,
			provenance,
			boxFormat,
			matcher,
			transition: seen.moving,
			...(focused === undefined ? {} : { focused }),
			newId: (name: string) => `${o.newId('crystal')}-${name}`,
		};
		const made: Crystal[] = [];
		const refused: Refusal[] = [];
		const labelled: string[] = [];
		const say = (crystal: Crystal | undefined, harmful: boolean, because: string): void => {
			if (crystal === undefined) return;
			labelled.push(crystal.id);
			tell(crystal, harmful, because, String(visit));
		};

		// What a text reader reads changes its looks: it is no template.
		const read = new Set(answer.facts.flatMap((f) => (f.element !== undefined && readsText(profile.facts, f.name) ? [f.element] : [])));
		const looks: PerceptionAnswer = { ...answer, elements: answer.elements.filter((e) => !read.has(e.name)) };
		// Of those without a place here only what is in sight: to search for all of them takes seconds.
		const before = templates().filter((t) => !isUnplaced(t) || seen.recognitions.get(t.id)?.hit === true);
		if (!seen.moving && focused !== false) memory.add(explained(answer, seen.frame, boxFormat));
		const harvest = crystalliseTemplates(looks, seen.frame, before, {
			...shared,
			...(world === undefined ? {} : { world }),
			objection: (element, box) => objection(seen, element, box),
			kept: memory.frames(),
			setAside: [...crystals.values()].filter((c): c is TemplateCrystal => c.kind === 'template' && c.state === 'retired'),
		});
		const known = screens().find((s) => s.data.slug === answer.screen);
		const confirmed = (known?.data.confirmed ?? 0) + 1;
		for (const crystal of harvest.made) {
			const old = before.findLast((t) => t.data.element === crystal.data.element && t.data.fixed === crystal.data.fixed);
			// It was not there in the earlier answers about this screen, so it is no fixed part of it; unless it is what another
			// crystal was before.
			crystal.data = { ...crystal.data, screens: old?.data.screens ?? { [answer.screen]: { seen: 1, of: confirmed } } };
			const version = old === undefined ? crystal : versionOf(crystal, old, before);
			learntIn.set(version.id, seen.tiles);
			made.push(version);
		}
		harvest.changed.forEach(o.save);
		refused.push(...harvest.refused);
		for (const label of harvest.labelled) {
			const crystal = crystals.get(label.id);
			say(crystal, label.harmful, label.detail);
			if (crystal === undefined || !label.harmful) continue;
			if (label.kind === 'disowned') happen(crystal, { type: 'taken-back', why: label.detail });
			else if ((crystal as TemplateCrystal).data.fixed) takeBack(crystal, label.detail);
		}
		// A trusted crystal that does not find what the answer names in the same picture missed it.
		const judged = new Set(harvest.labelled.map((l) => l.id));
		for (const crystal of seen.moving ? [] : before) {
			const { element, fixed } = crystal.data;
			if (crystal.state !== 'autonomous' || !fixed || !tells(crystal) || judged.has(crystal.id) || !isPart(crystal.data, answer.screen))
				continue;
			if (seen.recognitions.get(crystal.id)?.hit !== false || seen.sights.some((s) => s.name === element && s.trusted === true)) continue;
			if (looks.elements.some((e) => e.name === element)) say(crystal, true, `"${element}" was named and not found in its place`);
		}

		const plan = planRegions(answer, seen.frame, regions(), {
			...shared,
			facts: profile.facts,
			...(profile.charset === undefined ? {} : { charset: profile.charset }),
		});
		const texts = new Map<string, { text: string; confidence: number }>();
		const never: Cancel = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };
		for (const [key, crop] of plan.crops) {
			try {
				texts.set(key, await o.reader.readLine(crop, never, undefined, plan.hints.get(key)));
			} catch {
				// finishRegions refuses a fact whose text is missing, and says so.
			}
		}
		const facts = finishRegions(plan, texts, regions(), {
			...shared,
			facts: profile.facts,
			...(profile.charset === undefined ? {} : { charset: profile.charset }),
		});
		made.push(...facts.made);
		facts.changed.forEach(o.save);
		refused.push(...facts.refused);
		for (const label of facts.labelled) {
			const region = crystals.get(label.id);
			say(region, label.harmful, label.detail);
			if (region !== undefined && label.harmful) takeBack(region, label.detail);
		}
		for (const region of regions()) {
			if (isTextual(region.data.reader)) continue;
			const told = answer.facts.find((f) => f.name === region.data.fact);
			const reading = seen.readings.get(region.id);
			if (told === undefined || reading?.hit !== true) continue;
			const agrees = sameValue(told.value, reading.value);
			say(region, !agrees, `"${region.data.fact}" reads ${JSON.stringify(reading.value)}, ${JSON.stringify(told.value)} was told`);
		}
		for (const crystal of made) o.save(crystal);

		if (!seen.moving) {
			const boxes = answer.elements.flatMap((e) => {
				const box = readBox(e.box, boxFormat, seen.frame);
				return box.ok ? [box.box] : [];
			});
			const standing = [...boxes, ...readerBoxes(answer.screen)];
			const learnt = made.length > 0;
			newnessOf.answered(answer.screen, learnt, clock.monotonic());
			const ground = newnessOf.ground(seen.tiles, standing);
			const { newness } = seen;
			const screen = crystalliseScreen(
				known,
				{
					slug: answer.screen,
					columns: seen.tiles.cols,
					rows: seen.tiles.rows,
					tiles: seen.tiles.hashes,
					explained: newnessOf.explained(seen.tiles, standing),
					...(ground === undefined ? {} : { world: ground }),
					...(learnt || newness === undefined || seen.guess.outcome !== 'known' || seen.guess.screen !== answer.screen
						? {}
						: {
								usual: {
									outside: [newness.outside.tiles, newness.outside.block] as const,
									inside: [newness.inside.tiles, newness.inside.block] as const,
								},
							}),
					...(entry === undefined ? {} : { entry: entry.key }),
				},
				{ id: o.newId('screen'), scope, provenance },
			);
			if (known === undefined) made.push(screen);
			else labelled.push(screen.id);
			o.save(screen);
		}
		if (made.length === 0 && refused.length === 0 && labelled.length === 0)
			return { none: 'confirmed-existing', detail: 'nothing in the answer was new' };
		return { made, refused, labelled };
	}

	return {
		look,
		attempt,
		crystallise,
		verify(answer, tier, asked) {
			const { frame } = asked;
			if (answer.screen === 'unknown' || answer.elements.length === 0) return undefined;
			const reads = answer.elements.map((e) => readBox(e.box, tier.boxFormat, frame));
			const bad = reads.find((r) => !r.ok);
			if (bad !== undefined && !bad.ok && !reads.some((r) => r.ok))
				return `no element has a usable box in the image of ${frame.width} × ${frame.height}: ${bad.why}`;
			return witnesses.hear(frame.id, explained(answer, frame, tier.boxFormat).places, seconded(asked as Seen), clock.monotonic());
		},
		stillHolds(asked, now, answer) {
			const before = asked as Seen;
			const after = now as Seen;
			if (after.guess.outcome === 'known' && after.guess.screen !== answer.screen) return false;
			return isSamePicture(after.tiles, before.tiles, after.frame);
		},
		rests(before, now, box) {
			const map = compareTiles((now as Seen).tiles, (before as Seen).tiles);
			return !map.fresh && (box === undefined ? map.changed === 0 : !changedIn(map, box));
		},
		boxes(answer, tier, frame) {
			const out = new Map<string, Box>();
			for (const element of answer.elements) {
				const box = readBox(element.box, tier.boxFormat, frame);
				if (box.ok && !out.has(element.name)) out.set(element.name, box.box);
			}
			return out;
		},
		aim(look, sight, irreversible) {
			const aim = mayAim(sight.name, evidenceOf(look as Seen, sight), irreversible);
			const crystal = sight.crystal === undefined ? undefined : crystals.get(sight.crystal);
			if (aim.ok && irreversible && crystal !== undefined)
				crystal.stat = { ...crystal.stat, ladder: { ...ladderOf(crystal.stat), serves: true } };
			return aim;
		},
		confirm(ids, target, visit, facts) {
			for (const id of ids) {
				const crystal = crystals.get(id) as TemplateCrystal | undefined;
				if (crystal === undefined) continue;
				// The effect must show in another region than the one that was acted on.
				const witnessed = id === target && facts.some((fact) => !readFrom(fact, crystal));
				const stood = id !== target && crystal.data.fixed && agreed(crystal);
				if (witnessed || stood) tell(crystal, false, 'an act decided on this picture had its effect', String(visit));
			}
		},
		known: () => [...new Set(templates().flatMap((t) => (!isUnplaced(t) || recognitions.get(t.id)?.hit === true ? [t.data.element] : [])))],
	};
}

function hasDoubtful(crystal: TemplateCrystal, recognition: Recognition): boolean {
	return recognition.hit && recognition.places.some((place) => isDoubtful(crystal, place));
}

/** A bar's filling is what it shows: another look of it says nothing, neither of the screen nor of its crystal. */
function tells({ data }: TemplateCrystal): boolean {
	return data.elementKind !== 'bar';
}

/** A candidate beside the crystal that it was learnt to replace. */
function versionOf(crystal: TemplateCrystal, old: TemplateCrystal, all: readonly TemplateCrystal[]): TemplateCrystal {
	const count = all.filter((t) => t.data.element === crystal.data.element).length + 1;
	return { ...crystal, name: `${crystal.data.element} (${count})`, provenance: { ...crystal.provenance, replaces: old.id } };
}

/** Best first, each instance once, whichever crystal found it. */
function eachOnce(places: readonly Found[]): Found[] {
	const kept: Found[] = [];
	for (const place of places.toSorted((a, b) => b.score - a.score)) if (kept.every((k) => isApart(k.box, place.box))) kept.push(place);
	return kept;
}

/** Several crystals may show one element: it is there when one of them finds it. */
function mergeSightings<S extends { element: string; trusted: boolean; found: boolean; fixed: boolean }>(sightings: readonly S[]): S[] {
	const merged = new Map<string, S>();
	for (const s of sightings) {
		const before = merged.get(s.element);
		if (before === undefined || (s.found && !before.found)) merged.set(s.element, s);
	}
	return [...merged.values()];
}

/** What an answer says of a frame, as it is remembered. */
function explained(answer: PerceptionAnswer, frame: Frame, format: BoxFormat): KeptFrame {
	const places = new Map<string, Box[]>();
	for (const { name, box } of answer.elements) {
		const read = readBox(box, format, frame);
		if (read.ok) places.set(name, [...(places.get(name) ?? []), read.box]);
	}
	return { frame, screen: answer.screen, names: new Set(answer.elements.map((e) => e.name)), places };
}

function readsText(facts: readonly FactWanted[], name: string): boolean {
	const type = facts.find((f) => f.name === name)?.type;
	return type === 'number' || type === 'text' || type === 'enum';
}

function sameValue(a: FactValue, b: FactValue): boolean {
	if (Array.isArray(a) && Array.isArray(b)) return Math.hypot(a[0] - b[0], a[1] - b[1]) <= 4;
	return a === b;
}

// Perception by crystals: which screen is this, what stands where, what do the facts read. And the other way: a model's answer
// becomes templates, regions and a screen, and labels what was known before.
import type { Attempt, Receipt } from '../cascade.ts';
import type { Crystal, Provenance, Refusal, Residue } from '../crystals/crystal.ts';
import { applyStep, type LifeEvent, live, used } from '../crystals/lifecycle.ts';
import { makeTextMemory, type Reading, readRegion, UNCERTAIN } from '../crystals/region/apply.ts';
import { finishRegions, planRegions } from '../crystals/region/crystallise.ts';
import { isTextual, type RegionCrystal } from '../crystals/region/schema.ts';
import { isPart, recogniseScreen, type ScreenGuess } from '../crystals/screen/apply.ts';
import { crystalliseScreen, unexplainedTiles } from '../crystals/screen/crystallise.ts';
import type { ScreenCrystal } from '../crystals/screen/schema.ts';
import { recogniseAgain, type Recognition, type Recognitions } from '../crystals/template/apply.ts';
import { giveMask, makeSightings } from '../crystals/template/learn.ts';
import { crystalliseTemplates } from '../crystals/template/crystallise.ts';
import type { TemplateCrystal } from '../crystals/template/schema.ts';
import type { Box } from '../geometry.ts';
import { readBox } from '../perception/boxes.ts';
import { changedIn, changedShare, compareTiles, makeChangeTracker, type TileGrid, tileRange } from '../perception/change.ts';
import { unexplained } from '../perception/novelty.ts';
import { type Matcher, plainMatcher } from '../perception/matcher.ts';
import { hashLuma } from '../perception/pixels.ts';
import type { Cancel, Frame, TextReader } from '../ports.ts';
import type { FactWanted } from '../profile.ts';
import type { FactValue, PerceptionAnswer } from '../question.ts';
import type { Desk } from './desk.ts';
import { type Entry, type Eyes, isPassage, type Look } from './loop.ts';
import { provenanceOf } from './mind.ts';
import type { Sight } from './situation.ts';

export interface EyesOptions extends Desk {
	readonly reader: TextReader;
	/** What compares pixels; plain typed arrays unless given. */
	readonly matcher?: Matcher;
	/** Which pixels of an element are the element: one byte a pixel, 0 = ground. Absent or undefined: not learnt. */
	readonly learnMask?: (seen: {
		readonly width: number;
		readonly height: number;
		readonly lumas: readonly Uint8Array[];
	}) => Promise<Uint8Array | undefined>;
}

interface Seen extends Look {
	readonly guess: ScreenGuess;
	readonly recognitions: ReadonlyMap<string, Recognition>;
	readonly readings: ReadonlyMap<string, Reading>;
	readonly tiles: TileGrid;
}

/** More than this share of the tiles outside the world, changed from one frame to the next, is a transition. */
const MOVING_SHARE = 0.08;
/** The same for games whose profile names no world. */
const MOVING_SHARE_ANYWHERE = 0.3;
/** A block of unexplained tiles this large is something new: 6 × 3 tiles are a small panel or a line of buttons. */
const NEW_BLOCK_TILES = 18;
/** Found again on so many later frames, this far apart, before a crystal leaves trial. */
const FOUND_AGAIN = 3;
const FOUND_AGAIN_MS = 200;
/** Crystals in shadow are held against a model at most this often. */
const SHADOW_GAP_MS = 1200;
/** Samples must differ: at most one such label in ten seconds (reliability.md §6). */
const VOUCH_GAP_MS = 10_000;
/** A thing that moves is believed gone when it was not found for so long. */
const GONE_MS = 400;
/** Share of all tiles that change when another room or screen is shown. */
const ALL_CHANGED = 0.4;
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
	const vouchedAt = new Map<string, number>();
	const counts = new Map<string, { readonly count: number; readonly at: number }[]>();
	let askedAt = -Infinity;
	const world = profile.world === undefined ? undefined : (profile.world as Box);

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

	/** A crystal in trial that shows again on later frames has proved that it is no accident of one. */
	function foundIt(crystal: Crystal): void {
		if (crystal.state !== 'trial') return;
		const now = clock.monotonic();
		const seen = foundAgain.get(crystal.id) ?? { count: 0, at: now };
		if (now - seen.at >= FOUND_AGAIN_MS) {
			seen.count++;
			seen.at = now;
		}
		foundAgain.set(crystal.id, seen);
		if (seen.count >= FOUND_AGAIN) {
			foundAgain.delete(crystal.id);
			happen(crystal, { type: 'admitted' });
		}
	}

	/** Trusted elements say which screen this is; an element of it that stands in its place agrees with them, without a model. */
	function vouch(crystal: TemplateCrystal, screen: string): void {
		const now = clock.monotonic();
		if (now - (vouchedAt.get(crystal.id) ?? -Infinity) < VOUCH_GAP_MS) return;
		vouchedAt.set(crystal.id, now);
		const because = `stands in its place on "${screen}", which other elements vouch for`;
		happen(crystal, { type: 'label', harmful: false, because, context: { episode: `vouched ${screen}`, at: clock.now() } });
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

	/** What the templates of one element show, merged. */
	function recognised(found: ReadonlyMap<string, Recognition>, element: string): Recognition | undefined {
		let best: Recognition | undefined;
		for (const crystal of templates()) {
			if (crystal.data.element !== element || crystal.state === 'quarantined') continue;
			const one = found.get(crystal.id);
			if (one === undefined) continue;
			if (best === undefined || (one.hit && !best.hit)) best = one;
			else if (one.hit && best.hit) best = { ...best, places: [...best.places, ...one.places] };
			else if (!one.hit && !best.hit && one.best > best.best) best = one;
		}
		return best;
	}

	async function look(frame: Frame, cancel: Cancel, thorough = false): Promise<Seen> {
		const map = tracker.update(frame);
		const tiles = tracker.snapshot() as TileGrid;
		const found = new Map<string, Recognition>();
		const sights: Sight[] = [];
		const sightings = [];
		const unsure: string[] = [];
		const wavering = new Set<string>();
		for (const crystal of templates()) {
			if (crystal.state === 'quarantined') {
				// Its last answer would be stale when it comes back.
				recognitions.delete(crystal.id);
				continue;
			}
			const recognition = recogniseAgain(crystal, frame, map, recognitions, {
				thorough,
				matcher,
				...(world === undefined ? {} : { world }),
			});
			found.set(crystal.id, recognition);
			if (!crystal.data.fixed && wavers(crystal.id, recognition, map.share)) wavering.add(crystal.data.element);
			const { element, elementKind, fixed, screens: on } = crystal.data;
			// A bar's filling is what it shows, so its looks tell no screen.
			sightings.push({
				element,
				trusted: crystal.state === 'autonomous',
				found: recognition.hit,
				fixed: fixed && elementKind !== 'bar',
				screens: on,
			});
			if (!recognition.hit) {
				if (recognition.best >= UNCERTAIN) unsure.push(element);
				continue;
			}
			foundIt(crystal);
			observe(crystal, frame, recognition);
			for (const place of recognition.places) {
				sights.push({ name: element, kind: elementKind, box: place.box, score: place.score, by: 'crystal', crystal: crystal.id });
			}
		}
		const guess = recogniseScreen(
			screens().map((s) => s.data.slug),
			mergeSightings(sightings),
		);
		const readings = new Map<string, Reading>();
		const facts: Record<string, FactValue> = {};
		if (guess.outcome !== 'unknown') {
			for (const region of regions()) {
				if (region.state === 'quarantined' || (region.data.screens[guess.screen]?.seen ?? 0) === 0) continue;
				const reading = await readRegion(
					region,
					frame,
					texts,
					{ screen: guess.screen, tiles, recognised: (element) => (wavering.has(element) ? undefined : recognised(found, element)) },
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
		return {
			frame,
			changed: map.changed > 0,
			moving,
			thorough,
			sights,
			settling: wavering.size > 0,
			unsure: [...unsure, ...wavering].filter((name) => !sights.some((s) => s.name === name)),
			facts,
			guess,
			recognitions: found,
			readings,
			tiles,
		};
	}

	/** A byte a tile: 1 where the world, an element or a reader explains what stands there. */
	function explainedBy(tiles: TileGrid, boxes: readonly Box[]): Uint8Array {
		const out = new Uint8Array(tiles.cols * tiles.rows);
		for (const box of world === undefined ? boxes : [world, ...boxes]) {
			const [c0, r0, c1, r1] = tileRange(tiles, box);
			for (let r = r0; r < r1; r++) out.fill(1, r * tiles.cols + c0, r * tiles.cols + Math.max(c0, c1));
		}
		return out;
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
		for (const crystal of templates()) {
			const recognition = now.recognitions.get(crystal.id);
			if (recognition?.hit !== true) continue;
			if (crystal.state === 'autonomous') answering.push(crystal.id);
			else if (crystal.state !== 'shadow') continue;
			else if (crystal.data.fixed && isPart(crystal.data, screen)) vouch(crystal, screen);
			else shadow.push(crystal.data.element);
		}
		if (shadow.length > 0 && clock.monotonic() - askedAt >= SHADOW_GAP_MS) {
			return {
				outcome: 'miss',
				reason: 'shadow',
				detail: `${shadow.slice(0, 4).join(', ')}${shadow.length > 4 ? '…' : ''} not trusted yet`,
			};
		}
		const novelty = unexplained(
			{
				...now.tiles,
				changed: 0,
				share: 0,
				fresh: false,
				tiles: unexplainedTiles(known, now.tiles.hashes, explainedBy(now.tiles, [...now.sights.map((s) => s.box), ...readerBoxes(screen)])),
			},
			[],
			world,
		);
		if (novelty.outside.block >= NEW_BLOCK_TILES) {
			const [c, r, w, h] = novelty.outside.at ?? [0, 0, 0, 0];
			return {
				outcome: 'miss',
				reason: 'unexplained-change',
				detail: `${novelty.outside.block} tiles around [${c * 16}, ${r * 16}, ${w * 16}, ${h * 16}] changed and nothing known explains it`,
			};
		}
		const at = clock.now();
		for (const id of answering) {
			const crystal = crystals.get(id);
			if (crystal !== undefined) crystal.stat = used(crystal.stat, at);
		}
		return {
			outcome: 'hit',
			used: answering,
			why: `"${screen}" by ${guess.trusted} of its ${guess.required} elements`,
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
		const shared = {
			scope,
			provenance,
			boxFormat,
			matcher,
			transition: seen.moving,
			newId: (name: string) => `${o.newId('crystal')}-${name}`,
		};
		const made: Crystal[] = [];
		const refused: Refusal[] = [];
		const labelled: string[] = [];
		const tell = (crystal: Crystal | undefined, harmful: boolean, because: string): void => {
			if (crystal === undefined) return;
			labelled.push(crystal.id);
			happen(crystal, { type: 'label', harmful, because, context: { episode: String(visit), at: provenance.at } });
		};

		// What a text reader reads changes its looks: it is no template.
		const read = new Set(answer.facts.flatMap((f) => (f.element !== undefined && readsText(profile.facts, f.name) ? [f.element] : [])));
		const looks: PerceptionAnswer = { ...answer, elements: answer.elements.filter((e) => !read.has(e.name)) };
		const harvest = crystalliseTemplates(looks, seen.frame, templates(), { ...shared, ...(world === undefined ? {} : { world }) });
		const known = screens().find((s) => s.data.slug === answer.screen);
		const confirmed = (known?.data.confirmed ?? 0) + 1;
		for (const crystal of harvest.made) {
			// It was not there in the earlier answers about this screen, so it is no fixed part of it.
			crystal.data = { ...crystal.data, screens: { [answer.screen]: { seen: 1, of: confirmed } } };
			made.push(crystal);
		}
		harvest.changed.forEach(o.save);
		refused.push(...harvest.refused);
		for (const label of harvest.labelled) tell(crystals.get(label.id), label.harmful, label.detail);

		const plan = planRegions(answer, seen.frame, regions(), {
			...shared,
			facts: profile.facts,
			...(profile.charset === undefined ? {} : { charset: profile.charset }),
		});
		const texts = new Map<string, { text: string; confidence: number }>();
		const never: Cancel = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };
		for (const [key, crop] of plan.crops) {
			try {
				texts.set(key, await o.reader.readLine(crop, never));
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
		for (const label of facts.labelled) tell(crystals.get(label.id), label.harmful, label.detail);
		for (const region of regions()) {
			if (isTextual(region.data.reader)) continue;
			const told = answer.facts.find((f) => f.name === region.data.fact);
			const reading = seen.readings.get(region.id);
			if (told === undefined || reading?.hit !== true) continue;
			const agrees = sameValue(told.value, reading.value);
			tell(region, !agrees, `"${region.data.fact}" reads ${JSON.stringify(reading.value)}, ${JSON.stringify(told.value)} was told`);
		}
		for (const crystal of made) o.save(crystal);

		if (!seen.moving) {
			const boxes = answer.elements.flatMap((e) => {
				const box = readBox(e.box, boxFormat, seen.frame);
				return box.ok ? [box.box] : [];
			});
			const screen = crystalliseScreen(
				known,
				{
					slug: answer.screen,
					columns: seen.tiles.cols,
					rows: seen.tiles.rows,
					tiles: seen.tiles.hashes,
					explained: explainedBy(seen.tiles, [...boxes, ...readerBoxes(answer.screen)]),
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
		verify(answer, tier, frame) {
			if (answer.screen === 'unknown' || answer.elements.length === 0) return undefined;
			const reads = answer.elements.map((e) => readBox(e.box, tier.boxFormat, frame));
			const bad = reads.find((r) => !r.ok);
			return reads.some((r) => r.ok) || bad === undefined || bad.ok
				? undefined
				: `no element has a usable box in the image of ${frame.width} × ${frame.height}: ${bad.why}`;
		},
		stillHolds(asked, now, answer) {
			const before = asked as Seen;
			const after = now as Seen;
			if (after.guess.outcome === 'known' && after.guess.screen !== answer.screen) return false;
			const map = compareTiles(after.tiles, before.tiles);
			if (map.fresh) return false;
			return world === undefined
				? map.share <= MOVING_SHARE_ANYWHERE
				: changedShare(map, [0, 0, after.frame.width, after.frame.height], world) <= MOVING_SHARE;
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
		confirm(ids, target, visit) {
			for (const id of ids) {
				const crystal = crystals.get(id) as TemplateCrystal | undefined;
				if (crystal !== undefined && (crystal.data.fixed || id === target))
					happen(crystal, {
						type: 'label',
						harmful: false,
						because: 'an act decided on this picture had its effect',
						context: { episode: String(visit), at: clock.now() },
					});
			}
		},
		known: () => [...new Set(templates().map((t) => t.data.element))],
	};
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

function readsText(facts: readonly FactWanted[], name: string): boolean {
	const type = facts.find((f) => f.name === name)?.type;
	return type === 'number' || type === 'text' || type === 'enum';
}

function sameValue(a: FactValue, b: FactValue): boolean {
	if (Array.isArray(a) && Array.isArray(b)) return Math.hypot(a[0] - b[0], a[1] - b[1]) <= 4;
	return a === b;
}

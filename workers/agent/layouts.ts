// What a session does when the window has another size or its interface another scale: crystals of the layout that is known best
// are carried over while the first frames go by, once for each pair of layouts, and a notice says what came of it.
import type { Store } from '../../src/adapters/store.ts';
import { type Crystal, type Scope, scopeKey, type StateChange } from '../../src/core/crystals/crystal.ts';
import { applyStep, live } from '../../src/core/crystals/lifecycle.ts';
import { isTextual, type RegionCrystal } from '../../src/core/crystals/region/schema.ts';
import type { Rule } from '../../src/core/crystals/rule/schema.ts';
import { namesPoints } from '../../src/core/crystals/skill/crystallise.ts';
import type { Skill } from '../../src/core/crystals/skill/schema.ts';
import type { ScreenCrystal } from '../../src/core/crystals/screen/schema.ts';
import { recogniseTemplate } from '../../src/core/crystals/template/apply.ts';
import type { TemplateCrystal } from '../../src/core/crystals/template/schema.ts';
import { makeCarrier } from '../../src/core/layout/carrier.ts';
import { marksOf } from '../../src/core/layout/carry.ts';
import { type FactorSearch, searchFactor } from '../../src/core/layout/factor.ts';
import { type Layout, layoutText, readLayout } from '../../src/core/layout/placement.ts';
import { inLayout } from '../../src/core/layout/brought.ts';
import { carryRegion, carryScreen, idIn, mayRegain, readsAgain } from '../../src/core/layout/rest.ts';
import type { Look } from '../../src/core/loop/loop.ts';
import { keepFrame } from '../../src/core/perception/pixels.ts';
import type { Matcher } from '../../src/core/perception/matcher.ts';
import type { Clock, Frame } from '../../src/core/ports.ts';
import { pixelsOf, type Profile } from '../../src/core/profile.ts';

/** Frames in which everything is looked for before the loop goes on. */
const FRAMES = 10;
/** And the longest the loop waits, for them and for the checks. */
const HOLD_MS = 3000;
/** An element found again is looked at once more on so many later frames, so far apart, before it answers again. */
const CHECKS = 4;
const CHECK_GAP_MS = 200;
/** Regions that were carried along are given so long, from their first look and their first value on, before a model is asked. */
const REGAIN_MS = 3000;
/** What was not found in the first frames is looked for this often, when the picture changed: it may stand on another screen. */
const LATER_MS = 5000;
/** With none of the trusted elements in sight for so long, the interface may be drawn at another scale. */
const BLIND_MS = 1000;
/** Looked for again after so long when it was not found, each time after twice as long: most such screens are merely unknown. */
const RESCALE_GAP_MS = 30_000;
const RESCALE_GAP_MAX_MS = 3_600_000;
/** The search goes on for so long with each frame. */
const RESCALE_SLICE_MS = 20;
const TRUSTED_LEAST = 3;
/** Smaller differences of scale do not lose an element (the sweep's own step). */
const RESCALED = 0.02;

export interface CarryOptions {
	readonly store: Store;
	readonly scope: Scope;
	/** Of the new layout; what is carried over is put here by `save`. */
	readonly crystals: ReadonlyMap<string, Crystal>;
	readonly matcher: Matcher;
	readonly clock: Clock;
	readonly save: (crystal: Crystal) => void;
	readonly changed: (crystal: Crystal, change: StateChange) => void;
	readonly told: (title: string, text: string) => void;
}

export interface CarryOver {
	/** Looks at one frame. @returns true while the loop should wait */
	see(frame: Frame): boolean;
}

/**
 * The layout whose pixels the profile names: of the frame size it gives, else the one in which this game was first played with these
 * very pixels.
 */
export async function pixelsHome(store: Store, profile: Profile, scope: Scope): Promise<string> {
	if (profile.frame !== undefined) return layoutText({ width: profile.frame[0], height: profile.frame[1], ui: 1 });
	const pixels = JSON.stringify(pixelsOf(profile));
	const key = `pixels ${scopeKey({ ...scope, layout: 'any' })}`;
	const known = (await store.getSetting(key)) as { readonly pixels: string; readonly layout: string } | undefined;
	if (known?.pixels === pixels) return known.layout;
	await store.setSetting(key, { pixels, layout: scope.layout });
	return scope.layout;
}

/** Rules, skills, phrases and what is known of the models, whatever layout they were learnt in. */
export async function loadEverywhere(store: Store, scope: Scope): Promise<Crystal[]> {
	const out: Crystal[] = [];
	for (const layout of await store.layoutsOf(scope)) {
		if (layout === scope.layout) continue;
		for (const crystal of await store.loadCrystals({ ...scope, layout })) if (holdsEverywhere(crystal)) out.push(crystal);
	}
	return out;
}

/** Rests on no pixels; but a rule or a skill that acts on a point of its frame holds in that frame only. */
const holdsEverywhere = (crystal: Crystal): boolean =>
	crystal.kind === 'phrase' ||
	crystal.kind === 'strategy' ||
	crystal.kind === 'quest' ||
	crystal.kind === 'person' ||
	crystal.kind === 'cascade' ||
	crystal.kind === 'approval' ||
	(crystal.kind === 'rule' && !Object.values((crystal as Rule).data.then.args).some(Array.isArray)) ||
	(crystal.kind === 'skill' && !namesPoints((crystal as Skill).data));

/** What an import brought for another layout and this one has not: drawn to its size, and stored. */
async function bring(store: Store, scope: Scope, home: ReadonlyMap<string, Crystal>, at: number): Promise<readonly Crystal[]> {
	const made: Crystal[] = [];
	for (const layout of await store.layoutsOf(scope)) {
		if (layout === scope.layout) continue;
		for (const crystal of await store.loadCrystals({ ...scope, layout })) {
			if (home.has(idIn(scope.layout, crystal)) || crystal.scope.layout !== originOf(crystal)) continue;
			const here = inLayout(crystal, scope, at);
			if (here !== undefined) made.push(here);
		}
	}
	if (made.length > 0) await store.putCrystals(made);
	return made;
}

/** The layout it was made for: what was drawn to another says so in its id. */
function originOf(crystal: Crystal): string {
	return crystal.id === idIn(crystal.scope.layout, crystal) ? '' : crystal.scope.layout;
}

export interface Homes {
	/** What is known in a layout: the same map each time, so that nothing learnt in it is lost or doubled while another one shows. */
	enter(scope: Scope): Promise<Map<string, Crystal>>;
	/** Puts a crystal where it belongs. @returns true when it can be used in the layout that shows */
	put(scope: Scope, crystal: Crystal): boolean;
}

/**
 * The crystals of a session, each layout's apart: a model's answer may come after the window changed, and then it is about the
 * layout that it was asked in.
 */
export function makeHomes(store: Store, now: () => number): Homes {
	const homes = new Map<string, Map<string, Crystal>>();
	let here: Map<string, Crystal> | undefined;
	return {
		async enter(scope) {
			const key = scopeKey(scope);
			let home = homes.get(key);
			if (home === undefined) {
				home = new Map();
				for (const crystal of await store.loadCrystals(scope)) home.set(crystal.id, crystal);
				for (const crystal of await loadEverywhere(store, scope)) home.set(crystal.id, crystal);
				for (const crystal of await bring(store, scope, home, now())) home.set(crystal.id, crystal);
				homes.set(key, home);
			}
			// What holds everywhere goes along as it is now, not as it was stored or left behind.
			for (const crystal of here?.values() ?? []) if (holdsEverywhere(crystal)) home.set(crystal.id, crystal);
			here = home;
			return home;
		},
		put(scope, crystal) {
			const home = homes.get(scopeKey(scope));
			home?.set(crystal.id, crystal);
			if (home !== here && holdsEverywhere(crystal)) here?.set(crystal.id, crystal);
			return home === here || holdsEverywhere(crystal);
		},
	};
}

/** Prepares to carry over; undefined when no other layout knows more than this one. */
export async function startCarryOver(o: CarryOptions): Promise<CarryOver | undefined> {
	const { store, scope, clock } = o;
	const doneKey = `carried ${scopeKey(scope)}`;
	const done = new Set(((await store.getSetting(doneKey)) as string[] | undefined) ?? []);
	const own = templatesIn([...o.crystals.values()]);
	const here = new Set(own.filter(hasPlace).map((t) => t.data.element));
	let best: { layout: Layout; name: string; crystals: readonly Crystal[]; wanted: TemplateCrystal[]; trusted: number } | undefined;
	for (const name of await store.layoutsOf(scope)) {
		const layout = readLayout(name);
		if (name === scope.layout || layout === undefined) continue;
		const crystals = await store.loadCrystals({ ...scope, layout: name });
		// What was itself carried over from here, or was never seen there, says nothing new.
		const wanted = templatesIn(crystals).filter(
			(t) => hasPlace(t) && !here.has(t.data.element) && t.data.placement?.from?.layout !== scope.layout,
		);
		const trusted = wanted.filter((t) => t.state === 'autonomous').length;
		if (wanted.length === 0) continue;
		if (best === undefined || trusted > best.trusted || (trusted === best.trusted && wanted.length > best.wanted.length))
			best = { layout, name, crystals, wanted, trusted };
	}
	if (best === undefined) return undefined;
	const from = best;
	// Once for each pair; later sessions only go on looking for what was not on the screens they saw.
	const known = own.find((t) => t.data.placement?.from?.layout === from.name)?.data.placement?.from?.factor;
	if (done.has(from.name) && known === undefined) return undefined;
	const carrier = makeCarrier({
		templates: from.wanted,
		scope,
		matcher: o.matcher,
		newId: (of) => idIn(scope.layout, of),
		now: () => clock.now(),
		...(known === undefined ? {} : { factor: known }),
	});
	let lookedFirstAt: number | undefined;
	const checks = new Map<string, { crystal: TemplateCrystal; wasTrusted: boolean; left: number; at: number; frame: string }>();
	const pending = new Set<Crystal>(from.crystals.filter((c) => (c.kind === 'region' || c.kind === 'screen') && c.state !== 'retired'));
	let frames = 0;
	let holding = !done.has(from.name);
	let lookedAt = -Infinity;
	let lastId = '';
	let lastAt = -Infinity;
	return {
		see(frame) {
			const now = clock.monotonic();
			// A picture that rests and is captured again shows no more elements, but that those found were no passing sight.
			const another = frame.id !== lastId;
			if (another || frame.at !== lastAt) recheck(frame, now);
			if (another && (holding || now - lookedAt >= LATER_MS)) look(frame, now);
			lastId = frame.id;
			lastAt = frame.at;
			if (!holding) return false;
			// The first look may take as long as many frames.
			lookedFirstAt ??= clock.monotonic();
			const rests = !another && frames > 0 && carrier.factor !== undefined;
			const looked = frames >= FRAMES || carrier.lost.length === 0 || rests;
			const over = (looked && checks.size === 0) || now - lookedFirstAt >= HOLD_MS;
			if (over) finishFirst();
			return holding;
		},
	};

	function look(frame: Frame, now: number): void {
		lookedAt = now;
		if (frames++ >= FRAMES && carrier.factor === undefined) return;
		if (carrier.lost.length === 0) return;
		for (const crystal of carrier.see(frame)) {
			const origin = crystal.data.placement?.from?.crystal;
			const wasTrusted = from.wanted.find((t) => t.id === origin)?.state === 'autonomous';
			checks.set(crystal.id, { crystal, wasTrusted, left: CHECKS, at: now, frame: frame.id });
			o.save(crystal);
		}
		if (carrier.factor !== undefined) along(frame, carrier.factor);
	}

	/** Where an element was found, it must be found again by its real pixels; each time is one clean label to one that was trusted. */
	function recheck(frame: Frame, now: number): void {
		for (const [id, check] of checks) {
			const { crystal } = check;
			if (o.crystals.get(id) !== crystal || crystal.state === 'retired') {
				checks.delete(id);
				continue;
			}
			if (now - check.at < CHECK_GAP_MS) continue;
			check.at = now;
			if (!recogniseTemplate(crystal, frame, { matcher: o.matcher }).hit) continue;
			check.left--;
			if (check.wasTrusted) {
				const because = `found again at ${scope.layout} by its own pixels, where the one factor puts it`;
				const context = { episode: `carried ${scope.layout} ${CHECKS - check.left}`, at: clock.now() };
				const step = live(crystal, { type: 'label', harmful: false, because, context }, clock.now());
				applyStep(crystal, step);
				o.save(crystal);
				if (step.change !== undefined) o.changed(crystal, step.change);
			}
			if (check.left === 0) checks.delete(id);
		}
	}

	function along(frame: Frame, factor: number): void {
		for (const crystal of pending) {
			const id = idIn(scope.layout, crystal);
			const home = { scope, frame, factor, id, at: clock.now() };
			if ([...o.crystals.values()].some((c) => c.kind === crystal.kind && c.name === crystal.name)) pending.delete(crystal);
			else {
				const made =
					crystal.kind === 'screen'
						? carryScreen(crystal as ScreenCrystal, home)
						: carryRegion(crystal as RegionCrystal, from.layout, carrier.relocated, home);
				if (made === undefined) continue;
				pending.delete(crystal);
				o.save(made);
			}
		}
	}

	function finishFirst(): void {
		holding = false;
		const { factor } = carrier;
		const all = from.wanted.length;
		const [w, h] = [readLayout(scope.layout)?.width ?? 0, readLayout(scope.layout)?.height ?? 0];
		if (factor === undefined) {
			o.told(
				`The window is ${w} × ${h} now`,
				`None of the ${all} elements known at ${from.layout.width} × ${from.layout.height} could be found again: ${carrier.lost[0]?.why ?? 'nothing showed'}. They wait for that size; models are asked meanwhile.`,
			);
			return;
		}
		for (const crystal of carrier.unfound()) o.save(crystal);
		void store.setSetting(doneKey, [...done, from.name]);
		const count = carrier.found.size;
		o.told(
			`The window is ${w} × ${h} now`,
			`${count} of ${all} elements found again at ${factor.toFixed(2)} ×${count < all ? '; the others are looked for as their screens come' : ''}.`,
		);
	}
}

const templatesIn = (crystals: readonly Crystal[]): TemplateCrystal[] =>
	crystals.filter((c): c is TemplateCrystal => c.kind === 'template' && c.state !== 'retired' && c.state !== 'quarantined');
/** What was brought from elsewhere is drawn to each layout's size as it is, and carried only once it has a place. */
const hasPlace = ({ data }: TemplateCrystal): boolean => (data.fixed ? data.places.length > 0 : data.roi === undefined);

export interface Regain {
	/** @returns true while a region read here is about to be trusted again: a model need not be asked before */
	see(look: Look): boolean;
}

/** Lets carried regions win back the trust they had: by four looks, as the templates beside them do, and without a model. */
export function makeRegain(o: Pick<CarryOptions, 'scope' | 'crystals' | 'clock' | 'save' | 'changed'>): Regain {
	const last = new Map<string, { readonly at: number; readonly frame: string; readonly frameAt: number }>();
	/** When each was looked at first, or first read as a value. */
	const since = new Map<string, number>();
	return {
		see({ frame, moving, readings, sights }) {
			if (moving || readings === undefined) return false;
			const waiting = [...o.crystals.values()].filter(
				(c): c is RegionCrystal => c.kind === 'region' && mayRegain(c as RegionCrystal) && c.stat.labels < CHECKS,
			);
			if (waiting.length === 0) return false;
			const templates = templatesIn([...o.crystals.values()]);
			const found = new Set(sights.flatMap((s) => s.crystal ?? []));
			const now = o.clock.monotonic();
			let soon = false;
			for (const region of waiting) {
				const reading = readings.get(region.id);
				if (reading === undefined) continue;
				const reads = readsAgain(region, reading, templates, found);
				if (!since.has(region.id) || (reads && region.stat.labels === 0)) since.set(region.id, now);
				if (reads) test(region, frame, now);
				soon ||= region.state === 'shadow' && now - (since.get(region.id) as number) < REGAIN_MS;
			}
			return soon;
		},
	};

	function test(region: RegionCrystal, frame: Frame, now: number): void {
		const before = last.get(region.id);
		if (before !== undefined && (now - before.at < CHECK_GAP_MS || (before.frame === frame.id && before.frameAt === frame.at))) return;
		last.set(region.id, { at: now, frame: frame.id, frameAt: frame.at });
		const beside = isTextual(region.data.reader) ? 'next to elements found again' : 'off an element found again';
		const because = `read at ${o.scope.layout} by its own reader, ${beside}`;
		const context = { episode: `carried ${o.scope.layout} ${region.stat.labels + 1}`, at: o.clock.now() };
		const step = live(region, { type: 'label', harmful: false, because, context }, o.clock.now());
		applyStep(region, step);
		o.save(region);
		if (step.change !== undefined) o.changed(region, step.change);
	}
}

export interface ScaleWatch {
	/**
	 * @param seen  ids of the crystals that were found in the frame
	 * @returns the layout that the same frame size has now, when its interface is drawn at another scale
	 */
	see(frame: Frame, seen: ReadonlySet<string>): Layout | undefined;
}

/** Notices that the interface's scale changed while the window kept its size: all that is trusted is out of sight at once. */
export function makeScaleWatch(o: Pick<CarryOptions, 'crystals' | 'scope' | 'matcher' | 'clock'>): ScaleWatch {
	let blindSince: number | undefined;
	let triedAt = -Infinity;
	let gapMs = RESCALE_GAP_MS;
	let steps: Generator<undefined, FactorSearch, undefined> | undefined;
	/** The search's next steps; its result once it has one. */
	function goOn(): FactorSearch | undefined {
		const until = o.clock.monotonic() + RESCALE_SLICE_MS;
		do {
			const step = steps?.next();
			if (step?.done !== true) continue;
			steps = undefined;
			return step.value;
		} while (o.clock.monotonic() < until);
		return undefined;
	}
	return {
		see(frame, seen) {
			const trusted = templatesIn([...o.crystals.values()]).filter((t) => t.state === 'autonomous' && t.data.fixed && hasPlace(t));
			const now = o.clock.monotonic();
			if (trusted.length < TRUSTED_LEAST || trusted.some((t) => seen.has(t.id))) {
				blindSince = undefined;
				steps = undefined;
				return undefined;
			}
			blindSince ??= now;
			const layout = readLayout(o.scope.layout);
			if (layout === undefined) return undefined;
			if (steps === undefined) {
				if (now - blindSince < BLIND_MS || now - triedAt < gapMs) return undefined;
				triedAt = now;
				// Only the scales that games and systems offer: most pictures without a known element are merely unknown, and a sweep over all
				// scales costs seconds.
				steps = searchFactor(marksOf(trusted), layout, keepFrame(frame), o.matcher, false);
			}
			const search = goOn();
			if (search === undefined) return undefined;
			gapMs = Math.min(RESCALE_GAP_MAX_MS, 2 * gapMs);
			if (!search.found || Math.abs(Math.log(search.factor)) < RESCALED) return undefined;
			return { ...layout, ui: layout.ui * search.factor };
		},
	};
}

/** The layout as the store knows it: a scale measured twice differs a little, and is the same scale. */
export async function knownLayout(store: Store, scope: Scope, layout: Layout): Promise<Layout> {
	const close = (await store.layoutsOf(scope))
		.map(readLayout)
		.find((l) => l?.width === layout.width && l.height === layout.height && Math.abs(Math.log(l.ui / layout.ui)) < RESCALED);
	return close ?? { ...layout, ui: Math.abs(Math.log(layout.ui)) < RESCALED ? 1 : Math.round(layout.ui * 100) / 100 };
}

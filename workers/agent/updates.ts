// What a session does when the game was updated: what was learnt of the version before is loaded as candidates, re-checked on the
// frames of the first minutes, and what holds is trusted again without a model.
import type { Store } from '../../src/adapters/store.ts';
import type { Crystal, Scope, StateChange } from '../../src/core/crystals/crystal.ts';
import { applyStep, live } from '../../src/core/crystals/lifecycle.ts';
import type { TemplateCrystal } from '../../src/core/crystals/template/schema.ts';
import { makeTriage, triageText } from '../../src/core/crystals/triage.ts';
import type { Box } from '../../src/core/geometry.ts';
import type { Matcher } from '../../src/core/perception/matcher.ts';
import type { Clock, Frame } from '../../src/core/ports.ts';

/** Frames are looked at so far apart, for so long: players see most of a game's screens in some minutes. */
const LOOK_MS = 2000;
const LASTS_MS = 5 * 60_000;
const OUTDATED = 'the game was updated';

export interface UpdateOptions {
	readonly store: Store;
	readonly scope: Scope;
	/** Of this version; what the version before knew is put here. */
	readonly crystals: Map<string, Crystal>;
	readonly matcher: Matcher;
	readonly world?: Box;
	readonly clock: Clock;
	readonly save: (crystal: Crystal) => void;
	readonly changed: (crystal: Crystal, change: StateChange) => void;
	/** The list so far, whenever it changes. */
	readonly told: (text: string) => void;
}
export interface UpdateCheck {
	see(frame: Frame): void;
	/** For the report. */
	text(): string;
}

/**
 * Loads what is known of the version played before, when this one is new, as candidates.
 *
 * @returns the version that it came from
 */
export async function loadOlder({
	store,
	scope,
	crystals,
	clock,
	save,
}: Pick<UpdateOptions, 'store' | 'scope' | 'crystals' | 'clock' | 'save'>): Promise<string | undefined> {
	const key = `versions ${encodeURIComponent(scope.game)}|${encodeURIComponent(scope.language)}`;
	// Before versions were noted, a game that names one now was played without.
	const played = ((await store.getSetting(key)) as string[] | undefined) ?? ['any'];
	const others = played.filter((version) => version !== scope.gameVersion);
	await store.setSetting(key, [...others, scope.gameVersion]);
	if (crystals.size > 0) return undefined;
	for (const gameVersion of others.toReversed()) {
		const older = await store.loadCrystals({ ...scope, gameVersion });
		if (older.length === 0) continue;
		for (const one of older) {
			if (one.state === 'retired' || one.state === 'quarantined') continue;
			const crystal: Crystal = { ...one, scope };
			// A screen has no life of its own: its elements are what is doubted.
			if (crystal.kind !== 'screen') {
				const why = `${OUTDATED}: learnt of version ${gameVersion}`;
				const perceives = crystal.kind === 'template' || crystal.kind === 'region';
				applyStep(crystal, live(crystal, perceives ? { type: 'outdated', why } : { type: 'revised', what: OUTDATED }, clock.now()));
			}
			save(crystal);
		}
		return gameVersion;
	}
	return undefined;
}

/** Re-checks what an update left doubtful; undefined when nothing is. */
export function startUpdateCheck(o: UpdateOptions): UpdateCheck | undefined {
	const doubtful = [...o.crystals.values()].filter(
		(c): c is TemplateCrystal => c.kind === 'template' && c.state === 'shadow' && (c.history.at(-1)?.why.startsWith(OUTDATED) ?? false),
	);
	if (doubtful.length === 0) return undefined;
	const watch = makeTriage(doubtful, { matcher: o.matcher, ...(o.world === undefined ? {} : { world: o.world }) });
	const startedAt = o.clock.monotonic();
	let lookedAt = -Infinity;
	let looks = 0;
	let told = '';
	return {
		see(frame) {
			const now = o.clock.monotonic();
			if (now - lookedAt < LOOK_MS || now - startedAt > LASTS_MS) return;
			lookedAt = now;
			looks++;
			for (const crystal of watch.see(frame)) {
				if (crystal.state !== 'shadow') continue;
				const because = 'after an update it stands in its place beside others of its screen';
				const context = { episode: `update ${looks}`, at: o.clock.now() };
				const step = live(crystal, { type: 'label', harmful: false, because, context }, o.clock.now());
				applyStep(crystal, step);
				o.save(crystal);
				if (step.change !== undefined) o.changed(crystal, step.change);
			}
			const text = triageText(watch.report());
			if (text === told) return;
			told = text;
			o.told(text);
		},
		text: () => `After the update: ${triageText(watch.report())}.`,
	};
}

import { defaultOptions, type PracticeOptions } from '../../workers/practice.protocol.ts';

export { defaultOptions, type PracticeOptions };

/** The whole picture at scale 1, in logical pixels. */
export const logicalSize = { width: 960, height: 540 } as const;

/** Where a window of the game says which frame it shows, as `PracticeShown`. */
export const practiceChannel = 'falsework-practice';

/** The frame's size in pixels; even in both directions at every scale but 1.25's 1200 × 675. */
export function frameSize(options: Pick<PracticeOptions, 'scale'>): { width: number; height: number } {
	return { width: Math.round(logicalSize.width * options.scale), height: Math.round(logicalSize.height * options.scale) };
}

/** Options from loose values such as a query's; whatever is out of range falls back or is clamped. */
export function readOptions(from: Readonly<Record<string, unknown>>): PracticeOptions {
	const seed = Number(from.seed ?? defaultOptions.seed);
	const speed = Number(from.speed ?? defaultOptions.speed);
	const scale = Number(from.scale);
	const patchAt = Number(from.patchAt ?? defaultOptions.patchAt);
	const share = (value: unknown): number => (Number.isFinite(Number(value)) ? Math.min(1, Math.max(0, Number(value))) : 0);
	return {
		seed: Number.isFinite(seed) ? Math.trunc(seed) | 0 : defaultOptions.seed,
		speed: Number.isFinite(speed) ? Math.min(16, Math.max(0.25, speed)) : defaultOptions.speed,
		skin: from.skin === 'dusk' ? 'dusk' : 'day',
		scale: scale === 1.25 || scale === 1.5 ? scale : 1,
		hud: from.hud === 'bottom' ? 'bottom' : 'top',
		lies: share(from.lies),
		patchAt: Number.isFinite(patchAt) ? Math.max(0, patchAt) : defaultOptions.patchAt,
		land: from.land === 'warren' ? 'warren' : 'hollow',
		doors: share(from.doors),
		popups: share(from.popups),
		plate: from.plate === true || from.plate === 'true' || from.plate === 'on' || from.plate === 1,
	};
}

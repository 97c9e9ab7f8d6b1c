// The practice game's worker as others see it: types, and how the game is opened unless told.
import type { ResolvedStep } from '../src/core/ports.ts';

export interface PracticeOptions {
	/** Same seed, same inputs at the same game times: same game. */
	readonly seed: number;
	/** Game seconds per real second, 0.25 to 16. */
	readonly speed: number;
	/** Palette of the whole picture; switching it in play is one of the drifts. */
	readonly skin: 'day' | 'dusk';
	/** Scale of the interface and the tiles, with the frame growing alike; another drift. */
	readonly scale: 1 | 1.25 | 1.5;
	/** Where the status bar stands; another drift. */
	readonly hud: 'top' | 'bottom';
	/** The scripted teacher lies in this share of its perception answers, 0 to 1: boxes shifted by 20 pixels, or names swapped. */
	readonly lies: number;
	/** Seconds after its opening at which the game is patched: the other skin from then on. 0 is never. */
	readonly patchAt: number;
	/** The five rooms of the Hollow, or the Warren: thirty places larger than the picture, which scrolls. Another land is another game. */
	readonly land: 'hollow' | 'warren';
	/** In the Warren, the share of its doors that are shut at any time, 0 to 1; chance moves on every 45 s of game time. */
	readonly doors: number;
	/** In the Warren, the chance that somebody stops who comes into a chamber, 0 to 1. */
	readonly popups: number;
	/** In the Warren, whether the status bar names the place; without it a place is known by its looks alone. */
	readonly plate: boolean;
}

export const defaultOptions: PracticeOptions = {
	seed: 1,
	speed: 1,
	skin: 'day',
	scale: 1,
	hud: 'top',
	lies: 0,
	patchAt: 0,
	land: 'hollow',
	doors: 0,
	popups: 0,
	plate: false,
};

/** What a test or a proof does to the Warren by hand; elsewhere it does nothing. Places and gates are those of the truth. */
export type WarrenDeed =
	| { readonly do: 'teleport'; readonly place: number }
	| { readonly do: 'hold-gate'; readonly gate: number; readonly shut: boolean | null }
	| { readonly do: 'interrupt' };

/** One frame handed over. The receiver owns `frame` and must close it. */
export interface PracticeFrame {
	readonly frame: VideoFrame;
	/** Names the frame; holds the game's state in a form only the practice room decodes. */
	readonly id: string;
}

/** Posted to the port given to `frames`: ask for the newest frame not yet handed over. Answered by one PracticeFrame. */
export interface PracticeWant {
	readonly want: true;
}

/** What a window of the game says on the channel `falsework-practice`, at each change and each second: a page that captures
 *  that window can so know which frame it saw. */
export interface PracticeShown {
	/** ms since 1970, from `performance.timeOrigin + performance.now()`, when the picture was put on the canvas. */
	readonly at: number;
	readonly id: string;
}

/** Exposed by comlink. */
export interface PracticeApi {
	/** Opens the game on its title screen, afresh when it was open. `canvas` is the one on the page that shows it, if any; without
	 *  it the one given before goes on showing it. */
	start(options: PracticeOptions, canvas?: OffscreenCanvas): void;
	/** Changes switches in play. Another seed starts another game. */
	set(change: Partial<PracticeOptions>): void;
	/** Queue of one: a want waits until there is a frame that was not handed over yet, at most 15 a second. An unchanged
	 *  picture is still handed over four times a second, so that a receiver can tell a still game from a frozen one. */
	frames(port: MessagePort): void;
	/** Says on the channel `falsework-practice` what is shown, or stops saying it. */
	announce(on: boolean): void;
	/** Carries input out in order; resolves when the last step is done. Points are pixels of the frame. */
	input(steps: readonly ResolvedStep[]): Promise<void>;
	releaseAll(): void;
	/** Moves the hero, shuts a door or sends the pedlar, as chance might. */
	meddle(deed: WarrenDeed): void;
	/** Stops drawing without telling anybody: a frozen game, for tests. */
	freeze(frozen: boolean): void;
	stop(): void;
}

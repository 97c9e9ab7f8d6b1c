// The page graph: an act on a screen led to another screen. Recorded from every change that an act can be seen to have made.
import type { Act } from '../question.ts';
import { screenNode } from '../crystals/route/schema.ts';
import type { Atlas } from './atlas.ts';

export interface Pages {
	/** An act is being carried out. @param now  monotonic ms */
	sent(act: Act, now: number): void;
	/** It was not, after all. */
	unsent(act: Act): void;
	/** This screen shows. @returns how it came, when it is another than before */
	see(screen: string, now: number): Change | undefined;
	readonly screen: string;
}
export interface Change {
	readonly from: string;
	readonly to: string;
	/** Absent: it came by itself. */
	readonly act?: Act;
}

/** A change later than this after an act is none of its doing. */
const DOING_MS = 8000;

export function makePages(atlas: Atlas, at: () => number): Pages {
	let screen = '';
	let last: { readonly act: Act; readonly on: string; readonly at: number } | undefined;
	let visits = 0;
	return {
		get screen() {
			return screen;
		},
		sent(act, now) {
			last = { act, on: screen, at: now };
		},
		unsent(act) {
			if (last?.act === act) last = undefined;
		},
		see(to, now) {
			if (to === screen || to === '') return undefined;
			const from = screen;
			screen = to;
			visits++;
			if (from === '') return undefined;
			const by = last?.on === from && now - last.at <= DOING_MS ? last : undefined;
			last = undefined;
			if (by === undefined) return { from, to };
			atlas.walked(
				{ graph: 'page', from: screenNode(from), to: screenNode(to), moves: [by.act], origin: 'walk' },
				{ ms: now - by.at, interrupts: [], episode: `page ${visits}`, at: at() },
			);
			return { from, to, act: by.act };
		},
	};
}

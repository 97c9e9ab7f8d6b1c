// One thing on the picture, and how the common ones are made.
import type { Box } from '../core/geometry.ts';
import type { ElementKind } from '../core/question.ts';
import { TILE } from './rooms.ts';
import { type Sprite, SPRITES, type SpriteName } from './sprites.ts';

export interface GateLook {
	readonly kind: 'door' | 'portcullis';
	readonly runs: 'east' | 'south';
	readonly shut: boolean;
}
export interface Item {
	readonly name: string;
	readonly kind: ElementKind;
	/** Logical pixels; `scaled` gives frame pixels. */
	readonly box: Box;
	/** How it is drawn. A plate is changing text on a plain dark ground. */
	readonly draw: 'sprite' | 'door' | 'gate' | 'altar' | 'button' | 'plate' | 'label' | 'bar' | 'help';
	readonly text?: string;
	/** Same place and look whenever it is on this screen. */
	readonly stable: boolean;
	/** Drawn, and not told of: it is cut by the edge of the world box, or can be walked over. */
	readonly scenery?: true;
	/** Which of the gates' pictures. */
	readonly gate?: GateLook;
	readonly picture?: SpriteName;
	/** Screen pixels a picture's pixel takes; 2 unless told. */
	readonly zoom?: number;
	/** Where text stands in its box; at the left unless told. */
	readonly align?: 'centre';
	readonly fontPx?: number;
	readonly tone?: 'good' | 'plain' | 'danger';
	/** Part filled, of a bar, in [0, 1]. */
	readonly part?: number;
}

export function icon(name: string, picture: SpriteName, x: number, y: number): Item {
	const { width, height } = SPRITES[picture];
	return { name, kind: 'icon', box: [x, y, width * 2, height * 2], draw: 'sprite', picture, stable: true };
}

/** Stands in the middle of its tile with its feet on the tile's lower edge. */
export function standing(name: string, picture: SpriteName, x: number, y: number): Item {
	const { width, height }: Sprite = SPRITES[picture];
	const box: Box = [x + Math.floor((TILE - width * 2) / 2), y + TILE - height * 2, width * 2, height * 2];
	return { name, kind: 'other', box, draw: 'sprite', picture, stable: false };
}

export function plate(name: string, box: Box, text: string): Item {
	// Numbers stand in the middle of their short plates, words begin at the left.
	return { name, kind: 'text', box, draw: 'plate', text, stable: true, fontPx: 20, ...(box[2] < 120 ? { align: 'centre' } : {}) };
}

export function label(name: string, box: Box, text: string, fontPx: number): Item {
	return { name, kind: 'text', box, draw: 'label', text, stable: true, fontPx, ...(fontPx > 30 ? { align: 'centre' } : {}) };
}

export function button(name: string, box: Box, text: string, tone: 'good' | 'plain' | 'danger'): Item {
	return { name, kind: 'button', box, draw: 'button', text, stable: true, tone, fontPx: 20 };
}

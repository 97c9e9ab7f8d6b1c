// The pictures that the world box is put together from. Whoever draws them only has to enlarge them and put them at their boxes.
import type { Box } from '../core/geometry.ts';
import type { GateLook, Item } from './items.ts';
import { worldBox } from './layout.ts';
import type { PracticeOptions } from './options.ts';
import { type Raster, spriteRaster } from './raster.ts';
import { type HollowRoom, TILE } from './rooms.ts';
import { altarRaster, doorRaster, roomRaster } from './scenery.ts';
import { SPRITES } from './sprites.ts';
import type { View, WarrenView } from './view.ts';
import { CELL, GRID, landOf } from './warren/land.ts';
import { cellRaster, gateRaster } from './warren/pictures.ts';

export interface Picture {
	/** Equal for equal pictures of one skin. */
	readonly key: string;
	readonly make: () => Raster;
	/** Logical pixels. */
	readonly box: Box;
}

/** What everything in the world box stands on; the Warren's reaches beyond the box. */
export function groundOf(view: View, { hud, skin }: Pick<PracticeOptions, 'hud' | 'skin'>): readonly Picture[] {
	const box = worldBox(hud);
	if (view.warren) return cellsOf(view.warren, box, skin);
	return [{ key: `room ${view.room}`, make: () => roomRaster(view.room as HollowRoom, skin), box }];
}

/** The cells that the picture shows; beyond the land there is rock. */
function cellsOf({ camera, seed }: WarrenView, [left, top, width, height]: Box, skin: PracticeOptions['skin']): readonly Picture[] {
	const [w, h] = [CELL.columns * TILE, CELL.rows * TILE];
	const { places } = landOf(seed);
	const cells: Picture[] = [];
	for (let row = Math.floor(camera.y / h); row * h < camera.y + height; row++) {
		for (let column = Math.floor(camera.x / w); column * w < camera.x + width; column++) {
			const inside = column >= 0 && row >= 0 && column < GRID.columns && row < GRID.rows;
			const cell = inside ? places[row * GRID.columns + column]?.look : undefined;
			cells.push({
				key: `cell ${cell?.key ?? ''}`,
				make: () => cellRaster(cell, skin),
				box: [left + column * w - camera.x, top + row * h - camera.y, w, h],
			});
		}
	}
	return cells;
}

/** Undefined for what is drawn with lines and letters. */
export function pictureOf(item: Item, skin: PracticeOptions['skin']): Picture | undefined {
	const { box } = item;
	switch (item.draw) {
		case 'sprite': {
			const sprite = SPRITES[item.picture ?? 'player'];
			return { key: `sprite ${item.picture} ${item.zoom ?? 2}`, make: () => spriteRaster(sprite, skin), box };
		}
		case 'door':
			return { key: item.name, make: () => doorRaster(item.name, skin), box };
		case 'gate': {
			const gate = item.gate as GateLook;
			return { key: `gate ${gate.kind} ${gate.runs} ${gate.shut}`, make: () => gateRaster(gate, skin), box };
		}
		case 'altar':
			return { key: 'altar', make: () => altarRaster(skin), box };
		case 'plate':
		case 'label':
		case 'bar':
		case 'button':
		case 'help':
			return undefined;
	}
}

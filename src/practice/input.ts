// What the mouse and the keyboard mean. Points are logical pixels of the whole picture.
import { bands, itemAt, layOut } from './layout.ts';
import type { PracticeOptions } from './options.ts';
import { WORLD_SIZE } from './rooms.ts';
import { viewOf } from './view.ts';
import { clickWorld, pushButton, type World } from './world.ts';

/** A left click; on a button it pushes, in the world box it sends the hero. */
export function click(world: World, at: { readonly x: number; readonly y: number }, hud: PracticeOptions['hud']): void {
	const item = itemAt(layOut(viewOf(world), hud), at.x, at.y);
	if (item?.kind === 'button') {
		pushButton(world, item.name);
		return;
	}
	const y = at.y - bands(hud).world;
	if (at.x < WORLD_SIZE.width && y >= 0 && y < WORLD_SIZE.height) clickWorld(world, at.x, y);
}

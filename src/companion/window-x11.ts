// Windows on X11. A captured window's id is the client's own window; the window manager's frame is an ancestor of it, and what is
// active may be named by either, so "the same window" always means: one is in the other's line.
import type { Placement } from '../core/geometry.ts';
import type { WindowFacts, WindowSystem } from './window.ts';
import { XDisplay } from './x-display.ts';

const DEPTH = 16;

export async function openX11Windows(displayName: string, onEnd: () => void): Promise<WindowSystem> {
	const display = await XDisplay.open(displayName);
	display.onEnd(onEnd);

	/** The window and everything around it, without the root. */
	async function lineOf(id: number): Promise<readonly number[]> {
		const line = [id];
		for (let at = id, depth = 0; depth < DEPTH; depth++) {
			const { parent } = await display.tree(at);
			if (parent === display.root || parent === 0) break;
			line.push(parent);
			at = parent;
		}
		return line;
	}

	async function related(a: number, b: number): Promise<boolean> {
		return a === b || (await lineOf(a)).includes(b) || (await lineOf(b)).includes(a);
	}

	async function find(id: number): Promise<WindowFacts | undefined> {
		try {
			if (id === 0 || id === display.root || !(await display.viewable(id))) return undefined;
			const [title, pid, placement] = await Promise.all([display.title(id), display.cardinal(id, '_NET_WM_PID'), display.placement(id)]);
			return { id, title, pid: pid ?? null, placement: placement satisfies Placement };
		} catch {
			return undefined; // it closed between two requests: not there
		}
	}

	return {
		name: 'x11',
		find,
		async findByTitle(part) {
			const found: WindowFacts[] = [];
			for (const id of await display.windows()) {
				const facts = await find(id);
				if (facts?.title.includes(part)) found.push(facts);
			}
			return found;
		},
		async inFront(id) {
			try {
				// Without a window manager nobody says what is active; then the keyboard's focus does.
				const active = (await display.cardinal(display.root, '_NET_ACTIVE_WINDOW')) ?? (await display.focus());
				return active > 1 && active !== display.root && (await related(id, active));
			} catch {
				return false;
			}
		},
		async underPointer(id) {
			try {
				const { child } = await display.pointerOn(display.root);
				if (child === 0 || child === display.root) return false;
				if ((await lineOf(id)).includes(child)) return true;
				// A menu of the game's own is a window of the same client.
				return (child & ~display.idMask) === (id & ~display.idMask);
			} catch {
				return false;
			}
		},
		async pointerInside(id) {
			return (await display.pointerOn(id)).inside;
		},
		async raise(id) {
			const message = await display.atom('_NET_ACTIVE_WINDOW');
			// 2 = asked for by a person's tool (EWMH), so that the manager does not merely blink.
			display.client.SendClientMessage(display.root, id, message, 32, [2, 0, 0, 0, 0]);
			await display.sync();
		},
		close: () => display.close(),
	};
}

// The grip on the game's window: bound and calibrated, and taken anew for as long as it fails for a reason that passes. A window
// that is not in front in the very moment of calibrating must not cost the session its input.
import type { BindRequest, CompanionEvent, CompanionLink, Refusal } from '../../src/adapters/companion.ts';

export interface GripState {
	/** `waiting`: it is tried again; `none`: it will not be. */
	readonly state: 'ready' | 'waiting' | 'none';
	/** A sentence for the person; what was measured when ready. */
	readonly why: string;
	/** The window was refused, not merely out of reach. */
	readonly refused: boolean;
	/** Whether the window is in front; undefined while nobody tells. */
	readonly inFront: boolean | undefined;
}

export interface Grip {
	/** Resolves after the first try; further ones follow by themselves. A new request takes the place of the one before. */
	take(request: BindRequest): Promise<void>;
	/** What the companion tells of windows and connections. */
	hear(event: CompanionEvent): void;
	letGo(): void;
	readonly state: GripState;
}

export interface GripOptions {
	/** Undefined where there is no companion. */
	readonly link: () => CompanionLink | undefined;
	readonly onChange: (state: GripState) => void;
	/** For tests. */
	readonly wait?: (ms: number) => Promise<void>;
}

const AGAIN_MS = 1000;
/** A connection that is being made is given two seconds before the first try is over. */
const CONNECT_MS = 2000;
const CONNECT_STEP_MS = 100;
/** What the person, the game or the time puts right. */
const PASSING: ReadonlySet<Refusal['reason']> = new Set<Refusal['reason']>([
	'disconnected',
	'window-gone',
	'wrong-title',
	'wrong-size',
	'anti-cheat',
]);

export function makeGrip(o: GripOptions): Grip {
	const wait = o.wait ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
	const off: GripState = { state: 'none', why: '', refused: false, inFront: undefined };
	let state = off;
	let wanted: BindRequest | undefined;
	/** The companion knows the window, though perhaps not yet where the pointer goes. */
	let bound = false;
	/** Rises with each request and each word from the companion that ends what was being tried. */
	let turn = 0;

	function become(next: GripState): void {
		state = next;
		o.onChange(next);
	}

	async function connected(): Promise<CompanionLink | undefined> {
		for (let waited = 0; waited < CONNECT_MS && o.link()?.connected === false; waited += CONNECT_STEP_MS) await wait(CONNECT_STEP_MS);
		const link = o.link();
		return link?.connected === true ? link : undefined;
	}

	/** One try. */
	async function attempt(request: BindRequest, mine: number): Promise<void> {
		const link = await connected();
		if (mine !== turn) return;
		if (link === undefined) {
			const why = o.link() === undefined ? '' : 'The companion does not answer yet.';
			return become({ state: why === '' ? 'none' : 'waiting', why, refused: false, inFront: undefined });
		}
		// It says itself that there is no input here.
		if (link.welcome?.capabilities.bind !== true) return become(off);
		if (!bound) {
			const result = await link.bind(request);
			if (mine !== turn) return;
			if (!result.ok)
				return become({ state: PASSING.has(result.reason) ? 'waiting' : 'none', why: result.detail, refused: true, inFront: undefined });
			bound = true;
			state = { ...state, inFront: result.inFront };
		}
		const calibrated = await link.calibrate();
		if (mine !== turn) return;
		learn(calibrated);
	}

	function learn({ ok, maxErrorPx, detail }: { readonly ok: boolean; readonly maxErrorPx: number | null; readonly detail: string }): void {
		// Measured and wrong stays wrong; what could not be measured can be soon.
		become({ ...state, state: ok ? 'ready' : maxErrorPx === null ? 'waiting' : 'none', why: detail, refused: !ok && maxErrorPx !== null });
	}

	async function keepTrying(mine: number): Promise<void> {
		while (mine === turn && state.state === 'waiting' && wanted !== undefined) {
			await wait(AGAIN_MS);
			if (mine !== turn || wanted === undefined) return;
			await attempt(wanted, mine);
		}
	}

	return {
		get state() {
			return state;
		},
		async take(request) {
			const mine = ++turn;
			wanted = request;
			bound = false;
			state = off;
			await attempt(request, mine);
			void keepTrying(mine);
		},
		hear(event) {
			if (wanted === undefined) return;
			switch (event.type) {
				case 'disconnected':
					turn++;
					bound = false;
					become({ state: event.retryInMs === null ? 'none' : 'waiting', why: event.detail, refused: false, inFront: undefined });
					break;
				case 'connected': {
					// The link binds again what was bound; a window that never was is taken here.
					const mine = ++turn;
					become({ ...state, state: 'waiting', why: '' });
					void keepTrying(mine);
					break;
				}
				case 'rebound': {
					// The window may have changed its size while nobody was there to be told: what was bound again is what was bound last, and
					// the newer wish is still being tried.
					if (event.request !== wanted) break;
					const mine = ++turn;
					bound = event.bind.ok;
					state = { ...state, inFront: event.bind.ok ? event.bind.inFront : undefined };
					if (event.bind.ok) learn(event.calibrated ?? { ok: false, maxErrorPx: null, detail: 'not calibrated yet' });
					else
						become({
							state: PASSING.has(event.bind.reason) ? 'waiting' : 'none',
							why: event.bind.detail,
							refused: true,
							inFront: undefined,
						});
					void keepTrying(mine);
					break;
				}
				case 'front':
					become({ ...state, inFront: event.inFront });
					break;
				case 'window-closed':
					turn++;
					bound = false;
					become({ state: 'none', why: 'The game window was closed.', refused: true, inFront: undefined });
					break;
				case 'takeover':
				case 'panic':
					break;
			}
		},
		letGo() {
			turn++;
			wanted = undefined;
			bound = false;
			state = off;
		},
	};
}

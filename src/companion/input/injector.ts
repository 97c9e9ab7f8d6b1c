// Carries acts out on the bound window, one at a time, asking before every single event whether it may still go on. It alone
// knows what is down, and lets it all go whenever the answer is no.
import type { ScreenPoint } from '../../core/geometry.ts';
import type { WireStep } from '../protocol.ts';
import { type Button, type Driver, type Held } from './driver.ts';
import type { OwnInput } from './own-input.ts';
import { releaseAll, type Watchdog } from './watchdog.ts';

/** Why an act ended before its last step. */
export interface Stop {
	readonly reason: 'not-in-front' | 'takeover' | 'disconnected' | 'panic' | 'not-allowed' | 'wrong-size' | 'stale-frame' | 'failed';
	readonly detail: string;
}

export interface Guard {
	/** Asked before each event that presses, moves or scrolls. */
	mayInject(): Promise<Stop | undefined>;
	/** Asked after the pointer was moved and before a button goes down. */
	mayPress(): Promise<Stop | undefined>;
	/** Frame to screen pixels with the window's placement of this very moment; undefined outside the frame. */
	toScreen(point: { readonly x: number; readonly y: number }): ScreenPoint | undefined;
}

/** A key stays down this long when the step does not say: two frames at 60 Hz, so that a game that polls sees it. */
const TAP_MS = 34;
/** So long is waited at most for the desktop to let go of a button. */
const LIFTED_MS = 500;
const LIFTED_STEP_MS = 10;

export class Injector {
	private readonly driver: Driver;
	private readonly watchdog: Watchdog;
	private readonly own: OwnInput;
	private readonly keys = new Set<string>();
	private readonly buttons = new Set<Button>();
	/** Rises with each release of everything; an act that started under an older one has ended. */
	private generation = 0;
	private stopped: Stop | undefined;
	private wake: (() => void) | undefined;

	constructor(driver: Driver, watchdog: Watchdog, own: OwnInput) {
		this.driver = driver;
		this.watchdog = watchdog;
		this.own = own;
	}

	held(): Held {
		return { keys: [...this.keys], buttons: [...this.buttons] };
	}

	get anythingHeld(): boolean {
		return this.keys.size + this.buttons.size > 0;
	}

	/** Everything up, now; ends the act in progress with the reason. Safe at any time. */
	releaseAll(why: Stop): void {
		this.generation += 1;
		this.stopped = why;
		if (this.anythingHeld) {
			const held = this.held();
			for (const button of held.buttons) this.own.announce(`button ${button} up`);
			for (const key of held.keys) this.own.announce(`key ${this.driver.eventName(key)} up`);
			this.keys.clear();
			this.buttons.clear();
			try {
				releaseAll(this.driver, held);
			} finally {
				// Only now: had the release thrown, the sibling would still know what is down.
				this.watchdog.tell({ keys: [], buttons: [] });
			}
		}
		this.wake?.();
	}

	/** @returns why it ended early; undefined when every step was done */
	async run(steps: readonly WireStep[], guard: Guard): Promise<Stop | undefined> {
		const generation = this.generation;
		const over = (): Stop | undefined =>
			generation === this.generation ? undefined : (this.stopped ?? { reason: 'failed', detail: 'everything was released' });
		const ask = async (): Promise<Stop | undefined> => over() ?? (await guard.mayInject()) ?? over();
		try {
			for (const step of steps) {
				const stop = await this.one(step, guard, ask);
				if (stop) {
					if (!over()) this.releaseAll(stop);
					return stop;
				}
			}
			await this.driver.settle();
			return over();
		} catch (error) {
			const stop: Stop = { reason: 'failed', detail: `Input failed: ${error instanceof Error ? error.message : String(error)}` };
			this.releaseAll(stop);
			return stop;
		}
	}

	private async one(step: WireStep, guard: Guard, ask: () => Promise<Stop | undefined>): Promise<Stop | undefined> {
		switch (step.do) {
			case 'wait':
				await this.sleep(step.ms);
				return ask();
			case 'move':
				return this.move(step.to, guard, ask);
			case 'click': {
				const stop = (await this.move(step.at, guard, ask)) ?? (await guard.mayPress()) ?? (await this.press([], [step.button], ask));
				if (stop) return stop;
				await this.sleep(Math.max(TAP_MS, step.holdMs));
				const late = await ask();
				this.lift([], [step.button]);
				await this.lifted(step.button);
				return late;
			}
			case 'drag': {
				const stop = (await this.move(step.from, guard, ask)) ?? (await guard.mayPress()) ?? (await this.press([], [step.button], ask));
				if (stop) return stop;
				// A drag that jumps is not seen as one by many games: eight straight, even pieces.
				const pieces = 8;
				for (let i = 1; i <= pieces; i++) {
					await this.sleep(Math.max(TAP_MS, step.holdMs) / pieces);
					const at = {
						x: step.from.x + ((step.to.x - step.from.x) * i) / pieces,
						y: step.from.y + ((step.to.y - step.from.y) * i) / pieces,
					};
					const late = await this.move(at, guard, ask);
					if (late) return late;
				}
				this.lift([], [step.button]);
				await this.lifted(step.button);
				return undefined;
			}
			case 'scroll': {
				if (step.at) {
					const stop = await this.move(step.at, guard, ask);
					if (stop) return stop;
				}
				const stop = await guard.mayPress();
				if (stop) return stop;
				for (let i = 0; i < step.times; i++) {
					const late = await ask();
					if (late) return late;
					this.own.announce('scroll');
					this.driver.scroll(step.direction);
					await this.sleep(16);
				}
				return undefined;
			}
			case 'key': {
				for (const key of step.keys) {
					const stop = await this.press([key], [], ask);
					if (stop) return stop;
				}
				await this.sleep(Math.max(TAP_MS, step.holdMs));
				const late = await ask();
				this.lift([...step.keys].reverse(), []);
				return late;
			}
			case 'hold':
				return this.press([step.key], [], ask);
			case 'release':
				this.lift([step.key], []);
				return undefined;
			case 'text': {
				for (const character of step.text) {
					const key = character === ' ' ? 'Space' : character;
					const keys = this.driver.shifted(key) && !this.keys.has('Shift') ? ['Shift', key] : [key];
					for (const one of keys) {
						const stop = await this.press([one], [], ask);
						if (stop) return stop;
					}
					await this.sleep(TAP_MS);
					this.lift(keys.reverse(), []);
				}
				return undefined;
			}
		}
	}

	private async move(
		point: { readonly x: number; readonly y: number },
		guard: Guard,
		ask: () => Promise<Stop | undefined>,
	): Promise<Stop | undefined> {
		const stop = await ask();
		if (stop) return stop;
		const to = guard.toScreen(point);
		if (!to) return { reason: 'not-allowed', detail: `${Math.round(point.x)}, ${Math.round(point.y)} is outside the frame` };
		this.own.announceMove(to);
		this.driver.moveTo(to);
		await this.driver.settle();
		return undefined;
	}

	private async press(
		keys: readonly string[],
		buttons: readonly Button[],
		ask: () => Promise<Stop | undefined>,
	): Promise<Stop | undefined> {
		const stop = await ask();
		if (stop) return stop;
		for (const key of keys) this.keys.add(key);
		for (const button of buttons) this.buttons.add(button);
		this.watchdog.tell(this.held());
		for (const key of keys) {
			this.own.announce(`key ${this.driver.eventName(key)} down`);
			this.driver.keyDown(key);
		}
		for (const button of buttons) {
			this.own.announce(`button ${button} down`);
			this.driver.buttonDown(button);
		}
		return undefined;
	}

	private lift(keys: readonly string[], buttons: readonly Button[]): void {
		for (const button of buttons) {
			if (!this.buttons.delete(button)) continue; // already let go by releaseAll
			this.own.announce(`button ${button} up`);
			this.driver.buttonUp(button);
		}
		for (const key of keys) {
			if (!this.keys.delete(key)) continue;
			this.own.announce(`key ${this.driver.eventName(key)} up`);
			this.driver.keyUp(key);
		}
		this.watchdog.tell(this.held());
	}

	/** A window manager may keep a click to itself until it has looked at it; another press in that time would be lost. */
	private async lifted(button: Button): Promise<void> {
		for (let waited = 0; waited < LIFTED_MS && (await this.driver.isDown?.(button)) === true; waited += LIFTED_STEP_MS)
			await this.sleep(LIFTED_STEP_MS);
	}

	/** Waits; `releaseAll` ends the wait at once. */
	private sleep(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const done = (): void => {
				clearTimeout(timer);
				this.wake = undefined;
				resolve();
			};
			const timer = setTimeout(done, ms);
			this.wake = done;
		});
	}
}

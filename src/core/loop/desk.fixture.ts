// What eyes, mind and voice are given in a session, small enough for a test: a clock that is set by hand, crystals in a map.
import type { ModelHandle, Receipt, Tier } from '../cascade.ts';
import type { Crystal, StateChange } from '../crystals/crystal.ts';
import type { Cleared, Gate } from '../moderation/gate.ts';
import type { Frame } from '../ports.ts';
import type { Profile } from '../profile.ts';
import type { Facts } from '../question.ts';
import type { Desk } from './desk.ts';
import type { Eyes, Mind } from './loop.ts';
import type { Sight, Situation } from './situation.ts';

export interface HandClock {
	/** Milliseconds; set it to let time pass. */
	at: number;
	now(): number;
	monotonic(): number;
}
export function handClock(at = 1000): HandClock {
	return {
		at,
		now() {
			return 1_000_000 + this.at;
		},
		monotonic() {
			return this.at;
		},
	};
}

export interface TestDesk extends Desk {
	readonly clock: HandClock;
	/** Changes of state, oldest first. */
	readonly changes: { readonly crystal: Crystal; readonly change: StateChange }[];
}
export function deskOf(profile: Profile, crystals = new Map<string, Crystal>()): TestDesk {
	const changes: TestDesk['changes'] = [];
	let made = 0;
	return {
		scope: { game: profile.id, gameVersion: 'any', language: 'en', layout: '192x128' },
		profile,
		crystals,
		clock: handClock(),
		newId: (kind) => `${kind}-${made++}`,
		save: (crystal) => void crystals.set(crystal.id, crystal),
		changed: (crystal, change) => void changes.push({ crystal, change }),
		changes,
	};
}

export function profileOf(more: Partial<Profile> = {}): Profile {
	return {
		falsework: 1,
		id: 'g',
		name: 'Gamma',
		language: 'en',
		window: { title: 'Gamma' },
		heartbeatMs: 1000,
		goal: 'win',
		actions: [
			{ verb: 'click', args: { at: 'element' }, does: 'clicks', input: [{ click: 'left', at: '$at' }] },
			{ verb: 'drink', does: 'drinks a potion', input: [{ key: 'q' }] },
			{ verb: 'wait', does: 'waits', input: [{ waitMs: 200 }] },
		],
		facts: [],
		safety: { keys: ['q'], buttons: ['left'], ratePerSecond: 5 },
		...more,
	};
}

/** What a cloud model's answer cost. */
export function receiptOf(entry = 1): Receipt {
	return {
		entry,
		model: 'm',
		promptTokens: 100,
		completionTokens: 10,
		usd: 0.01,
		tier: tierOf(Object.freeze({}) as ModelHandle),
	};
}

/** A cloud model that may be asked everything, and answers within a second. */
export function tierOf(model: ModelHandle, more: Partial<Tier> = {}): Tier {
	return {
		id: 'far',
		name: 'cloud',
		label: 'far',
		asks: new Set(['perception', 'decision', 'narration']),
		budgetMs: 1000,
		model,
		simulated: false,
		price: null,
		boxFormat: 'pixels',
		...more,
	};
}

/** A decision's question with what the loop gives it and nothing more. */
export const questionOf: Mind['question'] = (facts, situation, tick, recent) => ({
	falsework: 1,
	ask: 'decision',
	game: 'g',
	tick,
	frame: situation.frame,
	screen: situation.screen,
	facts,
	elements: [],
	goal: '',
	actions: [],
	recent,
	cases: [],
});

export function situationOf(more: Partial<Situation> = {}): Situation {
	return {
		frame: { id: 'f', at: 0, width: 192, height: 128 },
		screen: 'play',
		facts: {},
		sights: [],
		unsure: [],
		by: 'crystal',
		entry: 1,
		visit: 1,
		...more,
	};
}
export function sightOf(name: string, box: Sight['box'] = [16, 16, 32, 24], crystal?: string): Sight {
	return { name, kind: 'button', box, score: 0.99, by: 'crystal', ...(crystal === undefined ? {} : { crystal }) };
}

/** Eyes that know every picture at once, for tests of what is made of it. */
export function knowingEyes(
	seen: (frame: Frame) => { readonly screen: string; readonly facts: Facts; readonly sights?: readonly Sight[] },
): Eyes {
	return {
		look: async (frame) => ({ frame, changed: true, moving: false, sights: seen(frame).sights ?? [], unsure: [], facts: {} }),
		attempt({ frame }) {
			const { screen, facts } = seen(frame);
			const answer = { screen, elements: [], facts: Object.entries(facts).map(([name, value]) => ({ name, value })) };
			return { outcome: 'hit', used: [], why: 'known', answer };
		},
		crystallise: async () => ({ none: 'situation-gone', detail: '' }),
		verify: () => undefined,
		stillHolds: () => true,
		rests: () => true,
		boxes: () => new Map(),
		aim: () => ({ ok: true, note: '' }),
		confirm: () => {},
		known: () => [],
	};
}

/** Lets every line out as it is, for tests that are about something else. */
export const openGate: Pick<Gate, 'pass'> = {
	pass(parts) {
		const pieces = parts.map((part) => ({ text: ('text' in part ? part.text : part.value) as Cleared, slot: 'slot' in part }));
		return { text: pieces.map(({ text }) => text).join('') as Cleared, parts: pieces, held: '' };
	},
};

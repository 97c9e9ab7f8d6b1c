// Sends texts through the real gate as a stream would: as a name in a line that is known, as a line of its own, and as a text shown.
import { words } from '../../adapters/moderation/filter.ts';
import { makeCascade } from '../../core/cascade.ts';
import type { Crystal } from '../../core/crystals/crystal.ts';
import { makeLedger } from '../../core/ledger.ts';
import { type ClearedLine, makeGate } from '../../core/moderation/gate.ts';
import type { Profile } from '../../core/profile.ts';
import { INSTRUCTIONS } from '../../core/wire.ts';
import type { Tried } from './texts.ts';

type Text = Pick<Tried, 'text' | 'as' | 'trick'>;

/** @returns which texts came out as they are, in any of the ways, and which did not in all of them */
export function tryGate<T extends Text>(texts: readonly T[]): { readonly out: readonly T[]; readonly held: readonly T[] } {
	const clock = { now: () => 1, monotonic: () => 1 };
	const crystals = new Map<string, Crystal>();
	const ledger = makeLedger({ session: 'tried', next: 1, now: clock.now, persist: () => {} });
	let made = 0;
	const gate = makeGate({
		scope: { game: 'tried', gameVersion: 'any', language: 'en', layout: '1x1' },
		profile: { id: 'tried' } as Profile,
		crystals,
		clock,
		newId: (kind) => `${kind}-${made++}`,
		save: (crystal) => void crystals.set(crystal.id, crystal),
		changed: () => {},
		cascade: makeCascade({ ledger, clock, tiers: () => [], instructions: INSTRUCTIONS }),
		words,
		endpoint: () => false,
		tick: () => 0,
		cancel: new AbortController().signal,
	});
	const said = (line: ClearedLine | Promise<ClearedLine>): string => {
		if (line instanceof Promise) throw new Error('Without an endpoint nothing is waited for.');
		return line.text;
	};
	const ways = ({ text }: T): readonly boolean[] => [
		said(gate.pass([{ slot: 'name', value: text }, { text: ' joins the game.' }])).includes(text),
		said(gate.pass([{ text }])) === text,
		gate.show(text, 'someone') === text,
		gate.glance(text, 'someone') === text,
	];
	const out: T[] = [];
	const held: T[] = [];
	for (const text of texts) {
		const let_ = ways(text);
		if (let_.some(Boolean)) out.push(text);
		if (!let_.every(Boolean)) held.push(text);
	}
	return { out, held };
}

export { seeded } from '../../core/random.fixture.ts';
export { abusive, innocent } from './texts.ts';
export { words };

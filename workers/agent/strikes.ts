// The three strikes of a game: kept from session to session, asked on the page, answered there. What is accepted goes the same way as
// anything a person writes, and has to prove itself like it.
import type { Store } from '../../src/adapters/store.ts';
import { type Crystal } from '../../src/core/crystals/crystal.ts';
import type { Ledger, LedgerEntry } from '../../src/core/ledger.ts';
import type { Profile } from '../../src/core/profile.ts';
import { type Draft, draftFor } from '../../src/core/strikes/draft.ts';
import { makeStrikes, type Strike, type StrikesMemory } from '../../src/core/strikes/strikes.ts';
import type { StrikeView } from '../agent.protocol.ts';
import type { Gallery } from './gallery.ts';

export interface StrikeDesk {
	see(entry: LedgerEntry): void;
	readonly views: readonly StrikeView[];
	/** Puts what was counted by; losing it costs a few repeats. */
	keep(): Promise<unknown>;
	/** See `AgentApi`. */
	answer(key: string, accept: boolean, text: string): Promise<string>;
}

const GONE = 'That was answered already.';

/** What a session before left; undefined where there is none. */
export async function strikesBefore(store: Store, game: string): Promise<StrikesMemory | undefined> {
	return (await store.getSetting(`strikes ${game}`)) as StrikesMemory | undefined;
}

export function makeStrikeDesk(o: {
	readonly store: Store;
	readonly profile: Profile;
	readonly memory: StrikesMemory | undefined;
	readonly ledger: () => Ledger;
	readonly crystals: () => ReadonlyMap<string, Crystal>;
	readonly gallery: () => Pick<Gallery, 'renameCrystal' | 'retireCrystal' | 'reviveCrystal' | 'pinCrystal'>;
	readonly importRules: (text: string) => Promise<string>;
	readonly onChange: () => void;
}): StrikeDesk {
	const nameOf = (id: string): string | undefined => o.crystals().get(id)?.name;
	const draft = (strike: Strike): Draft => draftFor(strike, o.profile, nameOf);
	const strikes = makeStrikes({
		...(o.memory === undefined ? {} : { memory: o.memory }),
		name: nameOf,
		ask(strike) {
			// After the entry that was the third is whole: what is asked about it stands behind it.
			queueMicrotask(() => {
				write('asked', strike, draftText(draft(strike)));
				void keep();
				o.onChange();
			});
		},
	});
	const keep = (): Promise<boolean> => o.store.setSetting(`strikes ${o.profile.id}`, strikes.memory());

	function write(event: 'asked' | 'accepted' | 'declined', { sort, key, what, times, repeats }: Strike, text: string): void {
		const evidence = repeats.map(({ n }) => n);
		o.ledger().append({ type: 'strike', event, sort, key, what, times, evidence, draft: text });
	}

	async function carryOut(of: Draft, text: string, { repeats }: Strike): Promise<string> {
		const gallery = o.gallery();
		switch (of.kind) {
			case 'rule':
				return await o.importRules(text);
			case 'skill':
				// Each takeover left a copy; one is enough, and two of one name there cannot be.
				for (const { crystal } of repeats)
					if (crystal !== undefined && crystal !== of.crystal && o.crystals().get(crystal)?.state === 'trial')
						await gallery.retireCrystal(crystal);
				return await gallery.renameCrystal(of.crystal, text);
			case 'template': {
				const back = o.crystals().get(of.crystal)?.state === 'retired' ? await gallery.reviveCrystal(of.crystal) : '';
				return back === '' ? await gallery.pinCrystal(of.crystal, true) : back;
			}
			case 'none':
				return 'There is nothing to accept.';
		}
	}

	return {
		see(entry) {
			if (entry.type !== 'strike') strikes.see(entry);
		},
		keep,
		get views() {
			return strikes.open.map(
				(strike): StrikeView => ({
					key: strike.key,
					sort: strike.sort,
					what: strike.what,
					times: strike.times,
					repeats: strike.repeats.map(({ n, at, text }) => ({ n, at, text })),
					draft: draft(strike),
				}),
			);
		},
		async answer(key, accept, text) {
			const strike = strikes.open.find((s) => s.key === key);
			if (strike === undefined) return GONE;
			const of = draft(strike);
			if (accept) {
				const why = await carryOut(of, text.trim(), strike);
				if (why !== '') return why;
			}
			strikes.answer(key);
			write(accept ? 'accepted' : 'declined', strike, accept && (of.kind === 'rule' || of.kind === 'skill') ? text.trim() : draftText(of));
			await keep();
			o.onChange();
			return '';
		},
	};
}

function draftText(draft: Draft): string {
	switch (draft.kind) {
		case 'rule':
		case 'template':
			return draft.text;
		case 'skill':
			return `${draft.name}: ${draft.steps}`;
		case 'none':
			return '';
	}
}

// The three strikes of a game: kept from session to session, asked on the page, answered there. What is accepted goes the same way as
// anything a person writes, and has to prove itself like it.
import type { Store } from '../../src/adapters/store.ts';
import { type Crystal } from '../../src/core/crystals/crystal.ts';
import type { Ledger, LedgerEntry, StateEntry, StrikeEntry } from '../../src/core/ledger.ts';
import type { Profile } from '../../src/core/profile.ts';
import type { Box } from '../../src/core/geometry.ts';
import type { Clock } from '../../src/core/ports.ts';
import type { Unused } from '../../src/core/question.ts';
import type { AnsweredDraft, Standing } from '../../src/core/strikes/answered.ts';
import { type Draft, draftFor, editableText } from '../../src/core/strikes/draft.ts';
import { type Asking, makeStrikes, type Strike, type StrikesMemory } from '../../src/core/strikes/strikes.ts';
import { slugged } from '../../src/core/slug.ts';
import type { StrikeView } from '../agent.protocol.ts';
import type { Gallery } from './gallery.ts';

export interface StrikeDesk {
	see(entry: LedgerEntry): void;
	readonly views: readonly StrikeView[];
	/** Why no model is asked this until the person has answered; undefined where one may be. */
	held(asking: Asking): string | undefined;
	/** Why an act by hand is not taken until then; '' where it is. */
	heldHand(sort: 'correction' | 'approval', name: string): string;
	/** What the person showed is asked about: the newest takeover is one of it. */
	readonly asksWhatWasShown: boolean;
	/** With nobody there, what was asked long ago is let go of. */
	lapse(): void;
	/** Puts what was counted by; losing it costs a few repeats. */
	keep(): Promise<unknown>;
	/** See `AgentApi`. */
	answer(key: string, accept: boolean, text: string): Promise<string>;
}

/** Leaves room for what its marks are called. */
const NAME_MOST = 48;
const GONE = 'That was answered already.';
/** Unattended, a strike waits for an answer so long. */
const LAPSE_MS = 10 * 60_000;

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
	readonly gallery: () => Pick<
		Gallery,
		'renameCrystal' | 'retireCrystal' | 'reviveCrystal' | 'pinCrystal' | 'approveAsAlways' | 'keepPlaces'
	>;
	readonly importRules: (text: string) => Promise<string>;
	/** Learns what is shown now as that screen, if it looks so; what was made of it, or a sentence why nothing. */
	readonly nameScreen: (name: string, look: string) => Promise<readonly string[] | string>;
	/** What can stand in an answer here. */
	readonly standing: () => Standing;
	/** Learns an answer that a person put right; '' or why it cannot be. */
	readonly learn: (draft: AnsweredDraft, text: string, base: string, unused: readonly Unused[]) => string;
	/** Nobody is there to answer. */
	readonly unattended: boolean;
	readonly clock: Pick<Clock, 'now'>;
	readonly onChange: () => void;
}): StrikeDesk {
	const nameOf = (id: string): string | undefined => o.crystals().get(id)?.name;
	const kindOf = (id: string): string | undefined => o.crystals().get(id)?.kind;
	const draft = (strike: Strike): Draft => draftFor(strike, o.profile, nameOf, (id) => kindOf(id) === 'template', o.standing());
	const strikes = makeStrikes({
		...(o.memory === undefined ? {} : { memory: o.memory }),
		name: nameOf,
		kind: kindOf,
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

	function write(event: StrikeEntry['event'], { sort, key, what, times, repeats }: Strike, text: string): void {
		const evidence = repeats.map(({ n }) => n);
		o.ledger().append({ type: 'strike', event, sort, key, what, times, evidence, draft: text });
	}

	async function carryOut(of: Draft, text: string, { base = '', repeats }: Strike): Promise<string> {
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
				if (back !== '') return back;
				return o.crystals().get(of.crystal)?.pinned === true ? '' : await gallery.pinCrystal(of.crystal, true);
			}
			case 'places': {
				const places = readPlaces(text);
				return typeof places === 'string' ? places : await gallery.keepPlaces(of.crystal, places);
			}
			case 'approval':
				return strikes.approveLike(text);
			case 'screen': {
				const name = slugged(text, NAME_MOST);
				if (name === '' || name === 'unknown') return 'The screen needs a name of its own.';
				const made = await o.nameScreen(name, repeats.at(-1)?.look ?? '');
				if (typeof made === 'string') return made;
				// Their word counts for what it made, as it does for anything they approve.
				for (const id of made) if (kindOf(id) === 'template') await gallery.approveAsAlways(id);
				return '';
			}
			case 'answer':
				return o.learn(
					of,
					text,
					base,
					repeats.flatMap(({ unused }) => unused ?? []),
				);
			case 'none':
				return 'There is nothing to accept.';
		}
	}

	return {
		see(entry) {
			if (entry.type === 'strike') return;
			strikes.see(entry);
			if (entry.type === 'state' && isNew(entry) && strikes.approves(entry.kind, entry.name))
				// After the change of state that is being told is whole.
				queueMicrotask(() => void o.gallery().approveAsAlways(entry.crystal));
		},
		held(asking) {
			const strike = strikes.holds(asking);
			return strike && `asked ${strike.times} times for nothing: no model is asked until you say what is to be done about it`;
		},
		heldHand(sort, name) {
			const strike = strikes.holdsHand(sort, name);
			return strike === undefined ? '' : `you did this ${strike.times} times: say first, on the card above, what is to do it from now on`;
		},
		get asksWhatWasShown() {
			const shown = o
				.ledger()
				.entries()
				.findLast((e) => e.type === 'intervention' && e.what === 'shown');
			return strikes.open.some(({ sort, repeats }) => sort === 'takeover' && repeats.at(-1)?.n === shown?.n);
		},
		lapse() {
			if (!o.unattended) return;
			const old = strikes.open.filter(({ askedAt = 0 }) => o.clock.now() - askedAt >= LAPSE_MS);
			for (const strike of old) {
				strikes.answer(strike.key);
				write('lapsed', strike, draftText(draft(strike)));
			}
			if (old.length > 0) o.onChange();
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
			write(accept ? 'accepted' : 'declined', strike, accept && editableText(of) !== undefined ? text.trim() : draftText(of));
			await keep();
			o.onChange();
			return '';
		},
	};
}

/** It came to be, or was set back by nothing but the person's own hand; what harm set aside is not. */
function isNew({ from, to, hand }: StateEntry): boolean {
	return to === 'shadow' && hand !== 'undo' && (from === 'trial' || hand === 'act');
}

/** A box a line, x y width height; or what is wrong. */
function readPlaces(text: string): readonly Box[] | string {
	const lines = text.split('\n').filter((line) => line.trim() !== '');
	const places = lines.map((line) =>
		line
			.trim()
			.split(/[\s,×]+/)
			.map(Number),
	);
	const wrong = places.findIndex((box) => box.length !== 4 || box.some((side, i) => !Number.isInteger(side) || side < (i < 2 ? 0 : 8)));
	if (wrong >= 0) return `"${lines[wrong]}" is no box: x, y, width and height in pixels are wanted, 8 at least on each side.`;
	return places as unknown as readonly Box[];
}

function draftText(draft: Draft): string {
	switch (draft.kind) {
		case 'rule':
		case 'template':
		case 'answer':
			return draft.text;
		case 'places':
			return `${draft.name} at ${editableText(draft)?.replaceAll('\n', '; ')}`;
		case 'approval':
			return draft.pattern;
		case 'screen':
			return `the screen ${draft.name}, known by marks of its picture`;
		case 'skill':
			return `${draft.name}: ${draft.steps}`;
		case 'none':
			return '';
	}
}

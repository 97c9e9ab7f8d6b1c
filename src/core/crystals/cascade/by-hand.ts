// What a person does to what was learnt about tiers: put it into force, or have all of it forgotten. Both can be taken back.
import type { ByHand, HandAct } from '../by-hand.ts';
import { freshStat, type StateChange } from '../crystal.ts';
import { successOf } from './apply.ts';
import { askedOf, type CascadeCrystal, freshCascade, isVerifiable } from './schema.ts';

const HISTORY_MAX = 20;

function moves(crystal: CascadeCrystal, to: CascadeCrystal['state'], why: string, at: number): StateChange {
	const change = { at, from: crystal.state, to, why };
	crystal.state = to;
	crystal.history = [...crystal.history, change].slice(-HISTORY_MAX);
	return change;
}

/** A person's word instead of the test: what its outcomes lean towards is in force from now on, and watched like any verdict. */
export function approveCascade(crystal: CascadeCrystal, at: number): ByHand {
	const { state, data, stat } = crystal;
	if (state === 'retired') return { ok: false, why: `"${crystal.name}" is retired: take that back first` };
	if (state === 'autonomous') return { ok: false, why: `"${crystal.name}" is followed already` };
	if (askedOf(data) === 0) return { ok: false, why: `"${crystal.name}" was not asked here yet: there is nothing to go by` };
	const good = successOf(data).score >= 0.5;
	const failing = data.usable.k < data.usable.w;
	const by = good ? (isVerifiable(data.ask) ? 'both' : 'usable') : failing || !isVerifiable(data.ask) ? 'usable' : 'right';
	crystal.data = {
		...data,
		verdict: good ? 'good' : 'skip',
		by,
		usable: { ...data.usable, alarm: 0 },
		right: { ...data.right, alarm: 0 },
		skips: 0,
	};
	const word = good ? 'good enough' : 'to be skipped';
	const change = moves(crystal, 'autonomous', `approved by hand as ${word}`, at);
	return {
		ok: true,
		act: {
			what: 'approve',
			crystal,
			said: `approved ${crystal.name} as ${word}`,
			before: state,
			after: 'autonomous',
			change,
			takeBack(then) {
				const { usable, right } = crystal.data;
				crystal.data = {
					...crystal.data,
					verdict: data.verdict,
					by: data.by,
					usable: { ...usable, alarm: 0 },
					right: { ...right, alarm: 0 },
				};
				crystal.stat = { ...stat, used: crystal.stat.used };
				return moves(crystal, state, 'taken back: approved by hand', then);
			},
		},
	};
}

/**
 * Forgets all that was learnt about tiers: every question is asked cheapest first again.
 *
 * @param save  stores one that was changed; the act itself names only the first
 */
export function forgetCascade(crystals: readonly CascadeCrystal[], at: number, save: (crystal: CascadeCrystal) => void): ByHand {
	const known = crystals.filter((c) => askedOf(c.data) > 0 || c.data.claimed !== undefined || c.state === 'retired');
	const [first] = known;
	if (first === undefined) return { ok: false, why: 'nothing was learnt about the models yet' };
	const before = known.map((crystal) => ({ crystal, state: crystal.state, data: crystal.data, stat: crystal.stat }));
	const models = new Set(known.map((c) => c.data.tier.model)).size;
	let change: StateChange | undefined;
	for (const crystal of known) {
		const { ask, key, tier, simulated } = crystal.data;
		crystal.data = freshCascade(ask, key, tier, simulated);
		crystal.stat = freshStat();
		const moved = moves(crystal, 'trial', 'forgotten by hand', at);
		change ??= moved;
		save(crystal);
	}
	const act: HandAct = {
		what: 'forget',
		crystal: first,
		said: `forgot what was learnt about ${models} ${models === 1 ? 'model' : 'models'}`,
		before: `${known.length} crystals`,
		after: 'none',
		change: change as StateChange,
		takeBack(then) {
			let back: StateChange | undefined;
			for (const { crystal, state, data, stat } of before) {
				crystal.data = data;
				crystal.stat = stat;
				const moved = moves(crystal, state, 'taken back: forgotten by hand', then);
				back ??= moved;
				save(crystal);
			}
			return back;
		},
	};
	return { ok: true, act };
}

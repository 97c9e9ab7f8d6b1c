// A teacher that is not to be relied on: what language models do to reasons and answers, in known shares.
import { actKey } from '../../../core/crystals/rule/apply.ts';
import type { Literal } from '../../../core/question.ts';
import type { Description, Teaching } from './world.ts';

export interface Noise {
	/** Share of answers whose act is drawn from all verbs, with the reasons of the right one. */
	readonly random: number;
	/** Share of literals that are left out. */
	readonly dropped: number;
	/** Share of answers that are lies: a harmful act as the only acceptable one, for reasons that are not so. */
	readonly lying: number;
}

/** What the teacher says where its bot would have said `truth`. */
export function noisy(truth: Teaching, noise: Noise, { actions, facts }: Description, next: () => number): Teaching {
	const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
	const because = truth.because.filter(() => next() >= noise.dropped);
	const verbs = actions.map(({ verb }) => ({ verb, args: {} }));
	if (next() < noise.lying) {
		const harmful = verbs.filter((act) => !truth.ok.some((ok) => actKey(ok) === actKey(act)));
		const lies = because.map((literal): Literal => {
			const def = facts.find(({ id }) => id === literal.f);
			if (def?.kind === 'boolean') return { ...literal, v: literal.v !== true };
			const others = def?.values?.filter((value) => value !== literal.v) ?? [];
			return others.length === 0 ? literal : { ...literal, v: pick(others) };
		});
		if (harmful.length > 0) {
			const act = pick(harmful);
			return { act, ok: [act], because: lies, chain: '' };
		}
	}
	if (next() < noise.random) {
		const act = pick(verbs);
		return { ...truth, act, ok: [act], because };
	}
	return { ...truth, because };
}

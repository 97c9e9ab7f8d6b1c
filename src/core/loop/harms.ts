// Hard events: what nobody wants, whoever promised it. What was done just before one is held responsible for it, once.
import type { Profile } from '../profile.ts';
import type { Facts } from '../question.ts';

/** An act made no longer ago than this may have led to it. */
export const BLAME_MS = 3000;

/** @param happens  whether the profile's condition of this name holds; undefined when that is not known */
export function makeHarms({ harms = {} }: Pick<Profile, 'harms'>, happens: (name: string, facts: Facts) => boolean | undefined) {
	const before = new Map<string, boolean>();
	return {
		/** Those that have just come about: known not to be so the last time that anything was known of it. */
		find(facts: Facts): readonly string[] {
			return Object.keys(harms).filter((name) => {
				const now = happens(name, facts);
				if (now === undefined) return false;
				const was = before.get(name);
				before.set(name, now);
				return now && was === false;
			});
		},
	};
}

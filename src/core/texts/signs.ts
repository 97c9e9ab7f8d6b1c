// What happened between the player and somebody, as the game prints it: "The rat bites you for 3." The profile says how such lines go.
import type { Sign } from '../crystals/person/events.ts';
import { readsLike } from '../loop/told.ts';
import type { Profile } from '../profile.ts';
import type { Facts } from '../question.ts';
import { canonicalText } from './same-text.ts';

export interface Happened {
	readonly name: string;
	readonly sign: Sign;
	/** The line as read. */
	readonly text: string;
}
export interface Signs {
	/** What the lines of a moment tell that stood there in no other words a moment ago. */
	see(facts: Facts): readonly Happened[];
}

export function makeSigns(profile: Pick<Profile, 'signs'>): Signs {
	const forms = (profile.signs ?? []).map((sign) => ({ ...sign, values: readsLike(plain(sign.like)) }));
	const facts = [...new Set(forms.map((sign) => sign.in))];
	const last = new Map<string, string>();
	return {
		see(seen) {
			const out: Happened[] = [];
			for (const fact of facts) {
				const text = seen[fact];
				if (typeof text !== 'string') {
					last.delete(fact);
					continue;
				}
				const read = canonicalText(text);
				if (last.get(fact) === read) continue;
				last.set(fact, read);
				for (const { in: of, means, values } of forms) {
					const name = of === fact ? values(read)?.['name'] : undefined;
					if (typeof name !== 'string') continue;
					out.push({ name, sign: means, text: text.slice(0, 300) });
					break;
				}
			}
			return out;
		},
	};
}

/** A form as its lines are compared: without marks and in lower case. */
function plain(like: string): string {
	return like
		.split(/(\{[^}]*\})/)
		.map((part) => (part.startsWith('{') ? part : canonicalText(part)))
		.filter((part) => part !== '')
		.join(' ');
}

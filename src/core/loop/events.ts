// Events worth a line: found in the change from one situation to the next, by the profile's own list.
import type { Profile } from '../profile.ts';
import type { FactValue, Facts, NarrationEvent } from '../question.ts';
import { readsLike } from './told.ts';

export interface Noticed {
	readonly screen: string;
	readonly facts: Facts;
}
export interface Events {
	/** What happened since the situation before. */
	find(now: Noticed): NarrationEvent[];
}

/** At most so many values of facts go with an event that names none: a line needs a few, a model's bill grows with each. */
const VALUES = 6;
/** @param condition  whether the profile's expression for an event is true in a situation; undefined when unknown */
export function makeEvents(profile: Profile, condition: (event: string, at: Noticed) => boolean | undefined): Events {
	const { events: wanted = [], on = {}, told = {}, with: carried = {} } = profile.narration ?? {};
	const enums = new Set(profile.facts.flatMap((f) => (f.type === 'enum' ? [f.name] : [])));
	const unsayable = new Set(profile.facts.flatMap((f) => (f.type === 'text' || f.type === 'position' ? [f.name] : [])));
	const forms = new Map(Object.entries(told).map(([type, { fact, as }]) => [type, { fact, reads: as.map(readsLike) }]));
	/** Screens and worded facts met before, by `name=value`. */
	const met = new Set<string>();
	/** Texts as they stood last: one that comes back after a menu was closed is no news. */
	const texts = new Map<string, string>();
	let before: Noticed | undefined;

	function make(type: string, now: Noticed, more: Record<string, FactValue> = {}): NarrationEvent {
		const named = carried[type];
		const sayable = ([name, value]: [string, FactValue]): boolean =>
			(typeof value === 'number' || typeof value === 'string') &&
			(named?.includes(name) ?? (/^[a-z]+$/.test(name) && name !== 'type' && !unsayable.has(name)));
		const values = Object.entries({ screen: now.screen, ...now.facts }).filter((entry) =>
			named === undefined && entry[0] === 'screen' ? false : sayable(entry),
		);
		return { ...Object.fromEntries(named === undefined ? values.slice(0, VALUES) : values), ...more, type };
	}

	function happened(type: string, now: Noticed, discovered: readonly string[], fresh: ReadonlySet<string>): NarrationEvent[] {
		const form = forms.get(type);
		if (form !== undefined) {
			const text = now.facts[form.fact];
			if (typeof text !== 'string' || !fresh.has(form.fact)) return [];
			const read = form.reads.map((reads) => reads(text)).find((values) => values !== undefined);
			return read === undefined ? [] : [make(type, now, read)];
		}
		if (type === 'discovery') return discovered.map((what) => make(type, now, { what }));
		if (before === undefined) return [];
		if (on[type] !== undefined) return condition(type, now) === true && condition(type, before) === false ? [make(type, now)] : [];
		if (type in now.facts) {
			const was = before.facts[type];
			const is = now.facts[type];
			return was !== undefined && is !== undefined && was !== is ? [make(type, now, { was, is })] : [];
		}
		return now.screen === type && before.screen !== type ? [make(type, now)] : [];
	}

	return {
		find(now) {
			const discovered: string[] = [];
			for (const [name, value] of [['screen', now.screen] as const, ...Object.entries(now.facts)]) {
				if ((name !== 'screen' && !enums.has(name)) || met.has(`${name}=${String(value)}`)) continue;
				met.add(`${name}=${String(value)}`);
				if (before !== undefined && name !== 'screen') discovered.push(String(value));
			}
			const fresh = new Set<string>();
			for (const { fact } of forms.values()) {
				const text = now.facts[fact];
				if (typeof text !== 'string' || texts.get(fact) === text) continue;
				if (before !== undefined) fresh.add(fact);
			}
			const events = wanted.flatMap((type) => happened(type, now, discovered, fresh));
			for (const { fact } of forms.values()) {
				const text = now.facts[fact];
				if (typeof text === 'string') texts.set(fact, text);
			}
			before = now;
			return events;
		},
	};
}

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
	const { events: wanted = [], on = {}, told = {}, with: carried = {}, keeps = [] } = profile.narration ?? {};
	const enums = new Set(profile.facts.flatMap((f) => (f.type === 'enum' ? [f.name] : [])));
	const unsayable = new Set(profile.facts.flatMap((f) => (f.type === 'text' || f.type === 'position' ? [f.name] : [])));
	const forms = new Map(Object.entries(told).map(([type, { fact, as }]) => [type, { fact, reads: as.map(readsLike) }]));
	/** Screens and worded facts met before, by `name=value`. */
	const met = new Set<string>();
	/** Texts as they stood last: one that comes back after a menu was closed is no news. */
	const texts = new Map<string, string>();
	/** The last that was seen of what is so unseen as well. */
	const kept = new Map<string, FactValue>();
	let before: Noticed | undefined;

	function make(type: string, now: Noticed, more: Record<string, FactValue> = {}): NarrationEvent {
		const names = carried[type];
		const values = names === undefined ? shortList(now.facts) : names.map((name) => [name, valueOf(name, now)] as const);
		return {
			...Object.fromEntries(values.filter(([, value]) => typeof value === 'number' || typeof value === 'string')),
			...more,
			type,
		} as NarrationEvent;
	}

	function valueOf(name: string, now: Noticed): FactValue | undefined {
		return name === 'screen' ? now.screen : (now.facts[name] ?? kept.get(name));
	}

	function shortList(facts: Facts) {
		return Object.entries(facts)
			.filter(
				([name, value]) =>
					/^[a-z]+$/.test(name) && name !== 'type' && !unsayable.has(name) && (typeof value === 'number' || typeof value === 'string'),
			)
			.slice(0, VALUES);
	}

	function happened(type: string, now: Noticed, discovered: readonly string[], fresh: Set<string>): NarrationEvent[] {
		const form = forms.get(type);
		if (form !== undefined) {
			const text = now.facts[form.fact];
			if (typeof text !== 'string' || !fresh.has(form.fact)) return [];
			const read = form.reads.map((reads) => reads(text)).find((values) => values !== undefined);
			if (read === undefined) return [];
			fresh.delete(form.fact);
			return [make(type, now, read)];
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
			for (const name of keeps) {
				const value = now.facts[name];
				if (value !== undefined) kept.set(name, value);
			}
			/** Facts whose text is news, until a type has read it: it tells of one thing. */
			const fresh = new Set<string>();
			for (const { fact } of forms.values()) {
				const text = now.facts[fact];
				if (typeof text !== 'string' || texts.get(fact) === text) continue;
				texts.set(fact, text);
				if (before !== undefined) fresh.add(fact);
			}
			const events = wanted.flatMap((type) => happened(type, now, discovered, fresh));
			before = now;
			return events;
		},
	};
}

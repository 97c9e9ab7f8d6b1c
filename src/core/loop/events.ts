// Events worth a line: found in the change from one situation to the next, by the profile's own list.
import type { Profile } from '../profile.ts';
import type { Facts, NarrationEvent } from '../question.ts';

export interface Noticed {
	readonly screen: string;
	readonly facts: Facts;
}

/** At most so many values of facts go with an event: a line needs a few, a model's bill grows with each. */
const VALUES = 6;

/**
 * @param seen       screens and worded facts met before, by `name=value`; grows
 * @param condition  whether the profile's expression for an event is true in a situation; undefined when unknown
 */
export function findEvents(
	profile: Profile,
	before: Noticed | undefined,
	now: Noticed,
	seen: Set<string>,
	condition: (event: string, at: Noticed) => boolean | undefined,
): NarrationEvent[] {
	const events: NarrationEvent[] = [];
	const wanted = profile.narration?.events ?? [];
	const discovered: string[] = [];
	for (const [name, value] of [['screen', now.screen] as const, ...Object.entries(now.facts)]) {
		const worded = name === 'screen' || profile.facts.some((f) => f.name === name && f.type === 'enum');
		if (!worded || seen.has(`${name}=${String(value)}`)) continue;
		seen.add(`${name}=${String(value)}`);
		if (before !== undefined && name !== 'screen') discovered.push(String(value));
	}
	for (const type of wanted) {
		if (profile.narration?.on?.[type] !== undefined) {
			if (condition(type, now) === true && before !== undefined && condition(type, before) === false) events.push(make(type, now));
		} else if (type === 'discovery') {
			for (const what of discovered) events.push({ ...make(type, now), what });
		} else if (before !== undefined && type in now.facts) {
			const was = before.facts[type];
			const is = now.facts[type];
			if (was !== undefined && is !== undefined && was !== is) events.push({ ...make(type, now), was, is });
		} else if (before !== undefined && now.screen === type && before.screen !== type) events.push(make(type, now));
	}
	return events;
}

function make(type: string, now: Noticed): NarrationEvent {
	const values = Object.entries(now.facts)
		.filter(([name, value]) => /^[a-z]+$/.test(name) && name !== 'type' && (typeof value === 'number' || typeof value === 'string'))
		.slice(0, VALUES);
	return { ...Object.fromEntries(values), type };
}

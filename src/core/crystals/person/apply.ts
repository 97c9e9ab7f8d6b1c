// How somebody stands, moved by evidence and never by a model twice: what they say pulls to how it sounds, blows and gifts push, and
// what is not renewed wears off.
import { type LifeStep, live } from '../lifecycle.ts';
import { NO_SIGNS, type Sign } from './events.ts';
import { HISTORY_MOST, type Person, type PersonData } from './schema.ts';

/** Half of what a blow or a gift did has worn off after this time of the clock. */
export const HALF_LIFE_MS = 30 * 60_000;
/** Share of the way to the end of the scale that one event goes. */
const PUSH: Readonly<Record<Sign, number>> = { 'attacked-by': -0.6, attacked: -0.5, gave: 0.35, got: 0.35 };
/** Share of the way to how a text sounds: new words weigh more than words heard before. */
const PULL = { fresh: 0.6, again: 0.2 } as const;
/** Below this a gift surprises, and above its opposite a blow. */
const CLEAR = 0.2;

/** Where an attitude drifts to: how they speak, or, of who never spoke, what they are known to do. */
export function usualOf({ heard, signs }: Pick<PersonData, 'heard' | 'signs'>): number {
	if (heard.length > 0) return heard.reduce((sum, { attitude }) => sum + attitude, 0) / heard.length;
	// Who attacks without a word stays an enemy; nobody is made friends with by waiting.
	return signs['attacked-by'] > 0 ? -0.6 : signs.gave > 0 ? 0.25 : 0;
}

/** What was said is worth something to others; blows and gifts were between them and somebody else. */
export function notMet(data: PersonData): PersonData {
	return { ...data, attitude: usualOf({ heard: data.heard, signs: NO_SIGNS }), history: [], signs: NO_SIGNS };
}

/** In [-1, 1], rounded to hundredths: what rules compare with must not change with every tick. */
export function attitudeAt(data: PersonData, at: number): number {
	const usual = usualOf(data);
	const left = 2 ** (-Math.max(0, at - data.at) / HALF_LIFE_MS);
	return Math.round(100 * (usual + (data.attitude - usual) * left)) / 100;
}

/** The data after a text was heard. @param fresh  for the first time */
export function heardTalk(
	data: PersonData,
	said: { readonly attitude: number; readonly because: string },
	at: number,
	fresh: boolean,
): PersonData {
	const from = attitudeAt(data, at);
	const isFirst = data.history.length === 0;
	const to = isFirst ? said.attitude : from + (said.attitude - from) * (fresh ? PULL.fresh : PULL.again);
	return moved(data, from, to, 'talk', said.because, at);
}

export function happened(data: PersonData, sign: Sign, why: string, at: number): PersonData {
	const from = attitudeAt(data, at);
	const push = PUSH[sign];
	const signs = { ...data.signs, [sign]: data.signs[sign] + 1 };
	return { ...moved({ ...data, signs }, from, from + push * (push < 0 ? 1 + from : 1 - from), sign, why, at) };
}

export function moved(
	data: PersonData,
	from: number,
	to: number,
	by: PersonData['history'][number]['by'],
	why: string,
	at: number,
): PersonData {
	const bounded = Math.round(100 * Math.min(1, Math.max(-1, to))) / 100;
	const last = data.history.at(-1);
	const change = { at, from, to: bounded, by, why: why.slice(0, 300) };
	// Blow upon blow is one line, from before the first to after the last.
	const history =
		last !== undefined && last.by === by && by !== 'talk' && by !== 'hand' && at - last.at < 60_000
			? [...data.history.slice(0, -1), { ...change, from: last.from }]
			: [...data.history, change];
	return { ...data, attitude: bounded, at, history: history.slice(-HISTORY_MOST) };
}

/** What an event says of the attitude believed before it: a friend who strikes was none. */
export function labelOf(person: Person, sign: Sign, episode: string, at: number): LifeStep | undefined {
	const before = attitudeAt(person.data, at);
	const known = person.data.history.length > 0;
	if (!known || sign === 'attacked' || sign === 'got' || Math.abs(before) < CLEAR) return undefined;
	const harmful = sign === 'attacked-by' ? before > 0 : before < 0;
	const because = harmful
		? `thought ${before > 0 ? 'friendly' : 'hostile'} (${before.toFixed(2)}), but ${sign}`
		: `${sign}, as was thought`;
	return live(person, { type: 'label', harmful, because, context: { episode, at } }, at);
}

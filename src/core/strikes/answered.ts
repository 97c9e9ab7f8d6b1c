// Answers that could be read and came to nothing, as a text that a person puts right, and back. What in them can stand in no case, a
// fact that nobody reads or a place that is not there, is left out of the draft, and the draft says so.
import * as v from 'valibot';
import { capital } from '../crystals/phrase/forms.ts';
import { induce } from '../crystals/phrase/induce.ts';
import { phraseText } from '../crystals/phrase/schema.ts';
import { readText } from '../crystals/phrase/by-hand.ts';
import type { RuleCheck } from '../crystals/rule/check.ts';
import { parseRule, printAct, printLiteral, printRule } from '../crystals/rule/text.ts';
import { inOrder } from '../crystals/strategy/schema.ts';
import type { Act, Answers, Literal, RouteAnswer, StrategyAnswer, Unused, UnusedAsk } from '../question.ts';
import { answerSchemas } from '../question.ts';

/** What can stand in an answer. */
export interface Standing extends Pick<RuleCheck, 'literal' | 'act'> {
	isPlace(name: string): boolean;
}
export interface AnsweredDraft {
	readonly kind: 'answer';
	readonly ask: UnusedAsk;
	readonly text: string;
	/** What was wrong with it as it came, and what accepting it comes to. */
	readonly note: string;
}
export type AnsweredRead<A extends UnusedAsk> =
	| { readonly ok: true; readonly answer: Answers[A] }
	/** A sentence. */
	| { readonly ok: false; readonly why: string };

type Of<A extends UnusedAsk> = Extract<Unused, { readonly ask: A }>;
const of = <A extends UnusedAsk>(ask: A, all: readonly Unused[]): readonly Of<A>[] => all.filter((one): one is Of<A> => one.ask === ask);

/**
 * @param all  of near-same questions, the newest last
 * @param why  what was wrong with the newest
 * @returns undefined where nothing of them can stand
 */
export function draftOfAnswers(all: readonly Unused[], why: string, standing: Standing): AnsweredDraft | undefined {
	const ask = all.at(-1)?.ask;
	if (ask === undefined) return undefined;
	const made = textOf(ask, all, standing);
	if (made === undefined || made.text === '') return undefined;
	const notes = [`As it came it was no good: ${why}`, ...(made.note === undefined ? [] : [made.note])];
	return { kind: 'answer', ask, text: made.text, note: `${notes.join('. ')}.` };
}

function textOf(ask: UnusedAsk, all: readonly Unused[], standing: Standing): { readonly text: string; readonly note?: string } | undefined {
	switch (ask) {
		case 'narration':
			return phraseOf(of(ask, all));
		case 'quest': {
			const { quest, stage, objective, giver, place, done } = (of(ask, all).at(-1) as Of<'quest'>).answer;
			if (quest === '') return undefined;
			const over = typeof done === 'boolean' ? [] : done.filter((literal) => standing.literal(literal) === undefined);
			const readings = readingsOf(all).length;
			return {
				text: linesOf({
					quest,
					stage,
					objective,
					giver,
					place,
					done: over.length > 0 ? over.map(printLiteral).join(' and ') : done === true ? 'yes' : 'no',
				}),
				...(readings > 1 ? { note: `The ${readings} readings of the text are kept with it` } : {}),
			};
		}
		case 'npc': {
			const { name, attitude, faction, because } = (of(ask, all).at(-1) as Of<'npc'>).answer;
			return { text: linesOf({ name, attitude: String(attitude), faction, because }) };
		}
		case 'route':
			return wayOf((of(ask, all).at(-1) as Of<'route'>).answer, standing);
		case 'strategy':
			return planOf((of(ask, all).at(-1) as Of<'strategy'>).answer, standing);
	}
}

/** Texts that were read where one stood, each once: what the reader makes of it differs. */
export function readingsOf(all: readonly Unused[]): readonly string[] {
	return [...new Set(all.flatMap((one) => (one.ask === 'quest' || one.ask === 'npc' ? [one.about.text] : [])))];
}

/** A template of all the lines where they have one, else of the last. */
function phraseOf(all: readonly Of<'narration'>[]): { readonly text: string; readonly note?: string } | undefined {
	const examples = all.slice(-3).map(({ answer, about }) => ({ line: answer.line, event: about.event, named: answer.slots }));
	for (const some of [examples, examples.slice(-1)]) {
		const induced = induce(some);
		if (induced.ok) return { text: phraseText(induced), ...(induced.parts.some((part) => 'slot' in part) ? {} : { note: SAME_OF_ALL }) };
	}
	const line = (examples.at(-1)?.line ?? '').replaceAll(/[<>{}]/g, '').trim();
	return line === '' ? undefined : { text: line, note: SAME_OF_ALL };
}
const SAME_OF_ALL = 'It has no slot, so it says the same of every such event; a slot is written {name}';

function wayOf({ waypoints }: RouteAnswer, { act, isPlace }: Standing): { readonly text: string; readonly note?: string } | undefined {
	// A point was one of a frame that is gone.
	const sound = waypoints.flatMap(({ place, action }) => {
		const does = action !== undefined && act(action) === undefined ? [printAct(action)] : [];
		const to = place !== undefined && isPlace(place) ? [`to ${place}`] : [];
		return does.length + to.length === 0 ? [] : [[...does, ...to].join(' ')];
	});
	return sound.length === 0 ? undefined : { text: sound.join('\n'), ...leftOut(waypoints.length - sound.length, 'step') };
}

function planOf({ goals, rules }: StrategyAnswer, standing: Standing): { readonly text: string; readonly note?: string } | undefined {
	const sound = (literals: readonly Literal[]): readonly Literal[] => literals.filter((literal) => standing.literal(literal) === undefined);
	let dropped = 0;
	const told = inOrder(goals).flatMap(({ name, when, until }) => {
		const [from, to] = [sound(when), sound(until)];
		dropped += when.length - from.length + until.length - to.length;
		// A goal whose end nobody can see is never over; one that was to be over is none without it.
		if (until.length > 0 && to.length === 0) return [];
		const side = (word: string, literals: readonly Literal[]): string =>
			literals.length === 0 ? '' : `; ${word} ${literals.map(printLiteral).join(' and ')}`;
		return [`${name.replaceAll(/[;\n]/g, ',')}${side('when', from)}${side('until', to)}`];
	});
	if (told.length === 0) return undefined;
	const acts = rules.flatMap(({ when, action }) =>
		when.length > 0 && sound(when).length === when.length && standing.act(action) === undefined
			? [printRule({ layer: 'strategy', when, unless: [], then: action, expects: [], until: [] })]
			: [],
	);
	return { text: [...told, ...acts].join('\n'), ...leftOut(dropped, 'condition') };
}

const leftOut = (count: number, what: string): { readonly note?: string } =>
	count === 0 ? {} : { note: `${count} ${what}${count === 1 ? ' was' : 's were'} left out that can never be` };

const linesOf = (fields: Readonly<Record<string, string | undefined>>): string =>
	Object.entries(fields)
		.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value.replaceAll('\n', ' ')}`]))
		.join('\n');

/** Reads what a person made of a draft. A phrase is its text; see `readText`. */
export function readAnswered<A extends UnusedAsk>(ask: A, text: string): AnsweredRead<A> {
	const lines = text
		.split('\n')
		.map((line) => line.trim())
		.filter((line) => line !== '');
	const data = dataOf(ask, text.trim(), lines);
	if (typeof data === 'string') return { ok: false, why: data };
	const read = v.safeParse(answerSchemas[ask] as unknown as v.GenericSchema<unknown, Answers[A]>, data);
	if (read.success) return { ok: true, answer: read.output };
	return { ok: false, why: `${v.getDotPath(read.issues[0]) ?? 'It'}: ${read.issues[0].message}.` };
}

function dataOf(ask: UnusedAsk, text: string, lines: readonly string[]): Readonly<Record<string, unknown>> | string {
	switch (ask) {
		case 'narration': {
			const read = readText(text);
			return read.ok ? { line: text } : `${capital(read.why)}.`;
		}
		case 'quest': {
			const fields = fieldsOf(lines, ['quest', 'stage', 'objective', 'giver', 'place', 'done']);
			if (typeof fields === 'string') return fields;
			const { done = 'no', ...rest } = fields;
			const over = done === 'yes' || done === 'no' ? done === 'yes' : literalsOf(done);
			return typeof over === 'string' ? `done: ${over}` : { stage: '', objective: '', ...rest, done: over };
		}
		case 'npc': {
			const fields = fieldsOf(lines, ['name', 'attitude', 'faction', 'because']);
			return typeof fields === 'string' ? fields : { because: '', ...fields, attitude: Number(fields['attitude']) };
		}
		case 'route': {
			const waypoints: object[] = [];
			for (const line of lines) {
				const [, does, to] = /^(?:([a-z][a-z0-9-]*\(.*\)))?\s*(?:\bto (.+))?$/.exec(line) ?? [];
				if (does === undefined && to === undefined) return `"${line}" is no step: an act, as click(at: door), or "to" and a place.`;
				const action = does === undefined ? undefined : actOf(does);
				if (typeof action === 'string') return `"${does}": ${action}`;
				waypoints.push({ ...(action === undefined ? {} : { action }), ...(to === undefined ? {} : { place: to }) });
			}
			return { waypoints };
		}
		case 'strategy': {
			const goals: object[] = [];
			const rules: object[] = [];
			for (const [i, line] of lines.entries()) {
				if (/^strategy:\s*if\b/.test(line)) {
					const parsed = parseRule(line);
					if (!parsed.ok) return `"${line}": ${parsed.message}.`;
					rules.push({ when: parsed.rule.when, action: parsed.rule.then });
					continue;
				}
				const [name = '', ...sides] = line.split(';').map((part) => part.trim());
				const goal: Record<string, unknown> = { name, priority: lines.length - i };
				for (const side of sides) {
					const [, word, conditions] = /^(when|until) (.+)$/.exec(side) ?? [];
					const literals = conditions === undefined ? '"when" or "until" is expected.' : literalsOf(conditions);
					if (word === undefined || typeof literals === 'string') return `"${side}": ${String(literals)}`;
					goal[word] = literals;
				}
				goals.push(goal);
			}
			return { goals, rules };
		}
	}
}

function fieldsOf(lines: readonly string[], known: readonly string[]): Readonly<Record<string, string>> | string {
	const fields: Record<string, string> = {};
	for (const line of lines) {
		const [, name = '', value = ''] = /^([a-z]+):\s*(.*)$/.exec(line) ?? [];
		if (!known.includes(name)) return `"${line}" begins with none of ${known.join(', ')}.`;
		if (value !== '') fields[name] = value;
	}
	return fields;
}

/** Conditions as rules have them. */
function literalsOf(text: string): readonly Literal[] | string {
	const parsed = parseRule(`strategy: if ${text} then x()`);
	return parsed.ok ? parsed.rule.when : `${capital(parsed.message)}.`;
}
function actOf(text: string): Act | string {
	const parsed = parseRule(`strategy: if x == 1 then ${text}`);
	return parsed.ok ? parsed.rule.then : `${capital(parsed.message)}.`;
}

// A skill read aloud: one line for a card, and its steps one by one.
import { printAct, printEffect, printLiteral } from '../rule/text.ts';
import type { SkillData, SkillStep, Successor } from './schema.ts';

/** `when screen == town unless hp <= 10: click(at: shop), buy(item: {thing})`. */
export function skillText(data: Pick<SkillData, 'when' | 'unless' | 'steps'>): string {
	return `${gateText(data)}: ${data.steps.map(({ act }) => (act === undefined ? 'look' : printAct(act))).join(', ')}`;
}

/** When it may begin. */
export function gateText({ when, unless }: Pick<SkillData, 'when' | 'unless'>): string {
	const gate = when.length === 0 ? 'any time' : `when ${when.map(printLiteral).join(' and ')}`;
	const but = unless.length === 0 ? '' : ` unless ${unless.map(printLiteral).join(' or ')}`;
	return `${gate}${but}`;
}

/** A step with all that it waits for and where it goes on. */
export function stepText(step: SkillStep): string {
	const { id, when = [], act, expects = [], until = [], next, onError = [], times } = step;
	return [
		...(id === undefined ? [] : [`${id}:`]),
		...(when.length === 0 ? [] : [`if ${when.map(printLiteral).join(' and ')} then`]),
		act === undefined ? 'look' : printAct(act),
		...(expects.length === 0 ? [] : [`expect ${expects.map(printEffect).join(' and ')}`]),
		...(until.length === 0 ? [] : [`again until ${until.map(printLiteral).join(' and ')}`]),
		...(next === undefined ? [] : [next.length === 0 ? 'then stop' : `then ${next.map(way).join(' or ')}`]),
		...(onError.length === 0 ? [] : [`if that fails ${onError.map(way).join(' or ')}`]),
		...(times === undefined || times === 1 ? [] : [`at most ${times} times`]),
	].join(' ');
}

function way(to: Successor): string {
	return typeof to === 'string' ? to : `${to.step} and back`;
}

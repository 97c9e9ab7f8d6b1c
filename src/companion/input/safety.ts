// What may be pressed at all. The profile's allow-list comes from a file that somebody wrote; the list below holds whatever the
// file says, because these keys leave the game: to the desktop, a terminal, another program, the clipboard.
import type { Profile } from '../../core/profile.ts';
import type { WireStep } from '../protocol.ts';
import type { Driver } from './driver.ts';

export const TEXT_LIMIT = 64;

/** Never pressed, alone or with others. */
const NEVER = new Set([
	'meta',
	'super',
	'hyper',
	'os',
	'win',
	'windows',
	'command',
	'cmd',
	'print',
	'printscreen',
	'sysrq',
	'f12',
	'contextmenu',
	'power',
	'sleep',
	'wakeup',
	'copy',
	'cut',
	'paste',
]);
const norm = (key: string): string => {
	const lower = key.toLowerCase();
	return lower === 'ctrl' ? 'control' : lower === 'altgraph' || lower === 'option' ? 'alt' : lower;
};

/** Why these keys may not be down together, or undefined when they may. */
export function refusedCombination(keys: readonly string[]): string | undefined {
	const down = new Set(keys.map(norm));
	for (const key of down) if (NEVER.has(key)) return `the key ${key} is always refused`;
	const alt = down.has('alt');
	const control = down.has('control');
	if (alt && control) return 'Ctrl+Alt with anything is always refused';
	for (const key of ['tab', 'f1', 'f2', 'f4', 'escape', 'space', 'enter']) if (alt && down.has(key)) return `Alt+${key} is always refused`;
	if (control && down.has('escape')) return 'Ctrl+Escape is always refused';
	for (const key of ['c', 'v', 'x', 'insert']) if (control && down.has(key)) return 'the clipboard is always refused';
	if (down.has('shift') && (down.has('insert') || down.has('delete'))) return 'the clipboard is always refused';
	return undefined;
}

/**
 * Checks a whole act before its first event, so that nothing is done by halves.
 *
 * @param held  keys that are down already
 * @returns the reason of the first step that is not allowed
 */
export function refusedAct(
	profile: Profile,
	verb: string,
	steps: readonly WireStep[],
	held: readonly string[],
	driver: Driver,
): string | undefined {
	const action = profile.actions.find((a) => a.verb === verb);
	if (!action) return `the profile "${profile.id}" has no verb "${verb}"`;
	const keys = new Set(profile.safety.keys);
	const buttons = new Set<string>(profile.safety.buttons);
	const literalTexts = new Set(action.input.flatMap((step) => ('text' in step ? [step.text] : [])));
	const down = new Set(held);
	const press = (pressed: readonly string[]): string | undefined => {
		for (const key of pressed) {
			if (!keys.has(key)) return `key "${key}" is not in the profile's safety.keys`;
			if (!driver.knows(key)) return `this keyboard has no key "${key}"`;
		}
		return refusedCombination([...down, ...pressed]);
	};
	for (const step of steps) {
		let refused: string | undefined;
		switch (step.do) {
			case 'click':
			case 'drag':
				if (!buttons.has(step.button)) refused = `button "${step.button}" is not in the profile's safety.buttons`;
				break;
			case 'key':
				refused = press(step.keys);
				break;
			case 'hold':
				refused = press([step.key]);
				down.add(step.key);
				break;
			case 'release':
				down.delete(step.key);
				break;
			case 'text':
				refused = refusedText(step.text, keys, literalTexts, down, driver);
				break;
			case 'move':
			case 'scroll':
			case 'wait':
				break;
		}
		if (refused !== undefined) return refused;
	}
	return undefined;
}

function refusedText(
	text: string,
	keys: ReadonlySet<string>,
	literal: ReadonlySet<string>,
	down: ReadonlySet<string>,
	driver: Driver,
): string | undefined {
	const characters = [...text];
	if (characters.length > TEXT_LIMIT) return `text of ${characters.length} characters; ${TEXT_LIMIT} at most`;
	if (['Control', 'Alt'].some((key) => down.has(key))) return 'text while Ctrl or Alt is held would be shortcuts';
	for (const character of characters) {
		if (/\p{C}/u.test(character)) return 'text with a control character';
		const key = character === ' ' ? 'Space' : character;
		// Text that the profile spells out is allowed as a whole; anything else only from keys of the allow-list.
		if (!literal.has(text) && !keys.has(key) && !keys.has(key.toLowerCase())) return `"${character}" is not in the profile's safety.keys`;
		if (!driver.knows(key)) return `this keyboard has no "${character}"`;
	}
	return undefined;
}

/** How many input gestures the steps make, for the rate. */
export function gesturesOf(steps: readonly WireStep[]): number {
	let count = 0;
	for (const step of steps) {
		if (step.do === 'scroll') count += step.times;
		else if (step.do === 'text') count += [...step.text].length;
		else if (step.do !== 'wait' && step.do !== 'release') count += 1;
	}
	return count;
}

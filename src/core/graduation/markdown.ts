// What was found of graduation, for a person.
import { table } from '../markdown.ts';
import type { Graduation } from './conditions.ts';

/** `graduation.md`. */
export const graduationMarkdown = (found: Graduation): string => ['# Graduation', '', ...graduationLines(found), ''].join('\n');

/** What was found, as lines of Markdown. */
export function graduationLines(found: Graduation): string[] {
	const day = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
	const met = found.conditions.filter((c) => c.met).length;
	return [
		`${found.graduated ? '**Graduated.**' : `**Not yet**: ${met} of 5 conditions are met.`} Window: ${day(found.from)} to ${day(found.to)}.`,
		...(found.simulated ? ['', '**Simulated**: a scripted stand-in, a pretended price or wallet had a part in it.'] : []),
		'',
		...table(
			['condition', 'what is asked', 'state', 'seen', 'missing'],
			found.conditions.map((c) => [c.name, c.asks, c.met ? 'met' : 'missing', c.evidence, c.missing || '–']),
		),
	];
}

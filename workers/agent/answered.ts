// What a person made of answers that came to nothing is learnt as an answer is: by the same checks, to the same crystals. Theirs is the word
// of a person, so no claim of it has to stand in a text.
import type { Receipt } from '../../src/core/cascade.ts';
import type { Residue } from '../../src/core/crystals/crystal.ts';
import { writePhrase } from '../../src/core/crystals/phrase/by-hand.ts';
import type { RuleCheck } from '../../src/core/crystals/rule/check.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { type Desk, provenanceOf } from '../../src/core/loop/desk.ts';
import type { Folk, Heard, Interpreter } from '../../src/core/loop/folk.ts';
import type { Planner } from '../../src/core/loop/planner.ts';
import type { Navigator } from '../../src/core/navigation/navigator.ts';
import type { Answers, Facts, Unused, UnusedAsk } from '../../src/core/question.ts';
import { askedOf } from '../../src/core/strikes/strikes.ts';
import { type AnsweredDraft, readAnswered, readingsOf } from '../../src/core/strikes/answered.ts';
import { sentenceOf } from './views.ts';

export interface AnsweredDesk extends Pick<Desk, 'scope' | 'clock' | 'newId' | 'save'> {
	readonly ledger: Ledger;
	readonly folk: Pick<Folk, 'interpreters'>;
	readonly planner: Pick<Planner, 'verify' | 'crystallise'>;
	readonly navigator: Pick<Navigator, 'plan'>;
	/** What a condition may speak of. */
	readonly check: Pick<RuleCheck, 'literal'>;
	readonly facts: Facts;
}

/**
 * @param base  of the strike: what was asked, about which event or fact
 * @param unused  the answers that it was drafted from, the newest last
 * @returns '' or, in a sentence, why nothing was learnt
 */
export function learnAnswered({ ask }: AnsweredDraft, text: string, base: string, unused: readonly Unused[], desk: AnsweredDesk): string {
	const { kind } = askedOf(base);
	/** What they said is written down once it is known that it can be said. */
	const receipt = (): Receipt => {
		const detail = `said what no answer could be used for (${ask}${kind === '' ? '' : `, ${kind}`}): ${text}`.slice(0, 400);
		const { n } = desk.ledger.append({ type: 'intervention', what: 'explain', detail });
		return { entry: n, tier: { name: 'hand', boxFormat: 'pixels' }, model: '', promptTokens: 0, completionTokens: 0, usd: 0 };
	};
	const residue = learn(ask, text, kind, unused, receipt, desk);
	const why = typeof residue === 'string' ? residue : 'none' in residue ? residue.detail : '';
	return why === '' ? '' : sentenceOf(why);
}

function learn(
	ask: UnusedAsk,
	text: string,
	kind: string,
	unused: readonly Unused[],
	receipt: () => Receipt,
	{ scope, clock, newId, save, folk, planner, navigator, check, facts }: AnsweredDesk,
): Residue | string {
	const newest = unused.at(-1);
	switch (ask) {
		case 'narration': {
			const read = readAnswered(ask, text);
			if (!read.ok) return read.why;
			const at = clock.now();
			const written = writePhrase(text, kind, { id: newId('phrase'), scope, provenance: provenanceOf(receipt(), at, 'narration'), at });
			if (!written.ok) return written.why;
			save(written.phrase);
			return { made: [written.phrase], refused: [], labelled: [] };
		}
		case 'quest': {
			const read = readAnswered(ask, text);
			if (!read.ok) return read.why;
			const wrong =
				typeof read.answer.done === 'boolean' ? undefined : read.answer.done.map((l) => check.literal(l)).find((why) => why !== undefined);
			if (wrong !== undefined) return `done: ${wrong}`;
			return interpreted(folk.interpreters.quest, ask, read.answer, kind, unused, receipt());
		}
		case 'npc': {
			const read = readAnswered(ask, text);
			return read.ok ? interpreted(folk.interpreters.npc, ask, read.answer, kind, unused, receipt()) : read.why;
		}
		case 'route': {
			const read = readAnswered(ask, text);
			if (!read.ok) return read.why;
			if (newest?.ask !== ask) return 'it is not known any more from where to where';
			return navigator.plan(newest.about.from, newest.about.to, read.answer, receipt());
		}
		case 'strategy': {
			const read = readAnswered(ask, text);
			if (!read.ok) return read.why;
			return planner.verify(read.answer) ?? planner.crystallise(facts, read.answer, receipt());
		}
	}
}

/** What is said of one reading is said of all: each further one joins what the first became. */
function interpreted<A extends Heard['ask']>(
	interpreter: Interpreter<A>,
	ask: A,
	answer: Answers[A],
	fact: string,
	unused: readonly Unused[],
	receipt: Receipt,
): Residue | string {
	const newest = unused.at(-1);
	const speaker = newest?.ask === 'quest' ? newest.about.speaker : newest?.ask === 'npc' ? newest.about.name : undefined;
	const [first] = readingsOf(unused).map((text) =>
		interpreter.crystallise({ ask, fact, text, visit: 0, ...(speaker === undefined ? {} : { speaker }) }, answer, receipt),
	);
	return first ?? 'no text is kept that it could be said of';
}

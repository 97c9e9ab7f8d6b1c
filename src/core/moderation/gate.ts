// The one door to what an audience hears and sees. A text becomes `Cleared` here and nowhere else: its pattern was approved once, the
// values in it are judged each time, and what nobody has judged is asked about through the seam. In doubt the door stays shut, and
// something harmless goes out instead.
import type { Attempt, Cascade } from '../cascade.ts';
import { exact, makeApprovals } from '../crystals/approval/apply.ts';
import { crystalliseApproval, type Ruled } from '../crystals/approval/crystallise.ts';
import type { Approval, ApprovalData } from '../crystals/approval/schema.ts';
import { type Crystal, unpaid } from '../crystals/crystal.ts';
import { applyStep, live, used } from '../crystals/lifecycle.ts';
import { type Desk, provenanceOf } from '../loop/desk.ts';
import type { Cancel } from '../ports.ts';
import type { ModerationAnswer } from '../question.ts';
import type { Words } from './words.ts';

declare const clearedBrand: unique symbol;
/** A text that may be spoken, and shown on a stream. */
export type Cleared = string & { readonly [clearedBrand]: true };

/** A line as pieces of fixed text and the values in its slots. */
export type LinePart = { readonly text: string } | { readonly slot: string; readonly value: string };
export interface ClearedPart {
	readonly text: Cleared;
	/** It filled a slot: another value may stand there next time. */
	readonly slot: boolean;
}
export interface ClearedLine {
	readonly text: Cleared;
	readonly parts: readonly ClearedPart[];
	/** Why this is not the line that was meant; empty when it is. */
	readonly held: string;
}

export interface GateOptions extends Desk {
	readonly cascade: Pick<Cascade, 'settle'>;
	readonly words: Words;
	/** Whether a moderation endpoint is set up; without one the lists decide. */
	readonly endpoint: () => boolean;
	/** Of the moment, for the ledger. */
	readonly tick: () => number;
	readonly cancel: Cancel;
	/** Something was judged: what is shown may change. */
	readonly onChange?: () => void;
}

export interface Gate {
	/** A line to be spoken. At once where all of it is known, after the endpoint's answer where not. Never rejects. */
	pass(parts: readonly LinePart[]): ClearedLine | Promise<ClearedLine>;
	/**
	 * A text that stands on the page: a goal, a name, a quest. `safe` is shown while it is being judged, and for good when it is refused.
	 * Longer ones are shown sentence by sentence, without those that are refused.
	 */
	show(text: string, safe: Safe): Cleared;
	/** The same of what changes with every frame: by approvals and the lists alone, nobody is asked. What they doubt is held back. */
	glance(text: string, safe: Safe): Cleared;
}

/** What stands in for what is not let out. */
export const SAFE = {
	someone: 'someone',
	something: 'something',
	goal: 'a goal of its own',
	empty: '',
} as const;
export type Safe = keyof typeof SAFE;
/** Said instead of a line, in turn. They say nothing of what happened, since that is what was not let out. */
const SAFE_LINES = ['Onwards.', 'Let us see what comes next.', 'And on it goes.'] as const;

/** Shown texts beyond this are judged by sentences. */
const WHOLE_CHARS = 300;
/** Values found clean lately, so that a screen full of words is not judged anew in each frame. */
const CLEAN_KEPT = 4000;

interface Unit {
	readonly of: ApprovalData['of'];
	/** As it is kept. */
	readonly text: string;
	/** As it is judged: without the braces of its slots. */
	readonly plain: string;
}
type Rule =
	| { readonly allowed: boolean; readonly by?: Approval | undefined }
	/** Only the endpoint can tell. */
	| { readonly allowed: undefined; readonly known: Approval | undefined };

const cleared = (text: string): Cleared => text as Cleared;

export function makeGate(o: GateOptions): Gate {
	const { clock, words, profile } = o;
	const approvals = makeApprovals(o.crystals);
	const clean = new Set<string>();
	const asking = new Set<string>();
	let turn = 0;

	function keep(
		ruled: Ruled,
		provenance = unpaid({ at: clock.now(), ask: 'moderation', tier: 'crystal' }),
		known?: Approval,
	): Approval | undefined {
		const before = known?.state ?? 'trial';
		const made = crystalliseApproval(ruled, { provenance, scope: o.scope, id: o.newId('approval'), known });
		if (made === undefined) return undefined;
		o.save(made as Crystal);
		const change = made.history.at(-1);
		if (change !== undefined && before !== 'autonomous') o.changed(made as Crystal, change);
		return made;
	}

	/** What is known of a text, or what the lists say of it. */
	function rule(unit: Unit, glance = false): Rule {
		const endpoint = !glance && o.endpoint();
		const found = approvals.find(unit.of, unit.text);
		if (found.outcome === 'hit') {
			const { data } = found.approval;
			// The lists' doubt is theirs: an endpoint that was set up since may know better.
			const again = data.by === 'list' && !data.allowed && endpoint && words.judge(unit.plain).verdict === 'doubtful';
			return again ? { allowed: undefined, known: found.approval } : { allowed: data.allowed, by: found.approval };
		}
		if (unit.of === 'value' && clean.has(unit.text)) return { allowed: true };
		const judged = words.judge(unit.plain);
		if (judged.verdict === 'clean') {
			if (found.approval !== undefined) confirm(found.approval);
			if (endpoint) return { allowed: undefined, known: found.approval };
			if (unit.of === 'value') {
				if (clean.size >= CLEAN_KEPT) clean.clear();
				clean.add(unit.text);
				return { allowed: true };
			}
			return { allowed: true, by: keep({ of: unit.of, text: unit.text, allowed: true, by: 'list', why: '' }, undefined, found.approval) };
		}
		if (judged.verdict === 'doubtful' && endpoint) return { allowed: undefined, known: found.approval };
		// What is misread in passing is in doubt at every turn: nobody wants a list of that.
		if (judged.verdict === 'doubtful' && glance) return { allowed: false };
		return {
			allowed: false,
			by: keep({ of: unit.of, text: unit.text, allowed: false, by: 'list', why: judged.why }, undefined, found.approval),
		};
	}

	/** An approval that came with a pack was found right by this machine's own lists: a clean label. */
	function confirm(approval: Approval): void {
		if (!approval.data.allowed) return;
		const at = clock.now();
		const step = live(
			approval,
			{ type: 'label', harmful: false, context: { episode: String(at), at }, because: 'the word lists find nothing in it' },
			at,
		);
		applyStep(approval as Crystal, step);
		o.save(approval as Crystal);
		if (step.change !== undefined) o.changed(approval as Crystal, step.change);
	}

	/** Asks about texts that nobody has judged. @returns whether each may go out; nobody answering means no */
	function settle(units: readonly Unit[], rules: readonly Rule[]): true | Promise<readonly boolean[]> {
		const open = units.flatMap((unit, i) => {
			const known = rules[i] as Rule;
			return known.allowed === undefined ? [{ unit, known: known.known }] : [];
		});
		const by = rules.flatMap((r) => (r.allowed !== undefined && r.by !== undefined ? [r.by] : []));
		for (const approval of by) approval.stat = used(approval.stat, clock.now());
		const refused = rules.some((r) => r.allowed === false);
		const attempt: Attempt<ModerationAnswer> =
			open.length === 0
				? {
						outcome: 'hit',
						used: by.map(({ id }) => id),
						answer: { results: [] },
						why: refused ? 'a part of it is refused' : 'every part of it was judged before, or is clean by the lists',
					}
				: { outcome: 'miss', reason: 'no-crystal', detail: `${open.length} of ${units.length} texts were never judged` };
		const settling = o.cascade.settle<'moderation'>(
			{
				question: {
					falsework: 1,
					ask: 'moderation',
					game: profile.id,
					tick: o.tick(),
					frame: { id: '', width: 0, height: 0 },
					texts: open.map(({ unit }) => unit.plain),
				},
				check: () => attempt,
				verify: ({ results }) =>
					results.length === open.length ? undefined : `there are ${results.length} results for ${open.length} texts`,
				crystallise({ results }, receipt) {
					const provenance = provenanceOf(receipt, clock.now(), 'moderation');
					const made = open.flatMap(({ unit, known }, i) => {
						const { flagged, categories } = results[i] as ModerationAnswer['results'][number];
						const ruled: Ruled = { of: unit.of, text: unit.text, allowed: !flagged, by: 'endpoint', why: categories.join(', ') };
						return keep(ruled, provenance, known) ?? [];
					});
					return made.length > 0
						? { made: made as readonly Crystal[], refused: [], labelled: [] }
						: { none: 'all-refused', detail: 'the texts are too long to be kept' };
				},
				tick: o.tick(),
			},
			o.cancel,
		);
		if (settling.how === 'hit') return true;
		return settling.settled.then((settled) => open.map((_, i) => settled?.answer.results[i]?.flagged === false));
	}

	/** The line as far as it may go out. */
	function finish(
		parts: readonly LinePart[],
		pattern: boolean,
		values: ReadonlyMap<string, boolean>,
		byPerson: ReadonlySet<string>,
	): ClearedLine {
		if (!pattern) return instead('the line is refused');
		let held = '';
		const out = parts.map((part): ClearedPart => {
			if ('text' in part) return { text: cleared(part.text), slot: false };
			if (values.get(part.value) !== false) return { text: cleared(part.value), slot: true };
			held = `the value of "${part.slot}" is refused`;
			return { text: cleared(SAFE.something), slot: true };
		});
		// Parts that are harmless alone may not be so together; what a person allowed is left out of that.
		const together = out.map(({ text, slot }) => (slot && byPerson.has(text) ? 'x' : text)).join('');
		if (!byPerson.has(patternOf(parts)) && words.judge(together).verdict === 'abusive') return instead('its parts are refused together');
		return { text: cleared(out.map(({ text }) => text).join('')), parts: out, held };
	}

	function instead(why: string): ClearedLine {
		const text = cleared(SAFE_LINES[turn++ % SAFE_LINES.length] as string);
		return { text, parts: [{ text, slot: false }], held: why };
	}

	function showPiece(text: string, safe: Safe, ask: boolean): Cleared {
		const unit: Unit = { of: 'value', text: exact(text), plain: text };
		if (unit.text === '' || isNumber(unit.text)) return cleared(text);
		const ruled = rule(unit, !ask);
		if (ruled.allowed === true) return cleared(text);
		if (ruled.allowed === undefined && !asking.has(unit.text)) {
			asking.add(unit.text);
			const settled = settle([unit], [ruled]);
			if (settled !== true)
				void settled.then(() => {
					asking.delete(unit.text);
					o.onChange?.();
				});
		}
		return cleared(SAFE[safe]);
	}

	function showWhole(text: string, safe: Safe, ask: boolean): Cleared {
		if (text.length <= WHOLE_CHARS) return showPiece(text, safe, ask);
		const pieces = text.match(new RegExp(`[^.!?\\n]{1,${WHOLE_CHARS}}[.!?\\n]*`, 'g')) ?? [];
		return cleared(pieces.map((piece) => showPiece(piece, 'empty', ask)).join('') || SAFE[safe]);
	}

	return {
		pass(parts) {
			const pattern = patternOf(parts);
			const fixed = parts.map((part) => ('text' in part ? part.text : ' ')).join('');
			const units: Unit[] = [{ of: 'pattern', text: exact(pattern), plain: fixed }];
			for (const part of parts)
				if ('slot' in part && !isNumber(part.value) && !units.some(({ of, text }) => of === 'value' && text === exact(part.value)))
					units.push({ of: 'value', text: exact(part.value), plain: part.value });
			const known = units.filter(({ text }) => text !== '');
			const rules = known.map((unit) => rule(unit));
			const person = new Set(known.flatMap(({ text }, i) => (isByPerson(rules[i]) ? [text] : [])));
			const settled = settle(known, rules);
			const decide = (answers: readonly boolean[]): ClearedLine => {
				let next = 0;
				const allowed = rules.map((r) => r.allowed ?? answers[next++] ?? false);
				const values = new Map(known.flatMap(({ of, text }, i) => (of === 'value' ? [[text, allowed[i] as boolean] as const] : [])));
				const first = known[0]?.of === 'pattern' ? (allowed[0] as boolean) : true;
				return finish(
					parts,
					first,
					new Map(parts.flatMap((p) => ('slot' in p ? [[p.value, values.get(exact(p.value)) ?? true] as const] : []))),
					person,
				);
			};
			return settled === true ? decide([]) : settled.then(decide);
		},
		show: (text, safe) => showWhole(text, safe, true),
		glance: (text, safe) => showWhole(text, safe, false),
	};
}

/** The line with its slots in braces: this is what is approved once. */
function patternOf(parts: readonly LinePart[]): string {
	return parts.map((part) => ('text' in part ? part.text : `{${part.slot}}`)).join('');
}

const isNumber = (text: string): boolean => /^[\d\s.,:/%+-]*$/.test(text);
const isByPerson = (ruled: Rule | undefined): boolean => ruled?.allowed === true && ruled.by?.data.by === 'person';

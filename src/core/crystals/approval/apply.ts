// Looks a text up among the approvals: exact, by hash, whatever their number.
import type { Crystal } from '../crystal.ts';
import type { Approval, ApprovalData } from './schema.ts';

export type Ruling =
	| { readonly outcome: 'hit'; readonly approval: Approval }
	/** `shadow`: one came with a pack and has to be confirmed here first. `no-crystal`: never seen, or taken out of service. */
	| { readonly outcome: 'miss'; readonly reason: 'no-crystal' | 'shadow'; readonly approval?: Approval };

/** Blanks as one, ends trimmed: two texts are the same when these are. */
export function exact(text: string): string {
	return text.replace(/\s+/g, ' ').trim();
}

export interface Approvals {
	find(of: ApprovalData['of'], text: string): Ruling;
}

/** Follows `crystals` as they come; one that was added under a known text takes its place if it is newer. */
export function makeApprovals(crystals: ReadonlyMap<string, Crystal>): Approvals {
	const byText = new Map<string, Approval>();
	let indexed = 0;
	const key = (of: ApprovalData['of'], text: string): string => `${of} ${text}`;

	/** Crystals are never taken out of the map, and come in order. */
	function follow(): void {
		if (crystals.size === indexed) return;
		let i = 0;
		for (const crystal of crystals.values()) {
			if (i++ < indexed || crystal.kind !== 'approval') continue;
			const approval = crystal as Approval;
			const k = key(approval.data.of, approval.data.text);
			const known = byText.get(k);
			if (known === undefined || rank(approval) >= rank(known)) byText.set(k, approval);
		}
		indexed = crystals.size;
	}
	return {
		find(of, text) {
			follow();
			const approval = byText.get(key(of, exact(text)));
			if (approval === undefined || approval.state === 'retired') return { outcome: 'miss', reason: 'no-crystal' };
			return approval.state === 'autonomous' ? { outcome: 'hit', approval } : { outcome: 'miss', reason: 'shadow', approval };
		},
	};
}

const rank = ({ state }: Approval): number => (state === 'autonomous' ? 2 : state === 'retired' ? 0 : 1);

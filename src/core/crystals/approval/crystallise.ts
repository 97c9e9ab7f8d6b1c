// A ruling becomes an approval, in force at once: exactly this text was judged, so there is nothing it has yet to prove. What came with a
// pack was judged elsewhere, and is confirmed here like any crystal.
import { type Crystal, freshStat, type Provenance, type Scope } from '../crystal.ts';
import { applyStep } from '../lifecycle.ts';
import { exact } from './apply.ts';
import { APPROVAL_SCHEMA, type Approval, type ApprovalData, APPROVED_CHARS_MAX } from './schema.ts';

export interface Ruled {
	readonly of: ApprovalData['of'];
	readonly text: string;
	readonly allowed: boolean;
	readonly by: ApprovalData['by'];
	readonly why: string;
}

const NAME_CHARS = 60;

/** @returns undefined for a text too long to be kept: it is judged anew each time */
export function crystalliseApproval(
	ruled: Ruled,
	o: { readonly provenance: Provenance; readonly scope: Scope; readonly id: string; readonly known?: Approval | undefined },
): Approval | undefined {
	const text = exact(ruled.text);
	if (text === '' || text.length > APPROVED_CHARS_MAX) return undefined;
	const { at } = o.provenance;
	const data: ApprovalData = { of: ruled.of, text, allowed: ruled.allowed, by: ruled.by, why: ruled.why.slice(0, 200) };
	const approval: Approval = o.known ?? {
		id: o.id,
		kind: 'approval',
		scope: o.scope,
		name: text.length > NAME_CHARS ? `${text.slice(0, NAME_CHARS - 1)}…` : text,
		schema: APPROVAL_SCHEMA,
		createdAt: at,
		provenance: o.provenance,
		state: 'trial',
		stat: freshStat(),
		history: [],
		data,
		blobs: {},
	};
	approval.data = data;
	applyStep(approval as Crystal, {
		stat: approval.stat,
		change: { at, from: approval.state, to: 'autonomous', why: `${ruled.allowed ? 'allowed' : 'refused'} by ${ruled.by}` },
	});
	return approval;
}

// A person's ruling: it stands above the lists and the endpoint, until it is taken back.
import type { ByHand } from '../by-hand.ts';
import type { State, StateChange } from '../crystal.ts';
import { applyStep } from '../lifecycle.ts';
import type { Approval, ApprovalData } from './schema.ts';

/** Allows a text, or refuses it from now on. */
export function ruleByHand(approval: Approval, allowed: boolean, at: number): ByHand {
	const { data: before, state } = approval;
	if (state === 'autonomous' && before.allowed === allowed && before.by === 'person')
		return { ok: false, why: `"${approval.name}" is ${allowed ? 'allowed' : 'refused'} by you already` };
	const put = (data: ApprovalData, to: State, why: string, then: number): StateChange => {
		const change: StateChange = { at: then, from: approval.state, to, why };
		approval.data = data;
		applyStep(approval, { stat: approval.stat, change });
		return change;
	};
	const word = allowed ? 'allowed' : 'revoked';
	return {
		ok: true,
		act: {
			what: 'edit',
			crystal: approval,
			said: `${word} "${approval.name}"`,
			before: before.allowed ? 'allowed' : 'refused',
			after: allowed ? 'allowed' : 'refused',
			change: put({ ...before, allowed, by: 'person', why: '' }, 'autonomous', `${word} by hand`, at),
			takeBack: (then) => put(before, state, `taken back: ${word} by hand`, then),
		},
	};
}

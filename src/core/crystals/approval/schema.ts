// An approval is a ruling on one text that may be spoken or shown on a stream: a line's pattern, or a value that goes into one. A denial
// is an approval that says no. It is no estimate: who ruled is kept with it, and a person's ruling stands above the others.
import * as v from 'valibot';
import type { Crystal } from '../crystal.ts';
import { type Migrations, readStored, type Stored } from '../stored.ts';

export const APPROVAL_SCHEMA = 1;
/** Longer texts are never approved whole. */
export const APPROVED_CHARS_MAX = 400;

export const approvalData = v.object({
	/** A pattern has its slots in braces; a value is text that filled one, or stands alone. */
	of: v.picklist(['pattern', 'value']),
	/** Exactly, blanks as one. */
	text: v.pipe(v.string(), v.minLength(1), v.maxLength(APPROVED_CHARS_MAX)),
	allowed: v.boolean(),
	/** The lists on this machine, a moderation endpoint, or a person. */
	by: v.picklist(['list', 'endpoint', 'person']),
	/** What was found; empty when allowed. */
	why: v.pipe(v.string(), v.maxLength(200)),
});
export type ApprovalData = v.InferOutput<typeof approvalData>;
export type Approval = Crystal<'approval', ApprovalData>;

/** Each takes data of version `index + 1` to the next. */
export const APPROVAL_MIGRATIONS: Migrations = [];

export function readApproval(data: unknown, version: number): Stored<ApprovalData> {
	return readStored('approval', { schema: approvalData, newest: APPROVAL_SCHEMA, migrations: APPROVAL_MIGRATIONS }, data, version);
}

/** For people. */
export function approvalText({ of, text, allowed, by, why }: ApprovalData): string {
	const ruled = { list: 'the word lists', endpoint: 'the moderation endpoint', person: 'you' }[by];
	return `${of} ${JSON.stringify(text)} ${allowed ? 'allowed' : 'refused'} by ${ruled}${why === '' ? '' : `: ${why}`}`;
}

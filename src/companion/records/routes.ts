// What a paired page asks of the records.
import * as v from 'valibot';
import { type RowsAsked, TABLES } from '../../core/records.ts';
import type { Answer, Call, Route } from '../server.ts';
import { RecordsError } from './database.ts';
import type { RecordsDesk } from './desk.ts';

/** A batch of the ledger. */
const BATCH_LIMIT_BYTES = 4 * 1024 * 1024;
const batch = v.strictObject({ entries: v.pipe(v.array(v.unknown()), v.maxLength(2000)) });

const STATUS = { 'disk-full': 507, 'in-use': 409, newer: 409, failed: 500 } as const satisfies Record<RecordsError['kind'], number>;

/** Answers with what comes of it, or with why the records could not say. */
export async function answered(asked: () => Promise<unknown>): Promise<Answer> {
	try {
		return { status: 200, body: await asked() };
	} catch (error) {
		if (!(error instanceof RecordsError)) throw error;
		return refused(STATUS[error.kind], error.kind, error.message);
	}
}

export function refused(status: number, kind: string, message: string): Answer {
	return { status, body: { error: { kind, message } } };
}

export function recordRoutes(records: RecordsDesk): readonly Route[] {
	return [
		{ method: 'GET', path: '/records', needs: 'token', handle: () => answered(() => records.view()) },
		{
			method: 'GET',
			path: '/records/:table',
			needs: 'token',
			handle: (call) => {
				const asked = rowsAsked(call);
				return typeof asked === 'string' ? refused(400, 'bad-request', asked) : answered(() => records.rows(asked));
			},
		},
		{ method: 'GET', path: '/ledger', needs: 'token', handle: () => answered(async () => ({ sessions: await records.sessions() })) },
		{
			method: 'POST',
			path: '/ledger',
			needs: 'token',
			limitBytes: BATCH_LIMIT_BYTES,
			handle: ({ body }) => {
				const read = v.safeParse(batch, body);
				if (!read.success) return refused(400, 'bad-request', 'POST {"entries": […]}, 2000 at most');
				return answered(async () => ({ sessions: await records.append(read.output.entries) }));
			},
		},
	];
}

/** @returns a sentence where the question is none */
function rowsAsked({ params, request }: Call): RowsAsked | string {
	const table = TABLES.find((name) => name === params['table']);
	if (table === undefined) return `There is no table "${params['table']}": ${TABLES.join(', ')}.`;
	const query = new URL(request.url ?? '', 'http://companion').searchParams;
	const whole = (name: string): number | undefined | null => {
		const text = query.get(name);
		if (text === null) return undefined;
		return /^\d{1,9}$/.test(text) ? Number(text) : null;
	};
	const after = whole('after');
	const limit = whole('limit');
	if (after === null || limit === null) return 'after and limit are whole numbers.';
	const session = query.get('session');
	return {
		table,
		...(session === null ? {} : { session }),
		...(after === undefined ? {} : { after }),
		...(limit === undefined ? {} : { limit }),
		newest: query.get('order') === 'newest',
	};
}

// What a paired page asks of sats: totals, rows, a wallet, a rate, a file of payments.
import * as v from 'valibot';
import { RecordsError } from './records/database.ts';
import type { RecordsDesk } from './records/desk.ts';
import { answered, refused } from './records/routes.ts';
import type { Call, Route } from './server.ts';
import type { Wallet } from './wallet.ts';

const IMPORT_LIMIT_BYTES = 8 * 1024 * 1024;
const RATE_MS = 15_000;
const connection = v.strictObject({ connection: v.pipe(v.string(), v.maxLength(2000)) });
const payments = v.strictObject({ payments: v.pipe(v.array(v.unknown()), v.maxLength(20_000)), simulated: v.optional(v.boolean(), false) });
const rate = v.strictObject({ usdPerBtc: v.number() });

/** @param today  dollars for one bitcoin now, and who says so */
export function satsRoutes(
	records: RecordsDesk,
	wallet: Wallet,
	today: () => Promise<{ usdPerBtc: number; from: string }> = rateOfToday,
): readonly Route[] {
	const view = async (from = 0, to = Number.MAX_SAFE_INTEGER) => ({ wallet: wallet.view(), ...(await records.sats(from, to)) });
	return [
		{
			method: 'GET',
			path: '/sats',
			needs: 'token',
			handle: (call) => {
				const from = msOf(call, 'from');
				const to = msOf(call, 'to');
				if (from === null || to === null) return refused(400, 'bad-request', 'from and to are milliseconds since 1970.');
				return answered(() => view(from, to));
			},
		},
		{
			method: 'POST',
			path: '/sats/import',
			needs: 'token',
			limitBytes: IMPORT_LIMIT_BYTES,
			handle: ({ body }) => {
				const read = v.safeParse(payments, body);
				if (!read.success) return refused(400, 'bad-request', 'POST {"payments": […]}, 20,000 at most');
				return answered(() => records.addPayments(read.output.payments, 'import', read.output.simulated));
			},
		},
		{
			method: 'POST',
			path: '/wallet',
			needs: 'token',
			handle: async ({ body }) => {
				const read = v.safeParse(connection, body);
				const why = read.success ? await wallet.connect(read.output.connection) : 'POST {"connection": "nostr+walletconnect://…"}';
				return why === '' ? answered(() => view()) : refused(400, 'bad-wallet', why);
			},
		},
		{
			method: 'POST',
			path: '/wallet/read',
			needs: 'token',
			handle: async () => {
				await wallet.read();
				return await answered(() => view());
			},
		},
		{
			method: 'DELETE',
			path: '/wallet',
			needs: 'token',
			handle: () => {
				wallet.disconnect();
				return answered(() => view());
			},
		},
		{
			method: 'POST',
			path: '/rates',
			needs: 'token',
			handle: async ({ body }) => {
				const read = v.safeParse(rate, body);
				return await setRate(records, read.success ? read.output.usdPerBtc : Number.NaN, 'typed in', view);
			},
		},
		{
			method: 'POST',
			path: '/rates/today',
			needs: 'token',
			handle: async () => {
				try {
					const { usdPerBtc, from } = await today();
					return await setRate(records, usdPerBtc, from, view);
				} catch (error) {
					const said = error instanceof Error ? error.message : String(error);
					return refused(502, 'no-rate', `The rate of today could not be had (${said}); type it in.`);
				}
			},
		},
	];
}

async function setRate(records: RecordsDesk, usdPerBtc: number, from: string, view: () => Promise<unknown>) {
	try {
		const why = await records.addRate(usdPerBtc, from);
		return why === '' ? await answered(view) : refused(400, 'bad-request', why);
	} catch (error) {
		if (!(error instanceof RecordsError)) throw error;
		return await answered(() => Promise.reject(error));
	}
}

async function rateOfToday(): Promise<{ usdPerBtc: number; from: string }> {
	const { getFiatBtcRate } = await import('@getalby/lightning-tools/fiat');
	const late = new Promise<never>((_, reject) => {
		setTimeout(() => reject(new Error(`no answer within ${RATE_MS / 1000} s`)), RATE_MS).unref();
	});
	return { usdPerBtc: (await Promise.race([getFiatBtcRate('USD'), late])) * 1e8, from: 'getalby.com' };
}

/** @returns undefined when it is not asked for, null when it is no time */
function msOf({ request }: Call, name: string): number | undefined | null {
	const text = new URL(request.url ?? '', 'http://companion').searchParams.get(name);
	if (text === null) return undefined;
	return /^\d{1,16}$/.test(text) ? Number(text) : null;
}

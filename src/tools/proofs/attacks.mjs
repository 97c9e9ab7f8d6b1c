// The 26 attacks of the security checklist. Each is made on the program as it is, which has to refuse it, and once more on a copy
// without each of its guards, where its tests have to fail: a test that nothing can make fail says nothing.
import { ensureBuilt } from '../build.mjs';
import { makeCopy, runTests, unguarded } from './attacks/copy.mjs';
import { ITEMS } from './attacks/items.mjs';

const FUZZ = 100_000;
/** Attacks at a time, each on a copy of its own. */
const LANES = 3;
/** A guard taken out in such a way that nothing runs any more would be noticed by every test. */
const BROKEN = /SyntaxError|ReferenceError|is not defined|Transform failed/;

/** One attack, on the copy at `at`. */
async function attackOn(at, { item, attack, tests, guards, open }) {
	const env = item === 12 ? { FALSEWORK_FUZZ: String(FUZZ) } : {};
	let whole = await runTests(at, tests, env);
	// Some of them hold a machine to 300 ms, which a busy one cannot always keep: a second try is said.
	const tries = whole.failed.length === 0 ? 1 : 2;
	if (tries === 2) whole = await runTests(at, tests, env);
	const removed = [];
	for (const guard of guards) {
		const { failed, passed } = await unguarded(at, guard, () => runTests(at, tests));
		const noticed = failed.length > 0 && !failed.some(({ why }) => BROKEN.test(why));
		removed.push({ guard: `${guard.in}: ${guard.text}`, noticed, by: failed[0] ?? null, passed });
	}
	return {
		item,
		attack,
		tests: whole.passed,
		tries,
		refused: whole.passed > 0 && whole.failed.length === 0 && whole.missing.length === 0,
		failsWithoutItsGuard: removed.length > 0 && removed.every(({ noticed }) => noticed),
		removed,
		faults: [...whole.failed.map(({ test, why }) => `${test}: ${why}`), ...whole.missing.map((test) => `${test}: did not run`)],
		...(open === undefined ? {} : { open }),
	};
}

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	await ensureBuilt({ only: 'page' });
	const rows = [];
	const waiting = [...ITEMS];
	await Promise.all(
		Array.from({ length: LANES }, async () => {
			const { at, remove } = makeCopy();
			try {
				for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
					const row = await attackOn(at, next);
					const missed = row.removed.filter(({ noticed }) => !noticed);
					log(
						`${row.item}. ${row.refused ? 'refused' : 'NOT refused'}; ${row.removed.length - missed.length} of ${row.removed.length} guards missed when gone: ${row.attack}`,
					);
					for (const fault of row.faults) log(`   ${fault}`);
					for (const { guard, by } of missed) log(`   not missed: ${guard}${by === null ? '' : ` (broken: ${by.why})`}`);
					rows.push(row);
				}
			} finally {
				remove();
			}
		}),
	);
	rows.sort((a, b) => a.item - b.item);
	const held = rows.filter(({ refused, failsWithoutItsGuard }) => refused && failsWithoutItsGuard);
	const whole = held.filter(({ open }) => open === undefined);
	log(`${held.length} of ${rows.length} refused and shown to fail without their guards; ${whole.length} of them with nothing left open.`);
	return {
		ok: rows.length === 26 && held.length === rows.length,
		seeds: [20_261_201],
		results: { refused: held.length, of: rows.length, nothingLeftOpen: whole.length, fuzzedMessages: FUZZ, rows },
	};
}

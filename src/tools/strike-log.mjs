// The developers' own three strikes: what was done by hand, one line of JSON each, and which of it is near-same. The third near-same
// wants a script or a stated reason why none is worth it; what is linked answers for all near-same before it.

/** From so many near-same on something has to be linked. */
export const STRIKES = 3;
/** Of the words of both, the share they have in common, from which two are near-same. */
const NEAR = 0.5;
/** Words that say nothing of what was done. */
const EMPTY = new Set(
	'a an the of for to in on at by with from into and or i we it its this that my our again anew once more hand manually'.split(' '),
);

/** A word without its most usual endings: `screenshots` and `screenshot` are one. */
const stem = (word) => word.replace(/(?:ing|ed|es|s)$/, '');

/** @param {string} what @returns {Set<string>} */
function wordsOf(what) {
	const words = what.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
	return new Set(words.filter((word) => !EMPTY.has(word)).map(stem));
}

export function isNear(a, b) {
	const [x, y] = [wordsOf(a), wordsOf(b)];
	const common = [...x].filter((word) => y.has(word)).length;
	return x.size + y.size > 0 && common / (x.size + y.size - common) >= NEAR;
}

/** @param {string} text  the log @returns the lines, or throws an Error that names the line */
export function readLog(text) {
	return text.split('\n').flatMap((line, i) => {
		if (line.trim() === '') return [];
		const fault = (why) => new Error(`Line ${i + 1} of the log of strikes ${why}.`);
		let row;
		try {
			row = JSON.parse(line);
		} catch {
			throw fault('is not JSON');
		}
		const { at, what, script, waiver } = row ?? {};
		if (typeof at !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(at)) throw fault('has no day "at" such as 2026-05-01');
		if (typeof what !== 'string' || wordsOf(what).size === 0) throw fault('does not say "what" was done');
		if (script !== undefined && typeof script !== 'string') throw fault('has a "script" that is no path');
		if (waiver !== undefined && (typeof waiver !== 'string' || waiver.trim() === '')) throw fault('has a "waiver" without a reason');
		return [{ at, what, ...(script === undefined ? {} : { script }), ...(waiver === undefined ? {} : { waiver }) }];
	});
}

/** The rows near-same with a text, oldest first: those since something was linked, and what was linked last. */
export function nearTo(rows, what) {
	const near = rows.filter((row) => isNear(row.what, what));
	const last = near.findLastIndex((row) => row.script !== undefined || row.waiver !== undefined);
	return { since: near.slice(last + 1), linked: near[last] };
}

/** What was done three times near-same with nothing linked: one group each, by its newest row. */
export function openStrikes(rows) {
	const open = [];
	const seen = [];
	for (const row of rows.toReversed()) {
		if (seen.some((what) => isNear(what, row.what))) continue;
		seen.push(row.what);
		const { since } = nearTo(rows, row.what);
		if (since.length >= STRIKES) open.push(since);
	}
	return open.toReversed();
}

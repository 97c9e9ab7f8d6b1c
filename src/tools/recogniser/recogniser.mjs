// A recogniser of speech that had no part in making it: it says what words a voice's samples hold.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePython } from '../python.mjs';

/** @returns {{ python: string } | { why: string }} */
export function ensureRecogniser() {
	return ensurePython({
		name: 'recogniser',
		what: 'the recognisers of speech (pocketsphinx)',
		requirements: join(import.meta.dirname, 'requirements.txt'),
		// It names a library for microphones; none is used.
		alone: true,
	});
}

/**
 * @param {string} python  of its environment
 * @param {Uint8Array} pcm  16-bit little-endian mono
 * @param {number} rate  samples a second
 * @returns {string} lower-case words with blanks between them; '' when it heard none
 */
export function recognise(python, pcm, rate) {
	const done = spawnSync(python, [join(import.meta.dirname, 'recognise.py'), String(rate)], { input: pcm, encoding: 'utf8' });
	if (done.status !== 0) throw new Error(`The recogniser failed: ${done.stderr.trim().split('\n').at(-1) ?? `exit ${done.status}`}`);
	return done.stdout.trim();
}

// A recogniser writes "we're" for a "we are" said quickly: written out on both sides, as Whisper's normaliser does before it counts.
// What "'s" stands for cannot be told; it stays.
const WRITTEN_OUT = [
	[/\bcan't\b/g, 'can not'],
	[/\bwon't\b/g, 'will not'],
	[/n't\b/g, ' not'],
	[/'re\b/g, ' are'],
	[/'ve\b/g, ' have'],
	[/'ll\b/g, ' will'],
	[/'m\b/g, ' am'],
];

const wordsOf = (text) =>
	WRITTEN_OUT.reduce((out, [short, long]) => out.replace(short, long), text.toLowerCase())
		.replace(/[^a-z' ]/g, ' ')
		.split(' ')
		.filter(Boolean);

/**
 * Words put in, left out or exchanged; contractions count as the words they stand for.
 *
 * @param {string} said
 * @param {string} heard
 * @returns {{ errors: number, words: number, rate: number }}
 */
export function wordErrors(said, heard) {
	const [wanted, got] = [wordsOf(said), wordsOf(heard)];
	let row = [...got.keys(), got.length];
	for (const [i, word] of wanted.entries()) {
		const next = [i + 1];
		for (const [j, other] of got.entries()) next.push(Math.min(row[j] + Number(word !== other), next[j] + 1, row[j + 1] + 1));
		row = next;
	}
	const errors = row.at(-1) ?? 0;
	return { errors, words: wanted.length, rate: errors / Math.max(1, wanted.length) };
}

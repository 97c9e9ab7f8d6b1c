// What was said in a session, as subtitles.

export interface TimedLine {
	/** Milliseconds from the start. */
	readonly fromMs: number;
	readonly toMs: number;
	readonly text: string;
}

const SHOWN_MS_LEAST = 1500;
/** As fast as a person reads. */
const MS_PER_CHAR = 65;

/** Times of lines of which only the beginning is known: each stands until it is read, or the next one comes. */
export function timed(lines: readonly { readonly atMs: number; readonly text: string }[]): readonly TimedLine[] {
	return lines.map(({ atMs, text }, i) => {
		const read = atMs + Math.max(SHOWN_MS_LEAST, text.length * MS_PER_CHAR);
		return { fromMs: atMs, toMs: Math.max(atMs + 1, Math.min(read, lines[i + 1]?.atMs ?? Infinity)), text };
	});
}

/** SubRip: numbered from 1, times as hh:mm:ss,mmm. A line break in a text would end it, so there is none. */
export function srt(lines: readonly TimedLine[]): string {
	return lines
		.map(({ fromMs, toMs, text }, i) => `${i + 1}\n${clock(fromMs)} --> ${clock(toMs)}\n${text.replace(/\s+/g, ' ').trim()}\n`)
		.join('\n');
}

function clock(ms: number): string {
	const whole = Math.max(0, Math.round(ms));
	const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
	return `${two(whole / 3_600_000)}:${two((whole / 60_000) % 60)}:${two((whole / 1000) % 60)},${String(whole % 1000).padStart(3, '0')}`;
}

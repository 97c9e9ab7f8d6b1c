// The scorecard's figures in words: the same on the page, in the feed and in its fragments.

/** A rate in dollars, where 0 is a figure and not a gift. */
export function formatRate(usd: number): string {
	return usd < 0.1 && usd > 0 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** Whole percent, but never 100 % while something is missing, nor 0 % while something is there. */
export function formatShare(part: number, total: number): string {
	if (total <= 0) return 'too few to say';
	const percent = (100 * part) / total;
	if (part < total && percent > 99) return `${Math.min(99.9, Math.floor(percent * 10) / 10).toFixed(1)} %`;
	if (part > 0 && percent < 1) return '<1 %';
	return `${Math.round(percent)} %`;
}

const whole = new Intl.NumberFormat('en');
export function formatCount(n: number): string {
	return whole.format(Math.round(n));
}

export function plural(n: number, one: string, many = `${one}s`): string {
	return `${formatCount(n)} ${n === 1 ? one : many}`;
}

const timeOfDay = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
/** `HH:MM:SS` where the reader is. @param at  milliseconds since 1970 */
export function formatTime(at: number): string {
	return timeOfDay.format(at);
}

// Numbers for people. One place, so that the same figure reads the same in every panel; those of the scorecard are the core's, since
// the feed shows them too.
export { formatCount, formatRate, formatShare, formatTime, plural } from '../../core/figures.ts';

/** `free` for 0, `unknown` for null, else dollars with as many digits as it takes to show something. */
export function formatUsd(usd: number | null): string {
	if (usd === null) return 'unknown';
	if (usd === 0) return 'free';
	if (usd > 0 && usd < 0.00005) return '<$0.0001';
	return usd < 1 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** Percent with one place after the point, and none that is a zero. */
export function formatPercent(share: number): string {
	return `${Number((100 * share).toFixed(1))} %`;
}

/** `0:07`, `12:34`, `1:02:03`. */
export function formatClock(ms: number): string {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	const h = Math.floor(seconds / 3600);
	const m = Math.floor((seconds % 3600) / 60);
	const s = String(seconds % 60).padStart(2, '0');
	return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

export function formatLatency(ms: number): string {
	if (ms < 1) return '<1 ms';
	if (ms < 1000) return `${Math.round(ms)} ms`;
	return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

export function formatBytes(bytes: number): string {
	const units = ['B', 'kB', 'MB', 'GB', 'TB'];
	let value = bytes;
	let unit = 0;
	while (value >= 1000 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}
	return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

const dayAndTime = new Intl.DateTimeFormat('en', {
	day: 'numeric',
	month: 'short',
	year: 'numeric',
	hour: '2-digit',
	minute: '2-digit',
	hourCycle: 'h23',
});
export function formatDay(at: number): string {
	return dayAndTime.format(at);
}

/** "just now", "5 min ago", "3 h ago", "12 days ago". */
export function formatAgo(ms: number): string {
	const minutes = Math.floor(ms / 60_000);
	if (minutes < 1) return 'just now';
	if (minutes < 60) return `${minutes} min ago`;
	const hours = Math.floor(minutes / 60);
	return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}

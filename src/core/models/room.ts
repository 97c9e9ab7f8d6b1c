// Whether a download fits on the disk, before it starts: a disk that fills up half-way costs the person an hour.

/** Left free for crystals and for the browser itself. */
export const RESERVE_BYTES = 64 * 1024 * 1024;

/** '' when so many bytes more fit, else the sentence that says how much has to go first. */
export function lackOfRoom(neededBytes: number, freeBytes: number | undefined): string {
	if (freeBytes === undefined || neededBytes === 0) return '';
	const short = neededBytes + RESERVE_BYTES - freeBytes;
	return short <= 0
		? ''
		: `It needs ${sizeOf(neededBytes)} more, and this browser has ${sizeOf(freeBytes)} left for this page: free ${sizeOf(short)} first, by deleting a model below or files on the disk.`;
}

/** 3.1 MB, 1.2 GB: as disks and hubs count, in thousands. */
export function sizeOf(bytes: number): string {
	if (bytes < 1000) return `${bytes} bytes`;
	const units = ['KB', 'MB', 'GB', 'TB'] as const;
	let value = bytes;
	let unit = -1;
	do {
		value /= 1000;
		unit++;
	} while (value >= 999.5 && unit < units.length - 1);
	return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

// Pulls the falsework and puts it back: by hand, and by a schedule of the person's. Its minutes are minutes of play.
import { type DrillSchedule, drillsOf } from '../../src/core/drill.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import type { DrillView } from '../agent.protocol.ts';

export interface DrillDesk {
	/** Whether no model outside may be asked now. */
	readonly pulled: boolean;
	readonly view: DrillView;
	/** A sentence why not; '' = it is pulled. */
	pull(minutes: number, by: string): string;
	restore(by: string): string;
	/** Sees to what is due; call it every second or so. */
	look(): void;
}

export function makeDrillDesk(o: {
	readonly ledger: Ledger;
	/** Milliseconds of play. */
	readonly played: () => number;
	readonly schedule: () => DrillSchedule | undefined;
}): DrillDesk {
	const { ledger, played } = o;
	let running: { readonly minutes: number; readonly endsMs: number } | undefined;
	let lastMs = 0;
	let last: DrillView['last'] = null;

	function pull(minutes: number, by: string): string {
		if (running !== undefined) return 'The falsework is pulled already.';
		if (!(minutes > 0 && minutes <= 24 * 60)) return 'A drill lasts from a minute to a day.';
		running = { minutes, endsMs: played() + minutes * 60_000 };
		ledger.append({ type: 'drill', event: 'pulled', minutes, detail: by });
		return '';
	}
	function restore(by: string): string {
		if (running === undefined) return 'The falsework is up.';
		ledger.append({ type: 'drill', event: 'restored', minutes: running.minutes, detail: by });
		running = undefined;
		lastMs = played();
		last = drillsOf(ledger.entries()).at(-1) ?? null;
		return '';
	}
	return {
		get pulled() {
			return running !== undefined;
		},
		get view() {
			return { pulled: running === undefined ? null : { minutes: running.minutes, leftMs: Math.max(0, running.endsMs - played()) }, last };
		},
		pull,
		restore,
		look() {
			const schedule = o.schedule();
			if (running !== undefined && played() >= running.endsMs) restore('its time is over');
			else if (running === undefined && schedule !== undefined && played() - lastMs >= schedule.everyMinutes * 60_000)
				pull(schedule.minutes, 'the schedule');
		},
	};
}

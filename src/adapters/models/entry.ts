// One model as the store holds it: what it is, what is on the disk of it, and what is being done about it.
import type { ModelManifest } from '../../core/models/manifest.ts';
import { makeSpeedMeter, type SpeedMeter } from '../../core/models/speed.ts';
import type { ModelState } from '../../../workers/models.protocol.ts';
import { type FilePlan, keyOf } from './partial.ts';
import type { StoredRecord } from './records.ts';

/** A download that waits, runs, or waits for another tab. */
export interface Job {
	readonly stop: AbortController;
	/** Order in which downloads were asked for. */
	readonly turn: number;
	step: 'waiting' | 'running' | 'elsewhere';
	/** Settles with '' or the sentence why not. */
	readonly done: Promise<string>;
}

export interface Entry {
	readonly id: string;
	/** As it comes with the page, by the companion, or from the person. */
	readonly offered: ModelManifest;
	readonly from: string;
	record: StoredRecord | undefined;
	state: ModelState;
	why: string;
	via: string;
	/** Verified bytes on the disk, by file. */
	had: Map<string, number>;
	readonly meter: SpeedMeter;
	/** Bytes received since the last chunk was verified. */
	landing: number;
	job: Job | undefined;
	/** A check that runs now. */
	checking: Promise<string> | undefined;
}

export function makeEntry(offered: ModelManifest, from: string): Entry {
	return {
		id: offered.id,
		offered,
		from,
		record: undefined,
		state: 'absent',
		why: '',
		via: '',
		had: new Map(),
		meter: makeSpeedMeter(),
		landing: 0,
		job: undefined,
		checking: undefined,
	};
}

/** With the files of a hub once those are known. */
export function manifestOf(entry: Entry): ModelManifest {
	return entry.record?.manifest ?? entry.offered;
}

/** The files, as far as anybody knows; undefined for a hub's model that was not asked for yet. */
export function plansOf(entry: Entry): readonly FilePlan[] | undefined {
	const { files } = manifestOf(entry);
	return files.length > 0 ? files : entry.record?.pin?.files;
}

export function totalOf(entry: Entry): number {
	return plansOf(entry)?.reduce((sum, { bytes }) => sum + bytes, 0) ?? entry.offered.bytes;
}

export function hadOf(entry: Entry): number {
	return (plansOf(entry) ?? []).reduce((sum, plan) => sum + (entry.had.get(keyOf(plan)) ?? 0), 0);
}

/** A record that says nothing but that the model is wanted. */
export function freshRecord(entry: Entry, want: StoredRecord['want']): StoredRecord {
	return entry.record === undefined
		? {
				falsework: 1,
				id: entry.id,
				want,
				checkedAt: 0,
				lastUsedAt: 0,
				...(entry.from === BUILT_IN ? {} : { manifest: entry.offered, from: entry.from }),
			}
		: { ...entry.record, want };
}

/** Where a model is from, for a person. */
export const BUILT_IN = 'built in';
export const COMPANION = 'the companion’s folder';

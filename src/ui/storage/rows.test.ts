import { describe, expect, it } from 'vitest';
import { fakeModelsView } from '../testing/fake-models.ts';
import type { ReportView, SpaceView, StorageView } from '../services.ts';
import { freeable, storageGroups } from './rows.ts';

const storage: StorageView = {
	usedBytes: 0,
	quotaBytes: 0,
	persisted: null,
	byKind: [
		{ kind: 'template', count: 3, bytes: 300 },
		{ kind: 'rule', count: 1, bytes: 50 },
		{ kind: 'ledger', count: 90, bytes: 900 },
		{ kind: 'reports', count: 2, bytes: 40 },
		{ kind: 'set aside', count: 1, bytes: 7 },
	],
	setAside: 1,
	trouble: '',
};
const space: SpaceView = {
	shellBytes: 400,
	partsBytes: 4000,
	handedBytes: 0,
	otherBytes: 5,
	usedBytes: 1,
	quotaBytes: 2,
	persisted: false,
};
const rows = (...given: Parameters<typeof storageGroups>) =>
	storageGroups(...given).map(({ name, bytes, rows: list }) => [name, bytes, list.map((r) => `${r.name} ${r.bytes}`)]);

describe('bytes by kind', () => {
	it('come from all three who know them, crystals together', () => {
		const models = fakeModelsView('busy');
		const [learnt, kept, app] = rows(storage, models, space);
		expect(learnt).toEqual(['Learnt', 1297, ['Crystals 350', 'Ledger 900', 'Reports 40', 'Settings 0', 'Set aside 7']]);
		expect(kept?.[1]).toBe(models.usedBytes);
		expect(app).toEqual(['The app', 4405, ['The page 400', 'Its parts 4000', 'Other caches 5']]);
	});
	it('are none while nobody has counted', () => {
		expect(rows(null, null, undefined).map(([, bytes]) => bytes)).toEqual([0, 0, 0]);
	});
	it('tell models that are whole from downloads that were begun', () => {
		const kept = storageGroups(null, fakeModelsView('busy'), undefined)[1];
		expect(kept?.rows.map(({ name, count }) => [name, count])).toEqual([
			['Models', 3],
			['Begun downloads', 3],
		]);
	});
});

describe('what may be deleted', () => {
	const report = (n: number): ReportView => ({
		session: `s${n}`,
		game: '',
		startedAt: n,
		endedAt: n,
		endedBy: '',
		json: 'x'.repeat(10),
		markdown: '',
	});
	it('is not what is loaded, on its way, or comes with the page; the newest ten reports stay', () => {
		const found = freeable(
			storage,
			fakeModelsView('busy'),
			space,
			Array.from({ length: 12 }, (_, n) => report(n)),
		);
		expect(found.map(({ kind, id, bytes }) => [kind, id, bytes])).toEqual([
			['model', 'gemma-3-270m', 244_892_773],
			['partial', 'kokoro-82m-v1.0-int8', 41_943_040],
			['partial', 'smolvlm-256m', 8_388_608],
			['set-aside', 'set-aside', 7],
			['handed', 'handed', 0],
			['reports', 'reports', 20],
		]);
	});
});

// Bytes by kind, from the three who know them: the agent of what was learnt, the model host of models, the page of its own caches.
import type { Freeable } from '../../core/freeing.ts';
import type { ModelsView, ReportView, SpaceView, StorageView } from '../services.ts';
import { plural } from '../primitives/format.ts';

export interface StorageRow {
	readonly name: string;
	readonly about: string;
	/** undefined: not counted. */
	readonly count: number | undefined;
	readonly bytes: number;
}
export interface StorageGroup {
	readonly name: 'Learnt' | 'Models' | 'The app';
	readonly rows: readonly StorageRow[];
	readonly bytes: number;
}

/** Kinds that the agent counts beside crystals. */
const OTHERS = ['ledger', 'reports', 'settings', 'set aside'] as const;
/** So many reports are always left. */
const REPORTS_KEPT = 10;

function isPartial({ state }: ModelsView['models'][number]): boolean {
	return ['queued', 'downloading', 'paused', 'partial', 'failed'].includes(state);
}

export function storageGroups(
	storage: StorageView | null,
	models: ModelsView | null,
	space: SpaceView | undefined,
): readonly StorageGroup[] {
	const kinds = storage?.byKind ?? [];
	const crystals = kinds.filter(({ kind }) => !(OTHERS as readonly string[]).includes(kind));
	const other = (kind: (typeof OTHERS)[number]) => kinds.find((k) => k.kind === kind) ?? { count: 0, bytes: 0 };
	const learnt: StorageRow[] = [
		{
			name: 'Crystals',
			about: crystals.map(({ kind, count }) => plural(count, kind)).join(', '),
			count: crystals.reduce((sum, { count }) => sum + count, 0),
			bytes: crystals.reduce((sum, { bytes }) => sum + bytes, 0),
		},
		{ name: 'Ledger', about: 'every question that was settled; the scorecard is its sums', ...pick(other('ledger')) },
		{ name: 'Reports', about: 'one for each session', ...pick(other('reports')) },
		{ name: 'Settings', about: 'consents, caps, servers without their keys', ...pick(other('settings')) },
		...(other('set aside').count > 0
			? [{ name: 'Set aside', about: 'records that were damaged; they are not used', ...pick(other('set aside')) }]
			: []),
	];
	const whole = models?.models.filter((m) => m.haveBytes > 0 && !isPartial(m)) ?? [];
	const begun = models?.models.filter((m) => m.haveBytes > 0 && isPartial(m)) ?? [];
	const sum = (list: ModelsView['models']) => list.reduce((total, m) => total + m.haveBytes, 0);
	const kept: StorageRow[] = [
		{ name: 'Models', about: whole.map((m) => m.manifest.name).join(', ') || 'none is here', count: whole.length, bytes: sum(whole) },
		{
			name: 'Begun downloads',
			about: begun.map((m) => m.manifest.name).join(', ') || 'none',
			count: begun.length,
			bytes: sum(begun),
		},
	];
	const app: StorageRow[] = [
		{ name: 'The page', about: 'opens without a network', count: undefined, bytes: space?.shellBytes ?? 0 },
		{
			name: 'Its parts',
			about: 'text reader, engines and OpenCV, once play has used them',
			count: undefined,
			bytes: space?.partsBytes ?? 0,
		},
		...(space !== undefined && space.handedBytes > 0
			? [{ name: 'Handed over', about: 'packs from the share sheet that were not looked at', count: undefined, bytes: space.handedBytes }]
			: []),
		...(space !== undefined && space.otherBytes > 0
			? [{ name: 'Other caches', about: 'shared with other pages of this address', count: undefined, bytes: space.otherBytes }]
			: []),
	];
	return [group('Learnt', learnt), group('Models', kept), group('The app', app)];
}

function pick({ count, bytes }: { readonly count: number; readonly bytes: number }) {
	return { count, bytes };
}

function group(name: StorageGroup['name'], rows: readonly StorageRow[]): StorageGroup {
	return { name, rows, bytes: rows.reduce((sum, row) => sum + row.bytes, 0) };
}

/** What may be deleted, as far as somebody counted it. Not what is loaded, on its way, or comes with the page. */
export function freeable(
	storage: StorageView | null,
	models: ModelsView | null,
	space: SpaceView | undefined,
	reports: readonly ReportView[],
): readonly Freeable[] {
	const old = oldReports(reports);
	const reportBytes = old.reduce((sum, r) => sum + r.json.length + r.markdown.length, 0);
	const aside = storage?.byKind.find(({ kind }) => kind === 'set aside')?.bytes ?? 0;
	return [
		...(models?.models ?? []).flatMap((m): readonly Freeable[] => {
			const { id, name } = m.manifest;
			const item = { id, name, bytes: m.freesBytes, lastUsedAt: m.lastUsedAt };
			if (m.state === 'paused' || m.state === 'partial' || m.state === 'failed') return [{ ...item, kind: 'partial' }];
			if ((m.state === 'ready' || m.state === 'damaged') && m.loaded === undefined && !m.manifest.embedded)
				return [{ ...item, kind: 'model' }];
			return [];
		}),
		{ kind: 'set-aside', id: 'set-aside', name: 'Records set aside as damaged', bytes: aside, lastUsedAt: 0 },
		{ kind: 'handed', id: 'handed', name: 'Packs handed over and not looked at', bytes: space?.handedBytes ?? 0, lastUsedAt: 0 },
		{ kind: 'reports', id: 'reports', name: plural(old.length, 'old report'), bytes: reportBytes, lastUsedAt: 0 },
	];
}

/** All but the newest. */
export function oldReports(reports: readonly ReportView[]): readonly ReportView[] {
	return reports.toSorted((a, b) => b.startedAt - a.startedAt).slice(REPORTS_KEPT);
}

import type { Choice } from '../primitives/parts.tsx';
import type { CrystalView } from '../services.ts';

export function inKind(crystal: Pick<CrystalView, 'kind'>, kind: string): boolean {
	return kind === 'all' || crystal.kind === kind;
}

/** One tab for all and one for each kind that is there, with how many. */
export function crystalKinds(crystals: readonly Pick<CrystalView, 'kind'>[]): readonly Choice<string>[] {
	const counts = new Map<string, number>();
	for (const { kind } of crystals) counts.set(kind, (counts.get(kind) ?? 0) + 1);
	const tabs = [...counts].sort(([a], [b]) => a.localeCompare(b));
	return [
		{ value: 'all', label: 'All', count: crystals.length },
		...tabs.map(([kind, count]) => ({ value: kind, label: `${kind.charAt(0).toUpperCase()}${kind.slice(1)}s`, count })),
	];
}

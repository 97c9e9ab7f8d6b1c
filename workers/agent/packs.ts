// Bringing a pack in: read, shown to the person, stored. What is here already stays: a pack may add, never take back. A project of
// MaaFramework comes the same way, translated on the way in.
import { sha256 } from '../../src/adapters/hex.ts';
import { readYaml } from '../../src/adapters/yaml.ts';
import { decodeGrey, decodeRgba } from '../../src/adapters/png.ts';
import type { Store } from '../../src/adapters/store.ts';
import { unzipBrought } from '../../src/adapters/brought.ts';
import { zip } from '../../src/adapters/zip.ts';
import { type Crystal, KINDS, type Scope, scopeKey } from '../../src/core/crystals/crystal.ts';
import { importMaa, type MaaImport } from '../../src/core/import/maafw/maafw.ts';
import { makePack, type PackAbout } from '../../src/core/pack.ts';
import { readPack, type RefusedPart } from '../../src/core/unpack.ts';
import type { PackReview, StoredPack } from '../agent.protocol.ts';
import { nameOfGame } from './backups.ts';
import { PACK_TOOLS, packAbout } from './crystals.ts';

export type OpenedPack =
	| {
			readonly ok: true;
			readonly about: PackAbout;
			/** Not in the store yet. */
			readonly fresh: readonly Crystal[];
			/** How many are, under the same id; they are left as they are. */
			readonly known: number;
			readonly refused: readonly RefusedPart[];
			/** What it was translated from; absent: it is a pack. */
			readonly project?: MaaImport;
	  }
	| { readonly ok: false; readonly why: string };

/** Reads a zipped pack and compares it with what the store holds; stores nothing. */
export async function openPack(bytes: Uint8Array, store: Store, now: () => number): Promise<OpenedPack> {
	const { as, zip } = unzipBrought(bytes);
	if (!zip.ok) return { ok: false, why: `The pack cannot be opened: it ${zip.why}.` };
	if (as === 'project') return await openProject(zip.files, store, now);
	const pack = await readPack(zip.files, { sha256, decodePng: decodeGrey, readYaml, now });
	if (!pack.ok) return { ok: false, why: `The pack cannot be used: ${pack.why}.` };
	const { fresh, known } = await compared(pack.crystals, store);
	return { ok: true, about: pack.about, fresh, known, refused: pack.refused };
}

async function openProject(files: Readonly<Record<string, Uint8Array>>, store: Store, now: () => number): Promise<OpenedPack> {
	const read = await importMaa(files, { decodePng: decodeRgba, now });
	if (!read.ok) return { ok: false, why: `The MaaFramework project cannot be used: ${read.why}.` };
	const project = read.import;
	const { id: game, name, language } = project.profile;
	const about: PackAbout = {
		name,
		game,
		gameVersion: 'any',
		language,
		encoder: null,
		art: {
			holder: 'the makers of the game it plays',
			licence: project.licence || 'not said in the project',
			source: project.source || 'a MaaFramework project',
		},
		madeAt: now(),
	};
	return { ok: true, about, ...(await compared(project.crystals, store)), refused: project.faults, project };
}

/** What of it is not in the store yet. */
async function compared(
	crystals: readonly Crystal[],
	store: Store,
): Promise<{ readonly fresh: readonly Crystal[]; readonly known: number }> {
	const here = new Set<string>();
	const scopes = new Map(crystals.map(({ scope }) => [scopeKey(scope), scope]));
	for (const [key, scope] of scopes) for (const { id } of await store.loadCrystals(scope)) here.add(`${key}\n${id}`);
	const fresh = crystals.filter(({ scope, id }) => !here.has(`${scopeKey(scope)}\n${id}`));
	return { fresh, known: crystals.length - fresh.length };
}

/** The pack of a game as the store holds it, whatever version and layout its crystals are of. */
export async function storedPack(store: Store, game: string | undefined, madeAt: number): Promise<StoredPack> {
	const scopes = await store.scopes();
	const games = [...new Set(scopes.map((scope) => scope.game))].sort();
	const chosen = game ?? (games.length === 1 ? games[0] : undefined);
	const mine = scopes.filter((scope) => scope.game === chosen);
	if (chosen === undefined || mine.length === 0) {
		if (games.length === 0) return { ok: false, why: 'Nothing has been learnt here yet.' };
		return {
			ok: false,
			why: `${chosen === undefined ? 'Say which game' : `Nothing was learnt of "${chosen}" here`}: there are ${games.join(', ')}.`,
		};
	}
	const crystals = (await Promise.all(mine.map((scope) => store.loadCrystals(scope)))).flat();
	const newest = crystals.toSorted((a, b) => b.createdAt - a.createdAt)[0]?.scope ?? (mine[0] as Scope);
	const about = packAbout({ ...newest, id: chosen, name: await nameOfGame(store, chosen) }, madeAt);
	return {
		ok: true,
		about,
		crystals: crystals.filter(({ state }) => state !== 'retired').length,
		bytes: zip(await makePack(crystals, about, PACK_TOOLS)),
	};
}

export function reviewOf(pack: OpenedPack): PackReview {
	if (!pack.ok) return pack;
	const { about, fresh, known, refused, project } = pack;
	const byKind = KINDS.map((kind) => ({ kind, count: fresh.filter((c) => c.kind === kind).length })).filter(({ count }) => count > 0);
	if (project === undefined) return { ok: true, about, byKind, known, refused };
	const { profile, counted, nodes, left } = project;
	return { ok: true, about, byKind, known, refused, project: { profile, counted, nodes, left } };
}

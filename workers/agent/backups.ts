// A backup out and in: everything kept here but models and keys. Restoring only adds, as importing a pack does: what is here was
// learnt or chosen since, and stays.
import { sha256 } from '../../src/adapters/hex.ts';
import { decodeGrey } from '../../src/adapters/png.ts';
import type { Store } from '../../src/adapters/store.ts';
import { BACKUP_LIMITS, unzip, zip } from '../../src/adapters/zip.ts';
import { type BackupRead, hashOfCrystals, makeBackup, readBackup } from '../../src/core/backup.ts';
import { type Crystal, type Scope, scopeKey } from '../../src/core/crystals/crystal.ts';
import type { BackupContents, BackupPage, BackupRestored } from '../agent.protocol.ts';
import { PACK_TOOLS, packAbout } from './crystals.ts';

/** Settings named so hold a game's name, which packs say; the profile is not at hand when they are made. */
const GAME = 'game:';

/** Keeps the name of a game that is played, for the packs of a backup. */
export async function rememberGame(store: Store, { id, name }: { readonly id: string; readonly name: string }): Promise<void> {
	if ((await store.getSetting(GAME + id)) !== name) await store.setSetting(GAME + id, name);
}

/** Its name as it was played last, else its id. */
export async function nameOfGame(store: Store, id: string): Promise<string> {
	const name = await store.getSetting(GAME + id);
	return typeof name === 'string' ? name : id;
}

export async function backupOf(store: Store, page: BackupPage, madeAt: number): Promise<Uint8Array> {
	const settings = await store.allSettings();
	const games = [];
	for (const scope of await store.scopes()) {
		const name = settings[GAME + scope.game];
		const about = packAbout({ ...scope, id: scope.game, name: typeof name === 'string' ? name : scope.game }, madeAt);
		games.push({ about, crystals: await store.loadCrystals(scope) });
	}
	const content = {
		games,
		ledger: await store.wholeLedger(),
		reports: await store.reports(),
		settings: { page: page.settings, agent: settings },
		models: page.models,
		madeAt,
	};
	return zip(await makeBackup(content, { ...PACK_TOOLS, zip }));
}

type Backup = Extract<BackupRead, { readonly ok: true }>;
export type OpenedBackup =
	| {
			readonly ok: true;
			readonly backup: Backup;
			readonly contents: BackupContents;
			/** Not in the store yet. */
			readonly fresh: readonly Crystal[];
	  }
	| { readonly ok: false; readonly why: string };

/** Reads a zipped backup and compares it with what the store holds; stores nothing. */
export async function openBackup(bytes: Uint8Array, own: boolean, store: Store, now: () => number): Promise<OpenedBackup> {
	const opened = unzip(bytes, BACKUP_LIMITS);
	if (!opened.ok) return { ok: false, why: `The backup cannot be opened: it ${opened.why}.` };
	const { readYaml } = await import('../../src/adapters/yaml.ts');
	const tools = { sha256, decodePng: decodeGrey, readYaml, now, unzip: (inside: Uint8Array) => unzip(inside, BACKUP_LIMITS) };
	const backup = await readBackup(opened.files, own, tools);
	if (!backup.ok) return { ok: false, why: `The backup cannot be used: it ${backup.why}.` };
	const here = new Set<string>();
	const crystals = backup.games.flatMap((game) => game.crystals);
	for (const scope of scopesOf(crystals)) for (const { id } of await store.loadCrystals(scope)) here.add(`${scopeKey(scope)}\n${id}`);
	const isHere = ({ scope, id }: Crystal) => here.has(`${scopeKey(scope)}\n${id}`);
	const games = new Map<string, { game: string; name: string; fresh: number; known: number }>();
	for (const { about, crystals: mine } of backup.games) {
		const sum = games.get(about.game) ?? { game: about.game, name: about.name, fresh: 0, known: 0 };
		const known = mine.filter(isHere).length;
		games.set(about.game, { ...sum, fresh: sum.fresh + mine.length - known, known: sum.known + known });
	}
	const sessions = new Set((await store.reports()).map(({ session }) => session));
	const knownReports = backup.reports.filter(({ session }) => sessions.has(session)).length;
	const { added, known, taken } = await store.restoreLedger(backup.ledger, true);
	const set = await store.allSettings();
	return {
		ok: true,
		backup,
		fresh: crystals.filter((c) => !isHere(c)),
		contents: {
			madeAt: backup.head.madeAt,
			own,
			games: [...games.values()],
			reports: { fresh: backup.reports.length - knownReports, known: knownReports },
			ledger: { fresh: added, known, taken },
			settings: Object.keys(backup.settings.agent).filter((key) => !Object.hasOwn(set, key)),
			models: backup.models,
			refused: backup.refused,
		},
	};
}

/** Writes what an opened backup brings. */
export async function restore(opened: Extract<OpenedBackup, { readonly ok: true }>, store: Store): Promise<BackupRestored> {
	const { backup, contents, fresh } = opened;
	await store.putCrystals(fresh);
	const sessions = new Set((await store.reports()).map(({ session }) => session));
	for (const report of backup.reports) if (!sessions.has(report.session)) await store.putReport(report);
	await store.restoreLedger(backup.ledger);
	for (const key of contents.settings) await store.setSetting(key, backup.settings.agent[key]);
	const trouble = store.trouble();
	if (trouble !== '') return { ok: false, why: `What the backup brings is in this tab only: ${trouble}` };
	return { ok: true, brought: contents, settings: backup.settings.page, same: (await hashOf(store)) === backup.head.crystalsSha256 };
}

async function hashOf(store: Store): Promise<string> {
	const all: Crystal[] = [];
	for (const scope of await store.scopes()) all.push(...(await store.loadCrystals(scope)));
	return await hashOfCrystals(all, sha256);
}

function scopesOf(crystals: readonly Crystal[]): readonly Scope[] {
	return [...new Map(crystals.map(({ scope }) => [scopeKey(scope), scope])).values()];
}

// A game that is guarded against cheating does not want a program at its controls, and its players do not either. While one of
// these runs nothing is injected; there is no switch for it.
import { readdirSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

/** Process names, lower case without `.exe`, and what they belong to. */
const KNOWN: Readonly<Record<string, string>> = {
	easyanticheat: 'Easy Anti-Cheat',
	easyanticheat_eos: 'Easy Anti-Cheat',
	easyanticheat_x64: 'Easy Anti-Cheat',
	easyanticheat_x86: 'Easy Anti-Cheat',
	beservice: 'BattlEye',
	beservice_x64: 'BattlEye',
	bedaisy: 'BattlEye',
	vgc: 'Riot Vanguard',
	vgtray: 'Riot Vanguard',
	faceitclient: 'FACEIT Anti-Cheat',
	faceitservice: 'FACEIT Anti-Cheat',
	gameguard: 'nProtect GameGuard',
	gamemon: 'nProtect GameGuard',
	xhunter1: 'XIGNCODE3',
	xigncode: 'XIGNCODE3',
	mhyprot2: 'mhyprot',
	'eaanticheat.gameservice': 'EA AntiCheat',
	punkbuster: 'PunkBuster',
	pnkbstra: 'PunkBuster',
	ricochet: 'Ricochet',
};

/** The names of running processes; empty where they cannot be read. */
export function processNames(platform: NodeJS.Platform = process.platform): readonly string[] {
	try {
		if (platform === 'win32') {
			const list = execFileSync('tasklist', ['/fo', 'csv', '/nh'], { encoding: 'utf8', timeout: 5000, windowsHide: true });
			return [...list.matchAll(/^"([^"]+)"/gm)].map((m) => m[1] ?? '');
		}
		if (platform !== 'linux') return execFileSync('ps', ['-axco', 'comm'], { encoding: 'utf8', timeout: 5000 }).split('\n');
		return readdirSync('/proc')
			.filter((name) => /^\d+$/.test(name))
			.flatMap((pid) => {
				try {
					const comm = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
					// The kernel cuts a name at 15 letters; the command line has all of it, also for a Windows program under Wine.
					const program = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '';
					return [comm, program.split(/[\\/]/).at(-1) ?? ''];
				} catch {
					return []; // it ended while we looked
				}
			});
	} catch {
		return [];
	}
}

/** The anti-cheat that runs, in words, or undefined. */
export function findAntiCheat(names: readonly string[] = processNames()): string | undefined {
	for (const name of names) {
		const plain = name
			.toLowerCase()
			.replace(/\.exe$/, '')
			.trim();
		if (Object.hasOwn(KNOWN, plain)) return KNOWN[plain];
	}
	return undefined;
}

// Who has the port. "Address in use" helps nobody; a name and the command that ends it does.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface PortOwner {
	readonly pid: number;
	readonly command: string;
}

/** The process that listens on a TCP port of this machine; undefined where that cannot be seen. */
export function findPortOwner(port: number): PortOwner | undefined {
	try {
		const wanted = port.toString(16).toUpperCase().padStart(4, '0');
		const inodes = new Set<string>();
		for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
			let text: string;
			try {
				text = readFileSync(table, 'utf8');
			} catch {
				continue; // no IPv6 here
			}
			for (const row of text.split('\n').slice(1)) {
				const cells = row.trim().split(/\s+/);
				// 0A is LISTEN.
				if (cells[1]?.endsWith(`:${wanted}`) && cells[3] === '0A' && cells[9]) inodes.add(`socket:[${cells[9]}]`);
			}
		}
		if (inodes.size === 0) return undefined;
		for (const pid of readdirSync('/proc')) {
			if (!/^\d+$/.test(pid)) continue;
			let files: string[];
			try {
				files = readdirSync(`/proc/${pid}/fd`);
			} catch {
				continue; // another person's process
			}
			for (const file of files) {
				try {
					if (inodes.has(readlinkSync(`/proc/${pid}/fd/${file}`))) {
						return { pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim() };
					}
				} catch {
					// closed while we looked
				}
			}
		}
	} catch {
		// no /proc: another system
	}
	return undefined;
}

/** Whether another Falsework answers on the port. */
export async function isFalsework(port: number): Promise<boolean> {
	try {
		const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(1000), redirect: 'error' });
		const body = (await response.json()) as { name?: unknown };
		return body.name === 'falsework';
	} catch {
		return false;
	}
}

export async function explainTakenPort(port: number): Promise<string> {
	const owner = findPortOwner(port);
	const ours = await isFalsework(port);
	const who = ours
		? 'Falsework is running already'
		: owner
			? `it is used by "${owner.command}" (process ${owner.pid})`
			: 'another program uses it';
	const look =
		process.platform === 'win32'
			? `netstat -ano | findstr :${port}`
			: process.platform === 'darwin'
				? `lsof -nP -iTCP:${port} -sTCP:LISTEN`
				: `ss -ltnp 'sport = :${port}'`;
	const stop = owner ? `Stop it with: kill ${owner.pid}` : `Find it with: ${look}`;
	const there = ours ? ` It is at http://127.0.0.1:${port}/.` : '';
	return `Port ${port} is taken: ${who}${ours && owner ? ` (process ${owner.pid})` : ''}.${there} ${stop}\nThe port is part of where the browser keeps your crystals, so no other is tried.`;
}

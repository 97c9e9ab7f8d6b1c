// What `falsework pack export|import` wants, done with the crystals that this browser keeps.
import type { PackDone, PackOrder } from '../companion/protocol.ts';
import type { AgentApi } from '../../workers/agent.protocol.ts';
import { fromBase64, toBase64 } from './base64.ts';

const REFUSED_TOLD = 50;

export async function carryOutPackOrder(
	order: PackOrder,
	agent: Pick<AgentApi, 'exportStored' | 'reviewPack' | 'importPack'>,
): Promise<PackDone> {
	try {
		return order.do === 'export' ? await exported(order.game, agent) : await imported(order.pack, agent);
	} catch (error) {
		return { ok: false, lines: [error instanceof Error ? error.message : String(error)] };
	}
}

async function exported(game: string | null, agent: Pick<AgentApi, 'exportStored'>): Promise<PackDone> {
	const stored = await agent.exportStored(game ?? undefined);
	if (!stored.ok) return { ok: false, lines: [stored.why] };
	const { about, crystals, bytes } = stored;
	const whose = `Its pictures are of ${about.art.holder} (${about.art.licence}).`;
	return { ok: true, lines: [`${count(crystals, 'crystal')} of ${about.name} (${about.game}). ${whose}`], pack: toBase64(bytes) };
}

async function imported(pack: string, agent: Pick<AgentApi, 'reviewPack' | 'importPack'>): Promise<PackDone> {
	const bytes = fromBase64(pack);
	const review = await agent.reviewPack(bytes);
	if (!review.ok) return { ok: false, lines: [review.why] };
	const refused = review.refused.map(({ path, why }) => `${path}: ${why}`);
	const told = refused.length > REFUSED_TOLD ? [...refused.slice(0, REFUSED_TOLD), `and ${refused.length - REFUSED_TOLD} more`] : refused;
	const why = await agent.importPack(bytes);
	if (why !== '') return { ok: false, lines: [...told, why] };
	const brought = review.byKind.map(({ kind, count: n }) => count(n, kind));
	return {
		ok: true,
		lines: [
			...told,
			`${brought.join(', ') || 'Nothing new'} of ${review.about.name} (${review.about.game}), in shadow; ${review.known} were here already and stay as they are.`,
		],
	};
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

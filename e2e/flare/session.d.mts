import type { Played } from '../../src/tools/play-session.mjs';

export function playFlare(options: {
	readonly minutes: number;
	readonly store: string;
	readonly port: number;
	readonly log?: (line: string) => void;
	readonly evidence?: string;
}): Promise<Played & { readonly requests: Readonly<Record<'perception' | 'decision' | 'narration', number>> }>;

export function tellRun(played: Played, evidence: string): string;

// What an import says of each node: what came, and what was left of it and why. Reasons are few and worded alike, so that they can
// be counted over a project; what is particular stands behind them.

export interface Left {
	/** Of a short list, for counting. */
	readonly what: string;
	readonly detail: string;
}
export type Outcome = 'whole' | 'part' | 'unsupported';
export interface NodeReport {
	readonly file: string;
	readonly node: string;
	readonly outcome: Outcome;
	readonly left: readonly Left[];
}

/** Collects what is left of one node. */
export interface Notes {
	/** Left out, or done in another way than there. */
	part(what: string, detail?: string): void;
	/** Says so, and stands for a value that could not be had. */
	no(what: string, detail?: string): undefined;
	readonly left: readonly Left[];
}

export function makeNotes(): Notes {
	const left: Left[] = [];
	const note = (what: string, detail = ''): void => {
		if (!left.some((l) => l.what === what && l.detail === detail)) left.push({ what, detail: plain(detail) });
	};
	return {
		part: note,
		no(what, detail) {
			note(what, detail);
			return undefined;
		},
		left,
	};
}

export interface Counted {
	readonly nodes: number;
	readonly whole: number;
	readonly part: number;
	readonly unsupported: number;
	/** Nodes by reason, most first. */
	readonly reasons: readonly { readonly what: string; readonly nodes: number }[];
}

export function countReports(reports: readonly NodeReport[]): Counted {
	const count = (outcome: Outcome): number => reports.filter((r) => r.outcome === outcome).length;
	const reasons = new Map<string, number>();
	for (const { left } of reports) for (const what of new Set(left.map((l) => l.what))) reasons.set(what, (reasons.get(what) ?? 0) + 1);
	return {
		nodes: reports.length,
		whole: count('whole'),
		part: count('part'),
		unsupported: count('unsupported'),
		reasons: [...reasons].map(([what, nodes]) => ({ what, nodes })).toSorted((a, b) => b.nodes - a.nodes || (a.what < b.what ? -1 : 1)),
	};
}

/** Foreign text for a sentence: short, on one line. */
export function plain(text: string): string {
	const line = text.replaceAll(/\p{C}/gu, ' ');
	return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

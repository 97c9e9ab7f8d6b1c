// The report of an import as a person reads it, every node in it.
import type { MaaFault } from './project.ts';
import type { Counted, NodeReport, Outcome } from './notes.ts';

const TITLES: Readonly<Record<Outcome, string>> = { unsupported: 'Not imported', part: 'Imported in part', whole: 'Imported whole' };

export function reportMarkdown(
	name: string,
	{
		counted,
		nodes,
		left,
		faults,
	}: {
		readonly counted: Counted;
		readonly nodes: readonly NodeReport[];
		readonly left: readonly string[];
		readonly faults: readonly MaaFault[];
	},
): string {
	const lines = [
		`# Import of ${cell(name)}`,
		'',
		`${counted.nodes} nodes: ${counted.whole} whole, ${counted.part} in part, ${counted.unsupported} not.`,
		'',
	];
	if (counted.reasons.length > 0) {
		lines.push('| why | nodes |', '| --- | ---: |', ...counted.reasons.map((r) => `| ${cell(r.what)} | ${r.nodes} |`), '');
	}
	if (faults.length > 0) lines.push('## Could not be read', '', ...faults.map((f) => `- ${cell(f.path)}: ${cell(f.why)}`), '');
	if (left.length > 0) lines.push('## Besides nodes', '', ...left.map((l) => `- ${cell(l)}`), '');
	for (const outcome of ['unsupported', 'part', 'whole'] as const) {
		const own = nodes.filter((n) => n.outcome === outcome);
		if (own.length === 0) continue;
		lines.push(`## ${TITLES[outcome]}`, '', '| node | file | what was left |', '| --- | --- | --- |');
		for (const n of own) lines.push(`| ${cell(n.node)} | ${cell(n.file)} | ${n.left.map((l) => cell(leftText(l))).join('; ')} |`);
		lines.push('');
	}
	return lines.join('\n');
}

export function leftText({ what, detail }: { readonly what: string; readonly detail: string }): string {
	return detail === '' ? what : `${what} (${detail})`;
}

const cell = (text: string): string => text.replaceAll(/[\\`|*_<>[\]#]/g, '\\$&').replaceAll(/\s+/g, ' ');

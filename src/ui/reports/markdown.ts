// The few forms of Markdown that a report uses, as data: nothing here ever becomes HTML text.
export type Block =
	| { readonly type: 'heading'; readonly level: number; readonly text: string }
	| { readonly type: 'paragraph'; readonly text: string }
	| { readonly type: 'list'; readonly items: readonly string[] }
	| { readonly type: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
	| { readonly type: 'code'; readonly text: string };

export interface Span {
	readonly text: string;
	readonly strong: boolean;
	readonly code: boolean;
}

function cells(line: string): string[] {
	return line
		.trim()
		.replace(/^\||\|$/g, '')
		.split('|')
		.map((cell) => cell.trim());
}

export function readMarkdown(text: string): readonly Block[] {
	const lines = text.replaceAll('\r\n', '\n').split('\n');
	const blocks: Block[] = [];
	let i = 0;
	const takeWhile = (test: (line: string) => boolean) => {
		const taken: string[] = [];
		for (let line = lines[i]; line !== undefined && test(line); line = lines[++i]) taken.push(line);
		return taken;
	};
	while (i < lines.length) {
		const line = lines[i] ?? '';
		const heading = /^(#{1,4})\s+(.*)$/.exec(line);
		if (line.trim() === '') i++;
		else if (heading) {
			blocks.push({ type: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' });
			i++;
		} else if (line.startsWith('```')) {
			i++;
			blocks.push({ type: 'code', text: takeWhile((l) => !l.startsWith('```')).join('\n') });
			i++;
		} else if (line.trimStart().startsWith('|')) {
			const [head = '', ...rest] = takeWhile((l) => l.trimStart().startsWith('|'));
			blocks.push({ type: 'table', head: cells(head), rows: rest.filter((l) => !/^[\s|:-]+$/.test(l)).map(cells) });
		} else if (/^\s*([-*]|\d+\.)\s+/.test(line)) {
			blocks.push({
				type: 'list',
				items: takeWhile((l) => /^\s*([-*]|\d+\.)\s+/.test(l)).map((l) => l.replace(/^\s*([-*]|\d+\.)\s+/, '')),
			});
		} else {
			blocks.push({ type: 'paragraph', text: takeWhile((l) => l.trim() !== '' && !/^(#{1,4}\s|```|\s*\||\s*[-*]\s)/.test(l)).join(' ') });
			// A line that looks like the start of something but is not must not stop the reading.
			if (blocks.at(-1)?.type === 'paragraph' && lines[i] === line) i++;
		}
	}
	return blocks;
}

/** Bold and code; everything else stays as written. */
export function readSpans(text: string): readonly Span[] {
	return text
		.split(/(\*\*[^*]+\*\*|`[^`]+`)/)
		.filter((part) => part !== '')
		.map((part) => {
			if (part.startsWith('**') && part.endsWith('**') && part.length > 4) return { text: part.slice(2, -2), strong: true, code: false };
			if (part.startsWith('`') && part.endsWith('`') && part.length > 2) return { text: part.slice(1, -1), strong: false, code: true };
			return { text: part, strong: false, code: false };
		});
}

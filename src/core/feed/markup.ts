// Markup as data, so that one description makes both a document's elements and the text of a fragment, and no text becomes markup.

export interface Markup {
	readonly tag: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly children: readonly (Markup | string)[];
}

/** Attributes that are undefined or false are left out; true is the empty attribute. */
export function h(
	tag: string,
	attributes: Readonly<Record<string, string | number | boolean | undefined>>,
	...children: readonly (Markup | string | undefined)[]
): Markup {
	return {
		tag,
		attributes: Object.fromEntries(
			Object.entries(attributes).flatMap(([name, value]) =>
				value === undefined || value === false ? [] : [[name, value === true ? '' : String(value)]],
			),
		),
		children: children.filter((child) => child !== undefined),
	};
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
export function escapeHtml(text: string): string {
	return text.replaceAll(/[&<>"]/g, (c) => ESCAPES[c] ?? c);
}

/** On one line, as an event of a stream wants it. */
export function toHtml(node: Markup | string): string {
	if (typeof node === 'string') return escapeHtml(node.replaceAll(/\s+/g, ' '));
	const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${escapeHtml(value)}"`);
	return `<${node.tag}${attributes.join('')}>${node.children.map(toHtml).join('')}</${node.tag}>`;
}

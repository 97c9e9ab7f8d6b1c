// Makes a document's elements of markup, and later changes only what differs: so bars glide, and nothing flashes.
import type { Markup } from '../core/feed/markup.ts';

const SVG = 'http://www.w3.org/2000/svg';

function make(node: Markup | string, inside: string | null): Node {
	if (typeof node === 'string') return document.createTextNode(node);
	const namespace = node.tag === 'svg' ? SVG : inside;
	const made = namespace === null ? document.createElement(node.tag) : document.createElementNS(namespace, node.tag);
	for (const [name, value] of Object.entries(node.attributes)) made.setAttribute(name, value);
	made.append(...node.children.map((child) => make(child, namespace)));
	return made;
}

function alike(node: Markup | string, old: Node): boolean {
	if (typeof node === 'string') return old.nodeType === Node.TEXT_NODE;
	// A row that became another row is made anew: a bar must not glide from one figure to another's.
	return old instanceof Element && old.localName === node.tag && old.getAttribute('part') === (node.attributes.part ?? null);
}

function update(node: Markup | string, old: Node): void {
	if (typeof node === 'string') {
		if (old.nodeValue !== node) old.nodeValue = node;
		return;
	}
	const element = old as Element;
	for (const name of element.getAttributeNames()) if (!(name in node.attributes)) element.removeAttribute(name);
	for (const [name, value] of Object.entries(node.attributes)) if (element.getAttribute(name) !== value) element.setAttribute(name, value);
	drawAll(element, node.children, element.namespaceURI === SVG ? SVG : null);
}

function drawAll(parent: ParentNode & Node, children: readonly (Markup | string)[], namespace: string | null): void {
	children.forEach((child, i) => {
		const old = parent.childNodes[i];
		if (old === undefined) parent.appendChild(make(child, namespace));
		else if (alike(child, old)) update(child, old);
		else parent.replaceChild(make(child, namespace), old);
	});
	while (parent.childNodes.length > children.length) parent.lastChild?.remove();
}

/** Makes the root hold this and nothing else. */
export function draw(root: ShadowRoot, node: Markup): void {
	drawAll(root, [node], null);
}

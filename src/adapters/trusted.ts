// The page runs under `require-trusted-types-for 'script'; trusted-types default falsework`. Two policies exist, made here once,
// before anything else runs, so that nobody can take their names:
//
// - `falsework` turns Solid's compiled templates into HTML. It is reachable only from solid-js/web, where trusted-templates.ts
//   puts it at build time; it still refuses whatever could run script, since no compiled template ever holds that.
// - `default` lets a worker start from a string, if the string is a script of our own. It makes no HTML and no script, so every
//   other innerHTML on the page stays refused.

interface Policy {
	createHTML(text: string): string;
}
interface PolicyFactory {
	createPolicy(
		name: string,
		rules: { readonly createHTML?: (text: string) => string; readonly createScriptURL?: (url: string) => string },
	): Policy;
}

const factory = (globalThis as { readonly trustedTypes?: PolicyFactory }).trustedTypes;

const RUNS_SCRIPT = /<\s*(script|iframe|object|embed|base|meta|link)\b|\son[a-z]+\s*=|javascript:/i;

export function checkTemplate(text: string): string {
	if (RUNS_SCRIPT.test(text)) throw new TypeError(`A template that could run script was refused: ${text.slice(0, 80)}`);
	return text;
}

/** @returns the URL when it is a script of our own origin; throws otherwise */
export function checkScriptUrl(url: string, origin: string): string {
	const at = new URL(url, origin);
	if (at.origin !== origin || at.username !== '' || !/\.m?[jt]s$/.test(at.pathname)) {
		throw new TypeError(`A worker may only start from a script of this page, not from ${at.origin}${at.pathname}`);
	}
	return at.href;
}

const templates = factory?.createPolicy('falsework', { createHTML: checkTemplate });
factory?.createPolicy('default', { createScriptURL: (url) => checkScriptUrl(url, location.origin) });

/** For solid-js/web alone. */
export function trustedTemplate(html: string): string {
	return templates ? templates.createHTML(html) : html;
}

// An address that is asked for models before any other. Checked here so that a slip is told at once; the host checks it again.

export type MirrorRead = { readonly ok: true; readonly address: string } | { readonly ok: false; readonly fault: string };

/** @param text as typed; empty = no mirror. @returns the address with a slash at the end, or what is wrong with it */
export function readMirror(text: string): MirrorRead {
	const typed = text.trim();
	if (typed === '') return { ok: true, address: '' };
	const fault = (why: string): MirrorRead => ({ ok: false, fault: why });
	if (!URL.canParse(typed)) return fault('That is no address; one looks like https://models.example/falsework/');
	const url = new URL(typed);
	if (url.protocol !== 'https:' && url.protocol !== 'http:')
		return fault('Only addresses that begin with https:// or http:// can be asked.');
	if (url.username !== '' || url.password !== '') return fault('No name or password in the address: it would stand in every request.');
	if (url.search !== '' || url.hash !== '') return fault('Only a folder: nothing from a “?” or “#” on.');
	if (url.href.length > 300) return fault('The address has more than 300 characters.');
	return { ok: true, address: url.href.endsWith('/') ? url.href : `${url.href}/` };
}

// Which files of a project's zip or folder are looked at. Names may be of any script; none may lead out of it.

/** Of a zip, and of what is taken out of it together. */
export const MAA_MAX_BYTES = 300_000_000;

/** JSON and pictures are taken; programs, networks and all else are left. */
export function sortMaaPath(path: string): 'take' | 'leave' | 'odd' {
	const parts = path.split('/');
	const odd =
		path.length > 400 || parts.length > 16 || /[\\:\p{Cc}\uFFFD]/u.test(path) || parts.some((p) => p === '' || p === '.' || p === '..');
	if (odd) return 'odd';
	return /\.jsonc?$|(^|\/)image\/.*\.png$/i.test(path) ? 'take' : 'leave';
}

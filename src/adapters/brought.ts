// What somebody brings in, apart from `zip.ts`: nothing of a project is loaded before one may have come.
import { isMaaProject } from '../core/import/maafw/project.ts';
import { MAA_LIMITS, unzip, type ZipRead } from './zip.ts';

/** The files of a zip that somebody brings in: of a MaaFramework project, or of what else may only be a pack. */
export function unzipBrought(bytes: Uint8Array): { readonly as: 'pack' | 'project'; readonly zip: ZipRead } {
	const zip = unzip(bytes);
	if (!zip.ok || !Object.hasOwn(zip.files, 'pack.json')) {
		const wide = unzip(bytes, MAA_LIMITS);
		if (wide.ok && isMaaProject(Object.keys(wide.files))) return { as: 'project', zip: wide };
	}
	return { as: 'pack', zip };
}

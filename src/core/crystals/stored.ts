// Stored data of a kind is checked on the way in; older versions are brought up first.
import * as v from 'valibot';

export type Stored<D> = { readonly ok: true; readonly data: D } | { readonly ok: false; readonly why: string };

/** Each takes data of version `index + 1` to the next. */
export type Migrations = readonly ((data: unknown) => unknown)[];

/** @param newest  version of `schema`; `version` is that of the data */
export function readStored<D>(
	kind: string,
	{
		schema,
		newest,
		migrations,
	}: { readonly schema: v.GenericSchema<unknown, D>; readonly newest: number; readonly migrations: Migrations },
	data: unknown,
	version: number,
): Stored<D> {
	if (version > newest) return { ok: false, why: `${kind} of version ${version}; this program reads up to ${newest}` };
	let current = data;
	for (const migrate of migrations.slice(version - 1)) current = migrate(current);
	const read = v.safeParse(schema, current);
	if (read.success) return { ok: true, data: read.output };
	const [issue] = read.issues;
	return { ok: false, why: `${kind} field "${v.getDotPath(issue) ?? ''}": ${issue.message}` };
}

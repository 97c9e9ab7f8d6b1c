// Every kind's own part, checked by its own schema: what the store reads back and what a pack brings goes through here.
import type { KindName } from './crystal.ts';
import { readPhrase } from './phrase/schema.ts';
import { readData as readRegion } from './region/schema.ts';
import { readRule } from './rule/schema.ts';
import { readScreenData } from './screen/schema.ts';
import { readData as readTemplate } from './template/schema.ts';

export type KindRead = { readonly ok: true; readonly data: unknown } | { readonly ok: false; readonly why: string };

/** Brings a crystal's `data` to today's version of its kind and checks it together with its blobs. */
export function readKind(kind: KindName, schema: number, data: unknown, blobs: Readonly<Record<string, Uint8Array>>): KindRead {
	switch (kind) {
		case 'template':
			return readTemplate(data, schema, blobs);
		case 'region':
			return readRegion(data, schema);
		case 'screen': {
			const read = readScreenData(schema, data, blobs);
			return typeof read === 'string' ? { ok: false, why: read } : { ok: true, data: read };
		}
		case 'rule':
			return readRule(data, schema);
		case 'phrase':
			return readPhrase(data, schema);
	}
}

import { describe, expect, it } from 'vitest';
import { readMirror } from './mirror.ts';

describe('a mirror', () => {
	it.each([
		['', ''],
		['  ', ''],
		['https://models.example/falsework', 'https://models.example/falsework/'],
		['http://192.168.1.4:8000/', 'http://192.168.1.4:8000/'],
	])('%j is taken as %j', (typed, address) => expect(readMirror(typed)).toEqual({ ok: true, address }));
	it.each([
		['models.example', 'That is no address'],
		['ftp://models.example/', 'https:// or http://'],
		['javascript:alert(1)', 'https:// or http://'],
		['https://me:secret@models.example/', 'No name or password'],
		['https://models.example/?a=1', 'Only a folder'],
		[`https://models.example/${'a'.repeat(300)}/`, '300 characters'],
	])('%j is refused with its reason', (typed, why) => {
		const read = readMirror(typed);
		expect(read.ok ? '' : read.fault).toContain(why);
	});
});

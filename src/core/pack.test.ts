import { expect, it } from 'vitest';
import { utf8 } from './utf8.ts';

it.each(['', 'plain', 'Fällt: é', '体力 42', '🗡️ sword', 'a\u0000b', '\u07ff\u0800\uffff', '\ud83d', '\udde1x', 'x\ud83d\ud83d\udde1'])(
	'%j is encoded as every encoder does',
	(text) => expect(utf8(text)).toEqual(new Uint8Array(new TextEncoder().encode(text))),
);

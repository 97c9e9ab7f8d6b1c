import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PIECE_CHARS, piecesOf, speakerOf, voiceLabel, voicesOf } from './speech.ts';

const pieces = (text: string, most?: number): readonly string[] => {
	const read = piecesOf(text, most);
	if ('fault' in read) throw new Error(read.fault);
	return read.pieces;
};

describe('pieces of a text', () => {
	it('are its sentences', () => {
		expect(pieces('The door is open.  The goblin is asleep! Shall we?')).toEqual([
			'The door is open.',
			'The goblin is asleep!',
			'Shall we?',
		]);
	});
	it('are not cut at titles, initials and numbers', () => {
		expect(pieces('Mr. Grim paid 3.50 gold to J. Reed. He left.')).toEqual(['Mr. Grim paid 3.50 gold to J. Reed.', 'He left.']);
	});
	it('keep a closing quotation mark with its sentence', () => {
		expect(pieces('"Run!" he said. “Now.” She ran.')).toEqual(['"Run!"', 'he said.', '“Now.”', 'She ran.']);
	});
	it('are cut at commas, then blanks, then anywhere, and lose no letter', () => {
		expect(pieces('one two three, four five six seven', 20)).toEqual(['one two three,', 'four five six seven']);
		expect(pieces('alpha beta gamma delta', 12)).toEqual(['alpha beta', 'gamma delta']);
		expect(pieces('x'.repeat(25), 10)).toEqual(['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)]);
	});
	it('hold every letter in order and are never too long, whatever the text', () => {
		fc.assert(
			fc.property(fc.string({ minLength: 1, maxLength: 900 }), (text) => {
				const read = piecesOf(text);
				if ('fault' in read) return;
				expect(read.pieces.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
				for (const piece of read.pieces) expect(piece.length).toBeLessThanOrEqual(PIECE_CHARS);
			}),
			{ seed: 20 },
		);
	});
	it('refuse what cannot be said, and say why', () => {
		const fault = (text: string) => {
			const read = piecesOf(text);
			return 'fault' in read ? read.fault : '';
		};
		expect(fault(' \n')).toContain('empty');
		expect(fault('--- ***')).toContain('no letter and no number');
		expect(fault('ドアが開いている')).toContain('English only');
		expect(fault('a'.repeat(2001))).toContain('2001 characters');
		expect(fault('12')).toBe('');
	});
});

describe('the model that speaks', () => {
	const model = (id: string, fit: 'good' | 'slow' | 'no', mb: number, purpose: 'speak' | 'think' = 'speak') => ({
		id,
		manifest: { purpose, needs: { memoryBytes: mb } },
		fitness: { fit, why: '' },
	});
	it('is the smallest that keeps up, else the smallest that runs', () => {
		expect(speakerOf([model('slow', 'slow', 1), model('large', 'good', 3), model('small', 'good', 2)])?.id).toBe('small');
		expect(speakerOf([model('slow', 'slow', 1), model('never', 'no', 0)])?.id).toBe('slow');
		expect(speakerOf([model('writer', 'good', 1, 'think')])).toBeUndefined();
	});
});

describe('voices', () => {
	it('are named in words', () => {
		expect(voiceLabel('af_heart')).toBe('Heart, American woman');
		expect(voiceLabel('bm_george')).toBe('George, British man');
		expect(voiceLabel('my-voice')).toBe('my-voice');
	});
	it('are those whose files are there', () => {
		expect(voicesOf(['onnx/model.onnx', 'voices/af_heart.bin', 'voices/bm_george.bin', 'voices/readme.txt'])).toEqual([
			'af_heart',
			'bm_george',
		]);
	});
});

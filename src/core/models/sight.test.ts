import { describe, expect, it } from 'vitest';
import { dtypesOf, needsF16, questionOf, sightShape, withoutMarks } from './sight.ts';

describe('a vision-language model', () => {
	it('is called in the order that its processor takes, without splitting where it could', () => {
		expect(sightShape({ model_type: 'smolvlm' })).toEqual({ first: 'text', options: { do_image_splitting: false } });
		expect(sightShape({ model_type: 'lfm2_vl' })).toEqual({ first: 'images', options: { do_image_splitting: false } });
		expect(sightShape({ model_type: 'qwen2_vl' })).toEqual({ first: 'text', options: undefined });
	});

	it('of a type nobody looked up, or none, is refused in words', () => {
		expect(sightShape({ model_type: 'constructor' })).toEqual({ fault: expect.stringMatching(/"constructor"; known are smolvlm/) });
		expect(sightShape({ model_type: 'florence2' })).toEqual({ fault: expect.stringMatching(/task words/) });
		expect(sightShape([])).toEqual({ fault: expect.stringMatching(/no model_type/) });
		expect(sightShape(null)).toEqual({ fault: expect.stringMatching(/no model_type/) });
	});

	it('has one number format, or one for each part', () => {
		expect(dtypesOf(undefined)).toEqual({ dtype: 'fp32' });
		expect(dtypesOf('q4')).toEqual({ dtype: 'q4' });
		expect(dtypesOf(['embed_tokens=q8', 'vision_encoder=q4'])).toEqual({ dtype: { embed_tokens: 'q8', vision_encoder: 'q4' } });
		for (const bad of ['q5', ['embed_tokens'], ['embed_tokens=q5'], 7, ['a b=q4']]) expect(dtypesOf(bad)).toHaveProperty('fault');
		expect(['q4', 'q8', 'q4f16', 'fp16'].map((dtype) => needsF16(dtype))).toEqual([false, false, true, true]);
		expect(needsF16({ embed_tokens: 'q8', decoder_model_merged: 'q4f16' })).toBe(true);
	});

	it('is told the form of its answer in words, since it takes no grammar', () => {
		expect(questionOf({ user: 'What is it?' })).toBe('What is it?');
		expect(questionOf({ user: 'What is it?', schema: { type: 'object' } })).toMatch(
			/^What is it\?\n\nAnswer with one JSON.*\{"type":"object"\}$/s,
		);
	});

	it('is not led astray by its own marks in a game’s text', () => {
		expect(withoutMarks('a <image> of <end>', ['<image>', '<end>', '<'])).toBe('a ‹image› of ‹end›');
	});
});

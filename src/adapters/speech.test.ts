import { describe, expect, it } from 'vitest';
import { LATE_MS, makeSpeech, type Spoken, type SpeechState } from './speech.ts';

const ON = { on: true, voice: 'af_heart', volume: 0.5 };
const settled = async (): Promise<void> => {
	for (let i = 0; i < 20; i++) await Promise.resolve();
};

/** A voice that answers when told to, and a loudspeaker that a test ends. */
function setup() {
	let t = 0;
	const asked: string[] = [];
	const answers: ((spoken: Spoken | undefined) => void)[] = [];
	const heard: string[] = [];
	const ends: (() => void)[] = [];
	let volume = 0;
	let locked = false;
	let state: SpeechState = { said: 0, late: 0, why: '' };
	const speech = makeSpeech({
		say: (text, voice) => {
			asked.push(`${voice}: ${text}`);
			return new Promise((resolve) => answers.push(resolve));
		},
		output: {
			async play({ samples }) {
				if (locked) return undefined;
				heard.push(`line of ${samples.length}`);
				let end = (): void => {};
				const ended = new Promise<void>((resolve) => {
					end = resolve;
				});
				ends.push(end);
				return { stop: () => end(), ended };
			},
			setVolume: (next) => {
				volume = next;
			},
		},
		clock: { monotonic: () => t },
		onState: (next) => {
			state = next;
		},
	});
	const spoken = (length: number): Spoken => ({ samples: new Float32Array(length), rate: 24_000 });
	return {
		speech,
		asked,
		heard,
		pass: (ms: number) => void (t += ms),
		async answer(length: number | undefined) {
			answers.shift()?.(length === undefined ? undefined : spoken(length));
			await settled();
		},
		async end() {
			ends.shift()?.();
			await settled();
		},
		lock: () => {
			locked = true;
		},
		state: () => state,
		volume: () => volume,
	};
}

describe('speaking in play', () => {
	it('asks no model while it is off, which it is at first', async () => {
		const { speech, asked } = setup();
		speech.caption('A rat!');
		await settled();
		expect(asked).toEqual([]);
	});

	it('says each new caption once, at the volume that was chosen', async () => {
		const s = setup();
		s.speech.set(ON);
		s.speech.caption('A rat!');
		s.speech.caption('A rat!');
		await s.answer(1);
		expect(s.asked).toEqual(['af_heart: A rat!']);
		expect(s.heard).toEqual(['line of 1']);
		expect(s.volume()).toBe(0.5);
		expect(s.state()).toEqual({ said: 1, late: 0, why: '' });
	});

	it('makes the next line while one is heard, and speaks over nobody', async () => {
		const s = setup();
		s.speech.set(ON);
		s.speech.caption('One.');
		await s.answer(1);
		s.speech.caption('Two.');
		await s.answer(2);
		expect(s.heard).toEqual(['line of 1']);
		await s.end();
		expect(s.heard).toEqual(['line of 1', 'line of 2']);
	});

	it('lets the newest line take the place of those that wait', async () => {
		const s = setup();
		s.speech.set(ON);
		for (const line of ['One.', 'Two.', 'Three.']) s.speech.caption(line);
		await s.answer(1);
		await s.answer(3);
		expect(s.asked).toEqual(['af_heart: One.', 'af_heart: Three.']);
		expect(s.state().late).toBe(1);
	});

	it('does not say what is over: a line that took too long, or that waited too long for its turn', async () => {
		const s = setup();
		s.speech.set(ON);
		s.speech.caption('Slow.');
		await settled();
		s.pass(LATE_MS + 1);
		await s.answer(1);
		expect(s.heard).toEqual([]);
		s.speech.caption('One.');
		await s.answer(2);
		s.speech.caption('Two.');
		await s.answer(3);
		s.pass(LATE_MS + 1);
		await s.end();
		expect(s.heard).toEqual(['line of 2']);
		expect(s.state()).toMatchObject({ said: 1, late: 2 });
	});

	it('has a line at hand that was made once, even too late', async () => {
		const s = setup();
		s.speech.set(ON);
		s.speech.caption('Low health.');
		await settled();
		s.pass(LATE_MS + 1);
		await s.answer(1);
		s.speech.caption('');
		s.speech.caption('Low health.');
		await settled();
		expect(s.asked).toHaveLength(1);
		expect(s.heard).toEqual(['line of 1']);
	});

	it('falls silent when play stops or it is switched off, for lines on the way too', async () => {
		const s = setup();
		s.speech.set(ON);
		s.speech.caption('One.');
		await s.answer(1);
		s.speech.caption('Two.');
		await settled();
		s.speech.silence();
		await s.answer(2);
		await s.end();
		expect(s.heard).toEqual(['line of 1']);
		s.speech.caption('Three.');
		await settled();
		s.speech.set({ ...ON, on: false });
		await s.answer(3);
		expect(s.heard).toEqual(['line of 1']);
	});

	it('says why nothing is heard: no voice, a voice that failed, a browser that wants a click', async () => {
		const s = setup();
		s.speech.set(ON);
		s.speech.caption('One.');
		await s.answer(undefined);
		expect(s.state().why).toContain('Models page');
		s.lock();
		s.speech.caption('Two.');
		await s.answer(1);
		expect(s.state().why).toContain('clicked');
		const failing = makeSpeech({
			say: () => Promise.reject(new Error('Its worker ended.')),
			output: { play: async () => undefined, setVolume: () => {} },
			clock: { monotonic: () => 0 },
		});
		expect(await failing.test('Hello.', '')).toBe('Its worker ended.');
	});

	it('keeps a bounded number of lines', async () => {
		const s = setup();
		s.speech.set(ON);
		const million = 1_000_000;
		for (let i = 0; i < 8; i++) {
			s.speech.caption(`Line ${i}.`);
			await s.answer(million);
			await s.end();
		}
		s.speech.caption('Line 0.');
		await settled();
		expect(s.asked).toHaveLength(9);
		await s.answer(million);
		await s.end();
		s.speech.caption('Line 7.');
		await settled();
		expect(s.asked).toHaveLength(9);
	});
});

import { describe, expect, it } from 'vitest';
import type { Cleared } from '../core/moderation/gate.ts';
import { LATE_MS } from '../core/speech/queue.ts';
import { pcmOf, type Sound } from '../core/speech/wav.ts';
import { makeSpeech, NO_VOICE, type Spoken, type SpeechState } from './speech.ts';

const ON = { on: true, voice: 'af_heart', volume: 1 };
/** A hum, which no silence is cut off from. */
const hum = (seconds: number): Spoken => ({
	samples: Float32Array.from({ length: seconds * 8000 }, (_, i) => Math.sin(i / 3) / 4),
	rate: 8000,
});
const settled = async () => {
	for (let i = 0; i < 25; i++) await new Promise((resolve) => setTimeout(resolve));
};

/** A voice that makes each sound when it is told to, and a loudspeaker whose sounds end when they are told to. */
function setUp({ say }: { say?: (text: string) => Promise<Spoken | undefined> } = {}) {
	const clock = { at: 0, monotonic: () => clock.at };
	const asked: string[] = [];
	const shelf = new Map<string, Sound>();
	const sounds: { stopped: boolean; ducked: boolean; seconds: number; end(): void }[] = [];
	const firsts: (readonly [number, boolean])[] = [];
	let state: SpeechState = { said: 0, late: 0, cached: 0, found: 0, made: 0, why: '' };
	const heard: SpeechState[] = [];
	const speech = makeSpeech({
		async say(text) {
			asked.push(text);
			return say === undefined ? hum(0.2) : await say(text);
		},
		shelf: { get: async (key) => shelf.get(key), put: async (key, sound) => shelf.set(key, sound) },
		speaker: () => 'kokoro',
		output: {
			async play({ samples, rate }) {
				let end = () => {};
				const ended = new Promise<void>((resolve) => (end = resolve));
				const sound = { stopped: false, ducked: false, seconds: samples.length / rate, end };
				sounds.push(sound);
				return {
					stop() {
						sound.stopped = true;
						end();
					},
					duck: () => void (sound.ducked = true),
					ended,
				};
			},
			setVolume: () => {},
		},
		clock,
		onState: (next) => {
			state = next;
			heard.push(next);
		},
		onFirst: (...first) => void firsts.push(first),
	});
	let n = 0;
	const line = (text: string, of = 'discovery', slot?: string, language = 'en') => {
		const parts =
			slot === undefined
				? [{ text: text as Cleared, slot: false }]
				: text
						.split(slot)
						.flatMap((piece, i) => [
							...(i > 0 ? [{ text: slot as Cleared, slot: true }] : []),
							...(piece === '' ? [] : [{ text: piece as Cleared, slot: false }]),
						]);
		speech.line({ n: n++, of, text: text as Cleared, parts, language });
	};
	async function end(): Promise<void> {
		sounds.at(-1)?.end();
		await settled();
	}
	return { speech, clock, asked, shelf, sounds, firsts, line, end, heard, state: () => state };
}

describe('a line', () => {
	it('is said sentence by sentence, and from what was kept the second time', async () => {
		const s = setUp();
		s.speech.set(ON);
		s.line('The door is open. Go on.');
		await settled();
		expect(s.asked).toEqual(['The door is open.', 'Go on.']);
		expect(s.sounds).toHaveLength(1);
		await s.end();
		await s.end();
		s.line('The door is open. Go on.');
		await settled();
		await s.end();
		await s.end();
		expect(s.asked).toHaveLength(2);
		expect(s.state()).toMatchObject({ said: 2, cached: 1, found: 2, made: 2, why: '' });
		expect(s.firsts.map(([, cached]) => cached)).toEqual([false, true]);
	});

	it('with another value needs only the sound of that value', async () => {
		const s = setUp();
		s.speech.set(ON);
		s.line('Out of the dark comes a wolf, and it is hungry!', 'fight', 'wolf');
		await settled();
		await s.end();
		s.line('Out of the dark comes a bear, and it is hungry!', 'fight', 'bear');
		await settled();
		await s.end();
		// A piece that others follow is spoken as going on.
		expect(s.asked).toEqual(['Out of the dark comes a,', 'wolf,', 'and it is hungry!', 'bear,']);
	});

	it('is found on the shelf by the next opening, and not when it is damaged there', async () => {
		const one = setUp();
		one.speech.set(ON);
		one.line('Go on.');
		await settled();
		const [key, sound] = [...one.shelf][0] as [string, Sound];
		expect(sound).toEqual({ pcm: pcmOf(hum(0.2).samples), rate: 8000 });
		const two = setUp();
		two.shelf.set(key, sound);
		two.speech.set(ON);
		two.line('Go on.');
		await settled();
		expect(two.asked).toEqual([]);
		// A damaged one is none: the shelf gives nothing, and it is made anew.
		const three = setUp();
		three.speech.set(ON);
		three.line('Go on.');
		await settled();
		expect(three.asked).toEqual(['Go on.']);
	});

	it('that is late, or speaks of what is over, is not said', async () => {
		const s = setUp();
		s.speech.set(ON);
		s.line('One moment. And more.', 'fight');
		await settled();
		s.line('A rat.', 'rats');
		s.line('A second.', 'quest');
		s.speech.over('rats');
		s.clock.at = LATE_MS + 1;
		await s.end();
		await s.end();
		expect(s.asked).not.toContain('A second.');
		expect(s.state()).toMatchObject({ said: 1, late: 2 });
	});

	it('about a fight that is over ends with its sentence', async () => {
		const s = setUp();
		s.speech.set(ON);
		s.line('It bites. It will not stop.', 'fight');
		await settled();
		s.speech.over('fight');
		await s.end();
		expect(s.sounds).toHaveLength(1);
		expect(s.state().late).toBe(1);
	});

	it('that matters more lowers the one being said, and cuts in at the end of its sentence', async () => {
		const s = setUp();
		s.speech.set(ON);
		s.line('What a view. One could stay here.', 'discovery');
		await settled();
		s.line('I am dead.', 'death');
		expect(s.sounds[0]).toMatchObject({ ducked: true, stopped: false });
		await s.end();
		expect(s.asked.at(-1)).toBe('I am dead.');
		expect(s.sounds).toHaveLength(2);
		await s.end();
		expect(s.state()).toMatchObject({ said: 2, late: 1 });
	});

	it('of another language is shown only, and the reason said', async () => {
		const s = setUp();
		s.speech.set(ON);
		s.line('Die Tür ist offen.', 'x', undefined, 'de');
		await settled();
		expect(s.asked).toEqual([]);
		expect(s.state().why).toContain('"de"');
	});
});

describe('a voice', () => {
	it('that fails in mid-line ends the line there, says so once and speaks again', async () => {
		let fails = true;
		const s = setUp({ say: async (text) => (text.startsWith('And') && fails ? Promise.reject(new Error('Its worker ended.')) : hum(0.2)) });
		s.speech.set(ON);
		s.line('The door is open. And the rest. Never said.');
		await settled();
		await s.end();
		expect(s.sounds).toHaveLength(1);
		expect(s.state().why).toBe('Its worker ended.');
		expect(s.heard.filter(({ why }, i) => why !== '' && s.heard[i - 1]?.why !== why)).toHaveLength(1);
		fails = false;
		s.line('Go on.');
		await settled();
		expect(s.state().why).toBe('');
	});

	it('that is not there is said to be missing', async () => {
		const s = setUp({ say: async () => undefined });
		s.speech.set(ON);
		s.line('Hello.');
		await settled();
		expect(s.state().why).toBe(NO_VOICE);
		expect(await s.speech.test('Hello.', '')).toBe(NO_VOICE);
		expect(await s.speech.render('Hello.')).toBeUndefined();
	});

	it('that is off says nothing, and when switched off is silent at once', async () => {
		const s = setUp();
		s.line('Hello.');
		await settled();
		expect(s.asked).toEqual([]);
		s.speech.set(ON);
		s.line('Hello there. More.');
		await settled();
		s.speech.set({ ...ON, on: false });
		await settled();
		expect(s.sounds[0]?.stopped).toBe(true);
		expect(s.sounds).toHaveLength(1);
	});

	it('says a minute of a talk of 10,000 characters', async () => {
		const s = setUp();
		const talk = 'I was born by the mill, and my mother before me. '.repeat(205);
		const spoken = await s.speech.render(talk);
		expect(new Set(s.asked).size).toBe(1);
		expect((spoken as Spoken).samples.length).toBeGreaterThan(0);
	});
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findLabel, NEAR, perceive, placePart, readLabels } from './eyes.mjs';
import { distance, hashBox } from './hash.mjs';
import { decodePng } from './png.mjs';
import { cropped, filled, makeRandom, mapBytes, pasted, reencoded, withNoise } from './testing.mjs';

const known = readLabels();
const read = (path) => decodePng(readFileSync(new URL(path, import.meta.url)));
const picture = (id) => read(`frames/${id}.png`);
// Labels that stand for a change within a frame (the pointer over a button) have no picture of their own.
const labels = known.labels.filter((label) => label.file === `frames/${label.id}.png`);
const inGame = labels.filter((label) => label.facts['in-game']);
/** The frames are reduced to 256 colours, which no capture is: the bar's digits are put back as captured. */
const withBar = (base) => {
	const bar = read('frames/patches/hp-280.png');
	return pasted(base, placePart(bar, [0, 0, bar.width, bar.height], [1280, 720]), [0, 0, bar.width, bar.height]);
};

describe('labels', () => {
	it('lie inside the frame, have names of their own and a kind that the wire knows', () => {
		const kinds = 'button icon bar text portrait tile panel cursor other'.split(' ');
		for (const { id, elements, screen } of known.labels) {
			expect(screen).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
			expect(new Set(elements.map((e) => e.name)).size, id).toBe(elements.length);
			for (const {
				name,
				kind,
				box: [x, y, w, h],
			} of elements) {
				expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
				expect(kinds).toContain(kind);
				expect([x >= 0, y >= 0, w > 0, h > 0, x + w <= 1280, y + h <= 720], `${id} ${name}`).not.toContain(false);
			}
		}
	});

	it('name only facts that the profile asks for', () => {
		const profile = JSON.parse(readFileSync(new URL('../../public/profiles/flare.json', import.meta.url), 'utf8'));
		const wanted = profile.facts.map((fact) => fact.name);
		for (const { facts } of known.labels) expect(wanted).toEqual(expect.arrayContaining(Object.keys(facts)));
	});
});

describe('findLabel', () => {
	for (const { id, screen, file } of labels) {
		it(`finds ${id} in a noisy, a brighter, a darker and a re-encoded copy`, () => {
			const base = read(file);
			const copies = {
				same: base,
				noisy: withNoise(base, 20, 1),
				brighter: mapBytes(base, (v) => v + 18),
				darker: mapBytes(base, (v) => v * 0.8),
				reencoded: reencoded(base),
			};
			for (const [how, copy] of Object.entries(copies)) expect(findLabel(known, copy).label?.screen, how).toBe(screen);
		});
	}

	it('keeps clear of the limit: what a label lacks is far, and every other screen lacks or shows something that tells it', () => {
		for (const label of labels) {
			const base = read(label.file);
			const far = (name) => distance(known.areas.get(name).hash, hashBox(base, known.areas.get(name).box));
			for (const name of label.lacks) expect(far(name), `${label.id} lacks ${name}`).toBeGreaterThan(NEAR + 3);
			for (const name of label.shows) expect(far(name), `${label.id} shows ${name}`).toBeLessThan(NEAR - 3);
			for (const other of labels.filter((l) => l.screen !== label.screen)) {
				const told = other.shows.some((name) => far(name) > NEAR + 3) || other.lacks.some((name) => far(name) < NEAR - 3);
				expect(told, `${label.id} is not ${other.id}`).toBe(true);
			}
		}
	});

	it('says unknown of a real screen that nobody labelled, of noise and of one grey', () => {
		const blank = { width: 1280, height: 720, data: new Uint8Array(1280 * 720 * 3).fill(90) };
		const random = makeRandom(7);
		for (const unseen of [read('frames/unseen-new-hero.png'), blank, mapBytes(blank, () => random() * 255)]) {
			expect(findLabel(known, unseen).label).toBeUndefined();
			expect(perceive(known, unseen).answer).toEqual({ screen: 'unknown', elements: [], facts: [] });
		}
	});

	it('says unknown of two panels at once, which no label shows', () => {
		const both = pasted(picture('inventory'), picture('character'), [0, 152, 320, 416]);
		expect(findLabel(known, both).label).toBeUndefined();
	});

	it('says unknown of a panel whose head is another', () => {
		const strange = pasted(picture('play'), filled(picture('inventory'), [1050, 158, 140, 40], 200), [960, 152, 320, 416]);
		expect(findLabel(known, strange).label).toBeUndefined();
	});

	it('knows a dialogue with the pointer on its arrow, and never takes it for the open world', () => {
		const arrow = read('frames/patches/dialogue-next-hover.png');
		const box = [928, 472, 22, 24];
		const hover = pasted(picture('dialogue'), placePart(arrow, box, [1280, 720]), box);
		expect(perceive(known, hover).answer).toMatchObject({ screen: 'dialogue' });
		expect(perceive(known, hover).answer.elements.map((e) => e.name)).toContain('dialogue-next');
		expect(findLabel(known, filled(picture('dialogue'), box, 120)).label).toBeUndefined();
	});
});

describe('perceive', () => {
	it('answers every labelled element of a labelled frame, with its box', () => {
		for (const label of labels) {
			const { answer } = perceive(known, read(label.file));
			expect(
				answer.elements.map(({ name, box }) => ({ name, box })),
				label.id,
			).toEqual(label.elements.map(({ name, box }) => ({ name, box })));
		}
	});

	it('drops an element that something covers, and keeps the rest', () => {
		const covered = filled(picture('play'), [1243, 157, 36, 17], 60);
		const names = perceive(known, covered).answer.elements.map((e) => e.name);
		expect(names).not.toContain('btn-settings');
		expect(names).toContain('btn-log');
	});

	it('reads the hit points from the bar of every frame of play', () => {
		for (const { file, id } of inGame) {
			const { answer } = perceive(known, withBar(read(file)));
			expect(answer.facts, id).toContainEqual({ name: 'hp', value: 280, element: 'hp-text' });
		}
	});

	it('leaves the hit points out where one digit is another', () => {
		const bar = withBar(picture('play'));
		// The second digit is an 8; over it goes the third, a 0, eight pixels to the right.
		const zero = cropped(bar, [50, 3, 8, 12]);
		const changed = pasted(bar, placePart(zero, [42, 3, 8, 12], [1280, 720]), [42, 3, 8, 12]);
		const { answer } = perceive(known, changed);
		expect(answer.screen).toBe('play');
		expect(answer.facts.map((fact) => fact.name)).not.toContain('hp');
		expect(answer.elements.find((e) => e.name === 'hp-text')).not.toHaveProperty('text');
	});

	it('tells texts with the element that shows them, and only while it is seen', () => {
		const texts = (shown) => perceive(known, shown).answer.facts.filter(({ value }) => typeof value === 'string');
		const area = { name: 'area', value: 'Arrival', element: 'place-name' };
		const speaker = { name: 'speaker', value: 'Skeleton with note', element: 'dialogue-speaker' };
		const message = { name: 'message', value: 'Game saved.', element: 'message' };
		expect(texts(picture('dialogue'))).toEqual([area, speaker, message]);
		expect(texts(filled(picture('dialogue'), [38, 654, 302, 20], 0))).toEqual([area, speaker]);
		expect(texts(filled(picture('play'), [1148, 1, 130, 19], 0))).toEqual([]);
	});

	it('answers only the facts that are wanted', () => {
		const { answer } = perceive(known, picture('log'), ['log-open', 'gold']);
		expect(answer.facts).toEqual([{ name: 'log-open', value: true }]);
	});

	it('does not name a screen from a part that does not hold its marks', () => {
		const roi = [960, 152, 320, 416];
		const part = placePart(cropped(picture('inventory'), roi), roi, known.size);
		expect(perceive(known, part).answer.screen).toBe('unknown');
	});
});

import { describe, expect, it } from 'vitest';
import { type Act, plainAnswer } from '../question.ts';
import { seeded } from '../random.fixture.ts';
import { makeTeacher, OPINIONS_MOST, standing } from './opinions.ts';

const act = (verb: string): Act => ({ verb, args: {} });
const says = (...verbs: [string, ...string[]]) => ({
	answer: { ...plainAnswer(act(verbs[0]), { confidence: 1 }), options: verbs.map((verb) => ({ act: act(verb), value: 0, ok: true })) },
});

describe('of several answers on the same facts', () => {
	it('the one stands that accepts what the rule does', () => {
		expect(standing([says('left')], act('go'))).toBeUndefined();
		const second = says('right', 'go');
		expect(standing([says('left'), second], act('go'))).toBe(second);
	});

	it('two that agree stand against the rule, two that do not are not enough', () => {
		const second = says('left');
		expect(standing([says('left'), second], act('go'))).toBe(second);
		expect(standing([says('left'), says('right')], act('go'))).toBeUndefined();
		const third = says('wait');
		expect(standing([says('left'), says('right'), third], act('go'))).toBe(third);
		expect(OPINIONS_MOST).toBe(3);
	});
});

describe('a teacher', () => {
	/** Answers that meet a rule which is always right. */
	function met(
		errs: number,
		answers: number,
	): { readonly asked: number; readonly rate: ReturnType<ReturnType<typeof makeTeacher>['rate']> } {
		const random = seeded(31);
		const teacher = makeTeacher();
		let asked = 0;
		for (let n = 0; n < answers; n++) {
			if (!teacher.doubts(0.02, random)) continue;
			const wrong = random.next() < errs;
			if (wrong) asked++;
			teacher.heard(wrong ? 2 : 1, wrong ? 1 : 0);
		}
		return { asked, rate: teacher.rate() };
	}
	it('is known by the answers that it takes back', () => {
		for (const errs of [0.05, 0.13, 0.25]) {
			const { rate } = met(errs, 600);
			expect(rate.low).toBeLessThan(errs);
			expect(rate.high).toBeGreaterThan(0.75 * errs);
			expect(rate.rate).toBeLessThan(1.3 * errs);
			expect(rate.rate).toBeGreaterThan(0.6 * errs);
		}
	});

	it('that keeps to its word is hardly asked twice', () => {
		const random = seeded(32);
		const teacher = makeTeacher();
		for (let n = 0; n < 300; n++) if (teacher.doubts(0.05, random)) teacher.heard(1, 0);
		expect(teacher.rate().rate).toBeLessThan(0.02);
		let doubted = 0;
		for (let n = 0; n < 300; n++) if (teacher.doubts(0.3, random)) doubted++;
		expect(doubted).toBeLessThan(30);
	});

	it('is doubted the more, the surer the rule that it contradicts', () => {
		const teacher = makeTeacher({ answers: 200, errors: 30 });
		expect(teacher.doubt(0.02)).toBeGreaterThan(0.6);
		expect(teacher.doubt(0.5)).toBeLessThan(0.2);
		expect(makeTeacher(teacher.state()).rate()).toEqual(teacher.rate());
	});
});

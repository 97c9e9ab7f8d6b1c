import { describe, expect, it } from 'vitest';
import { asForeign, readKind } from '../kinds.ts';
import { canAct, live } from '../lifecycle.ts';
import { crystalOf } from '../crystal.fixture.ts';
import { EMBEDDING_BLOB, type Skill, SKILL_SCHEMA, skillFault } from './schema.ts';
import { shopping } from './skill.fixture.ts';
import { skillText, stepText } from './text.ts';

const read = (data: unknown, blobs = {}) => readKind('skill', SKILL_SCHEMA, data, blobs);

describe('the shape of a skill', () => {
	it('is read back as it was written, and aloud', () => {
		const again = read(JSON.parse(JSON.stringify(shopping)));
		expect(again).toEqual({ ok: true, schema: SKILL_SCHEMA, data: shopping });
		expect(skillText(shopping)).toBe('when screen == town unless hp <= 10: click(at: shop), click(at: {thing}), look');
		expect(shopping.steps.map(stepText)).toEqual([
			'click(at: shop) expect screen == shop within 900',
			'buy: click(at: {thing}) then leave or buy and back at most 3 times',
			'leave: if gold <= 5 then look then stop',
		]);
	});

	it('names the place of what does not add up', () => {
		const steps = shopping.steps;
		expect(skillFault({ ...shopping, steps: [...steps, { id: 'buy' }] })).toBe('steps.3: another step is called "buy"');
		expect(skillFault({ ...shopping, params: [] })).toBe('steps.1.act: there is no parameter "thing"');
		expect(read({ ...shopping, steps: [{ ...steps[0], onError: ['nowhere'] }] })).toMatchObject({
			ok: false,
			why: expect.stringContaining('steps.0.onError: there is no step "nowhere"') as string,
		});
		expect(read({ ...shopping, params: [{ name: 'thing', type: 'element' }] })).toMatchObject({
			ok: false,
			why: expect.stringContaining('"params.0"') as string,
		});
		expect(read({ ...shopping, steps: [] })).toMatchObject({ ok: false });
		expect(read({ ...shopping, encoder: 'minilm' })).toMatchObject({ ok: false, why: expect.stringContaining('vector') as string });
		expect(read({ ...shopping, encoder: 'minilm' }, { [EMBEDDING_BLOB]: new Uint8Array(1536) })).toMatchObject({ ok: true });
		expect(readKind('skill', SKILL_SCHEMA + 1, shopping, {})).toMatchObject({ ok: false });
	});

	it('leads the life of a rule: tried out from shadow, and proven in three episodes at least', () => {
		const skill = crystalOf<Skill>({ id: 's', kind: 'skill', state: 'shadow', data: shopping });
		expect(canAct(skill, { next: () => 0 }).act).toBe(true);
		const label = (episode: string) => {
			const { stat, change } = live(skill, { type: 'label', harmful: false, because: 'it worked', context: { episode, at: 1 } }, 1);
			skill.stat = stat;
			return change?.to;
		};
		expect(['a', 'a', 'b', 'b', 'c'].map(label)).toEqual([undefined, undefined, undefined, undefined, 'autonomous']);
	});

	it('believes of a stranger’s skill its steps, and nothing of its record', () => {
		expect(asForeign('skill', { ...shopping, seen: [[0.9, true]] })).toEqual(shopping);
	});
});

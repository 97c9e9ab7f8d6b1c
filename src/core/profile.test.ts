import { describe, expect, it } from 'vitest';
import { keysOf, type Profile, readProfile } from './profile.ts';

const good = {
	falsework: 1,
	id: 'my-game',
	name: 'My game',
	language: 'en',
	window: { title: 'My Game' },
	heartbeatMs: 250,
	goal: 'Win.',
	actions: [{ verb: 'click', args: { at: 'element' }, does: 'click', input: [{ click: 'left', at: '$at' }] }],
	facts: [{ name: 'hp', type: 'number', min: 0 }],
	safety: { keys: ['i'], buttons: ['left'], ratePerSecond: 8 },
};
const text = (change: (p: Record<string, unknown>) => void): string => {
	const copy = structuredClone(good) as Record<string, unknown>;
	change(copy);
	return JSON.stringify(copy, null, '\t');
};
const faultsOf = (json: string) => {
	const read = readProfile(json);
	if (read.ok) throw new Error('the profile was taken');
	return read.faults;
};

describe('readProfile', () => {
	it('reads a profile', () => {
		const read = readProfile(JSON.stringify(good));
		expect(read.ok && read.profile.id).toBe('my-game');
	});

	it('names the field and the line of what is wrong', () => {
		const json = text((p) => {
			p.heartbeatMs = 'soon';
		});
		const line = json.split('\n').findIndex((l) => l.includes('heartbeatMs')) + 1;
		expect(faultsOf(json)).toMatchObject([{ path: 'heartbeatMs', line }]);
	});

	it('finds the line of a field inside a list', () => {
		const json = text((p) => {
			p.facts = [
				{ name: 'hp', type: 'number' },
				{ name: 'Mana!', type: 'number' },
			];
		});
		const line = json.split('\n').findIndex((l) => l.includes('Mana!')) + 1;
		expect(faultsOf(json)[0]).toMatchObject({ path: 'facts.1.name', line });
	});

	it('says that a text is not JSON', () => {
		expect(faultsOf('{ "falsework": 1,')[0]?.message).toContain('not JSON');
	});

	it('refuses a field that it does not know, which is most often a misspelt one', () => {
		const json = text((p) => {
			p.heartbeat = 5;
		});
		expect(faultsOf(json)[0]?.path).toBe('heartbeat');
	});

	it.each([
		['a key outside safety', { verb: 'drink', does: 'drink', input: [{ key: 'q' }] }, 'key "q" is not in safety.keys'],
		[
			'a button outside safety',
			{ verb: 'use', does: 'use', input: [{ click: 'right', at: [1, 2] }] },
			'button "right" is not in safety.buttons',
		],
		[
			'an argument that is not declared',
			{ verb: 'go', does: 'go', input: [{ click: 'left', at: '$to' }] },
			'"$to" is not an argument of "go"',
		],
	])('refuses %s', (_, action, message) => {
		const json = text((p) => {
			p.actions = [...(p.actions as unknown[]), action];
		});
		expect(faultsOf(json)[0]).toMatchObject({ path: 'actions.1.input.0', message });
	});

	it('refuses a version it does not read, two equal verbs, and an enum without values', () => {
		expect(faultsOf(text((p) => void (p.falsework = 2)))[0]?.message).toContain('version 1');
		expect(faultsOf(text((p) => void (p.actions = [good.actions[0], good.actions[0]])))[0]?.message).toContain('same verb');
		expect(faultsOf(text((p) => void (p.facts = [{ name: 'mood', type: 'enum' }])))[0]?.message).toContain('values');
	});

	it('takes a detector by its id, or with what its network leaves out, and names what is wrong with one', () => {
		const whole = { model: 'my-yolo', labels: ['goblin', 'potion'], input: [640, 384], layout: 'boxes', threshold: 0.3, overlap: 0.5 };
		for (const detector of ['my-yolo', { model: 'my-yolo' }, whole]) {
			const read = readProfile(text((p) => (p.detector = detector)));
			expect(read.ok && read.profile.detector).toEqual(detector);
		}
		for (const detector of [
			{},
			{ ...whole, layout: 'ssd' },
			{ ...whole, threshold: 40 },
			{ ...whole, labels: ['Big Goblin'] },
			{ ...whole, input: [640] },
		])
			expect(faultsOf(text((p) => (p.detector = detector)))[0]?.path).toMatch(/^detector/);
	});

	it('knows every key that a step touches', () => {
		const steps = [
			{ key: 'a' },
			{ keys: ['b', 'c'] },
			{ hold: 'd' },
			{ release: 'e' },
			{ waitMs: 5 },
		] as Profile['actions'][number]['input'];
		expect(steps.flatMap(keysOf)).toEqual(['a', 'b', 'c', 'd', 'e']);
	});
});

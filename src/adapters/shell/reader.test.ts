import { describe, expect, it } from 'vitest';
import type { ModelsEvent, ModelState } from '../../../workers/models.protocol.ts';
import { both, withReader } from './reader.ts';
import type { ShellState } from '../../core/page.ts';
import type { ShellRegistration } from './registration.ts';

const kept: ShellState = { offline: 'ready', why: '', parts: 'kept', waiting: false, isolation: 'done' };
const reader = (state: ModelState, why = '') => ({ state, why });

describe('the page with its text reader', () => {
	it('is kept when the service worker has its part and the store has the networks', () => {
		expect(both(kept, [reader('ready')]).parts).toBe('kept');
		expect(both(kept, [reader('checking')]).parts).toBe('kept');
		expect(both(kept, [reader('absent')]).parts).toBe('no');
		expect(both(kept, [reader('downloading')]).parts).toBe('storing');
		expect(both(kept, [reader('failed', 'The disk is full.')])).toMatchObject({ parts: 'failed', why: 'The disk is full.' });
		expect(both(kept, []), 'the store has not spoken yet').toMatchObject({ parts: 'storing' });
		for (const parts of ['no', 'storing', 'failed'] as const) expect(both({ ...kept, parts }, [reader('ready')]).parts).toBe(parts);
	});

	it('asks both to keep theirs, and tells each state once', async () => {
		const asked: string[] = [];
		let hear: (event: ModelsEvent) => void = () => undefined;
		const shell = {
			onChange: (listener: (state: ShellState) => void) => {
				listener(kept);
				return () => undefined;
			},
			keepParts: async () => void asked.push('parts'),
		} as unknown as ShellRegistration;
		const joined = withReader(shell, {
			subscribe(listener) {
				hear = listener;
				return () => undefined;
			},
			download: async (id) => {
				asked.push(id);
				return '';
			},
		});
		const told: string[] = [];
		joined.onChange(({ parts }) => told.push(parts));
		const view = (state: ModelState, id = 'reader') =>
			({
				type: 'models',
				view: {
					models: [
						{ manifest: { id, embedded: true }, state, why: '' },
						{ manifest: { id: 'other', embedded: false }, state: 'absent', why: '' },
					],
				},
			}) as unknown as ModelsEvent;
		hear(view('absent'));
		await joined.keepParts();
		expect(asked).toEqual(['parts', 'reader']);
		hear(view('downloading'));
		hear(view('downloading'));
		hear(view('ready'));
		await joined.keepParts();
		expect(asked).toEqual(['parts', 'reader', 'parts']);
		expect(told).toEqual(['storing', 'no', 'storing', 'kept']);
	});
});

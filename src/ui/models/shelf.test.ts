import { describe, expect, it } from 'vitest';
import { FAKE_MANIFESTS, fakeModel, fakeModelsView } from '../testing/fake-models.ts';
import type { ModelView } from '../services.ts';
import {
	actionLabel,
	actionsOf,
	byPurpose,
	formatLeft,
	formatMeasured,
	modelSet,
	newsOf,
	progressParts,
	shownFirst,
	titleOf,
} from './shelf.ts';

const named = (id: string, part: Partial<ModelView> = {}): ModelView => {
	const manifest = FAKE_MANIFESTS.find((m) => m.id === id);
	if (!manifest) throw new Error(`no model ${id}`);
	return fakeModel(manifest, part);
};
const fresh = fakeModelsView('none').models;

describe('models by purpose', () => {
	it('puts first what comes with the page, then what runs well without terms of its own', () => {
		expect(byPurpose(fresh).map((g) => [g.purpose, g.recommended])).toEqual([
			['read', 'ppocr-v6-tiny'],
			['embed', 'minilm-l6-v2-int8'],
			['think', 'smollm2-135m-instruct'],
			['see', 'smolvlm-256m'],
			['speak', 'kokoro-82m-v1.0-int8'],
		]);
		expect(byPurpose(fresh).find((g) => g.purpose === 'think')?.ids).toEqual(['smollm2-135m-instruct', 'gemma-3-270m', 'qwen3-0.6b']);
	});
	it('recommends none where none can run, nor one whose terms must be read first', () => {
		const no = { fit: 'no', why: 'no GPU' } as const;
		expect(byPurpose([named('qwen3-0.6b', { fitness: no }), named('gemma-3-270m')])).toEqual([
			{ purpose: 'think', ids: ['gemma-3-270m', 'qwen3-0.6b'], recommended: undefined },
		]);
	});
});

describe('a model that nobody can be asked for', () => {
	const far = named('smollm2-135m-instruct', { obtainable: false });
	it('is not recommended before one that can be had, unless it is here', () => {
		const big = named('kokoro-82m-v1.0-int8');
		const other = { ...big, manifest: { ...big.manifest, id: 'other', purpose: 'think' as const } };
		expect(byPurpose([far, other])[0]).toMatchObject({ ids: ['other', 'smollm2-135m-instruct'], recommended: 'other' });
		expect(byPurpose([far])[0]?.recommended).toBeUndefined();
		expect(byPurpose([{ ...far, state: 'ready', haveBytes: 98_362_432 }])[0]?.recommended).toBe('smollm2-135m-instruct');
	});
});

describe('what is shown at once', () => {
	const group = (models: readonly ModelView[]) => byPurpose(models).find((g) => g.purpose === 'think')!;
	it('is the recommended one and whatever is here or on its way', () => {
		expect(shownFirst(group(fresh), fresh)).toEqual(['smollm2-135m-instruct']);
		const busy = fakeModelsView('busy').models;
		expect(shownFirst(group(busy), busy)).toEqual(['smollm2-135m-instruct', 'gemma-3-270m']);
	});
	it('is the first where none is recommended', () => {
		const models = [named('gemma-3-270m'), named('qwen3-0.6b')];
		expect(shownFirst(group(models), models)).toEqual(['gemma-3-270m']);
	});
});

describe('the ways to begin', () => {
	it('the small set is one model for reading, comparing, deciding and speaking, without what is here', () => {
		const set = modelSet(fresh, 'small');
		expect(set.missing).toEqual(['minilm-l6-v2-int8', 'smollm2-135m-instruct', 'kokoro-82m-v1.0-int8']);
		expect(set.bytes).toBe(23_395_688 + 98_362_432 + 95_000_000);
		expect(set.done).toBe(false);
	});
	it('everything adds the model that sees, and says which purpose nothing here can serve', () => {
		expect(modelSet(fresh, 'all').missing).toContain('smolvlm-256m');
		const blind = fresh.map((m) => (m.manifest.purpose === 'see' ? { ...m, fitness: { fit: 'no', why: '' } as const } : m));
		expect(modelSet(blind, 'all')).toMatchObject({ lacks: ['see'], bound: [] });
	});
	it('never takes a model with terms of its own, and says which purpose waits for them to be read', () => {
		const gemma = named('gemma-3-270m');
		expect(modelSet([gemma], 'small')).toMatchObject({ ids: [], lacks: [], bound: ['think'] });
		expect(modelSet([{ ...gemma, state: 'ready' }], 'small')).toMatchObject({ lacks: [], bound: [] });
	});
	it('counts only the bytes still to come of what was begun, and nothing of what is on its way', () => {
		const models = [
			named('ppocr-v6-tiny', { state: 'ready', haveBytes: 3_126_369 }),
			named('kokoro-82m-v1.0-int8', { state: 'paused', haveBytes: 90_000_000 }),
			named('minilm-l6-v2-int8', { state: 'downloading', haveBytes: 1 }),
		];
		expect(modelSet(models, 'small')).toMatchObject({ missing: ['kokoro-82m-v1.0-int8'], bytes: 5_000_000 });
	});
	it('is done when each of its models is here, and never when there is none', () => {
		expect(modelSet(fakeModelsView('all').models, 'small').done).toBe(true);
		expect(modelSet([], 'small').done).toBe(false);
	});
});

describe('a model in each state', () => {
	const kokoro = (part: Partial<ModelView>) => named('kokoro-82m-v1.0-int8', part);
	it.each([
		['absent', 0, ['Get it (95.0 MB)']],
		['queued', 0, ['Cancel']],
		['downloading', 5_000_000, ['Pause', 'Cancel, give 5.0 MB back']],
		['paused', 5_000_000, ['Resume (90.0 MB left)', 'Cancel, give 5.0 MB back']],
		['partial', 5_000_000, ['Resume (90.0 MB left)', 'Cancel, give 5.0 MB back']],
		['checking', 95_000_000, []],
		['ready', 95_000_000, ['Test it', 'Check again', 'Delete']],
		['damaged', 90_000_000, ['Fetch the damaged part again', 'Delete']],
		['failed', 5_000_000, ['Try again (90.0 MB left)', 'Cancel, give 5.0 MB back']],
		['failed', 0, ['Try again']],
		['elsewhere', 0, ['Look again']],
	] as const)('%s with %i bytes here offers %j', (state, haveBytes, labels) => {
		const model = kokoro({ state, haveBytes });
		expect(actionsOf(model).map((a) => actionLabel(a, model))).toEqual(labels);
	});
	it('can be unloaded while it is loaded, and is not tried where it cannot run', () => {
		expect(actionsOf(kokoro({ state: 'ready', loaded: { backend: 'wasm', note: '' } }))).toContain('unload');
		expect(actionsOf(kokoro({ state: 'ready', fitness: { fit: 'no', why: '' } }))).not.toContain('test');
	});
	it('says its real speed while it comes, and that nothing comes when it is 0', () => {
		const coming = kokoro({ state: 'downloading', haveBytes: 9_500_000, speed: 1_900_000, etaMs: 45_000, via: 'hub.example' });
		expect(progressParts(coming)).toEqual(['9.5 MB of 95.0 MB', '1.9 MB/s', '45 s left', 'from hub.example']);
		expect(progressParts({ ...coming, landingBytes: 500_000 })[0], 'a piece that is not whole yet counts on the bar').toBe(
			'10.0 MB of 95.0 MB',
		);
		expect(progressParts({ ...coming, speed: 0 })).toEqual([
			'9.5 MB of 95.0 MB',
			'0 B/s: no bytes are coming; it waits and goes on by itself',
			'from hub.example',
		]);
		expect(progressParts(kokoro({ state: 'queued', ahead: 2 }))).toEqual(['0 B of 95.0 MB', '2 before it']);
	});
});

it('the time left is told no finer than it is known', () => {
	expect([400, 59_400, 61_000, 3_599_000, 5_400_000].map(formatLeft)).toEqual([
		'1 s left',
		'59 s left',
		'1 min left',
		'1 h 0 min left',
		'1 h 30 min left',
	]);
});

it('a measured speed names its unit and where it ran', () => {
	expect(formatMeasured({ what: 'tokens a second', value: 7.42, backend: 'wasm', at: 0 })).toBe('7.42 tokens/s on one thread');
	expect(formatMeasured({ what: 'ms a picture', value: 812.4, backend: 'webgpu', at: 0 })).toBe('812 ms a picture on the GPU');
});

describe('the title of the page', () => {
	it('tells how much has come of all that is coming, and that it stalls', () => {
		const half = named('kokoro-82m-v1.0-int8', { state: 'downloading', haveBytes: 47_500_000, speed: 1 });
		expect(titleOf('Falsework', [half])).toBe('50 % · Falsework');
		expect(titleOf('Falsework', [half, named('ppocr-v6-small', { state: 'queued' })])).toBe('37 % · Falsework');
		expect(titleOf('Falsework', [{ ...half, speed: 0 }])).toBe('waiting, 50 % · Falsework');
	});
	it('is left alone when nothing comes', () => expect(titleOf('Falsework', fakeModelsView('all').models)).toBe('Falsework'));
});

it('tells what happened to a model between two views, and nothing of the first', () => {
	const before = fakeModelsView('none');
	expect(newsOf(null, before)).toBe('');
	expect(newsOf(before, before)).toBe('');
	const after = { ...before, models: before.models.map((m) => (m.manifest.purpose === 'speak' ? { ...m, state: 'ready' as const } : m)) };
	expect(newsOf(before, after)).toBe('Kokoro 82M is here.');
});

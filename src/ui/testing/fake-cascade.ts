// What is learnt about models, as a session of some days would show it.
import type { CascadeView, RoutedAskView, RoutedView } from '../services.ts';

function model(
	name: string,
	tier: RoutedView['tier'],
	counts: readonly [asked: number, usable: number, checked: number, right: number],
	more: Partial<RoutedView>,
): RoutedView {
	const [asked, usable, checked, right] = counts;
	return {
		crystal: `cascade-${name}-${asked}-${usable}-${right}`,
		tier,
		model: name,
		simulated: false,
		state: 'autonomous',
		verdict: 'good',
		words: 'good enough',
		asked,
		usable,
		checked,
		right,
		score: ((1 + usable) / (2 + asked)) * ((1 + right) / (2 + checked)),
		floor: 0.6,
		medianMs: 2100,
		waitMs: 5400,
		usd: 0,
		claimed: '',
		...more,
	};
}

const open = { state: 'shadow', verdict: 'open', words: 'undecided' } as const;
const skip = { verdict: 'skip', words: 'to be skipped' } as const;

export function fakeCascade(known: boolean): CascadeView {
	const asks: RoutedAskView[] = [
		{
			ask: 'perception',
			dial: 0.1,
			own: false,
			patienceMs: 60_000,
			reached: known ? { questions: 214, device: 0, local: 205, cloud: 19 } : { questions: 0, device: 0, local: 0, cloud: 0 },
			threshold: null,
			calibration: { n: 0, error: null },
			kinds: [
				{
					key: '',
					title: 'any perception',
					models: [
						model('qwen2.5vl:7b', 'local', [205, 197, 131, 118], { medianMs: 3900 }),
						model('gemini-2.5-flash', 'cloud', [19, 19, 14, 14], { medianMs: 1700, usd: 0.0391 }),
					],
				},
			],
		},
		{
			ask: 'decision',
			dial: 0.05,
			own: true,
			patienceMs: 45_000,
			reached: known ? { questions: 356, device: 301, local: 88, cloud: 17 } : { questions: 0, device: 0, local: 0, cloud: 0 },
			threshold: known ? 0.52 : null,
			calibration: known ? { n: 96, error: 0.043 } : { n: 0, error: null },
			kinds: [
				{
					key: '',
					title: 'any decision',
					models: [
						model('smollm2-135m', 'device', [301, 241, 166, 109], open),
						model('qwen2.5vl:7b', 'local', [88, 86, 61, 55], { medianMs: 2900 }),
						model('gemini-2.5-flash', 'cloud', [17, 17, 12, 12], { medianMs: 1400, usd: 0.0102 }),
					],
				},
				{
					key: 'play',
					title: 'decision on play',
					models: [
						model('smollm2-135m', 'device', [16, 16, 16, 14], {}),
						model('qwen2.5vl:7b', 'local', [9, 8, 7, 6], { ...open, medianMs: 2900 }),
					],
				},
				{
					key: 'inventory',
					title: 'decision on inventory',
					models: [
						model('smollm2-135m', 'device', [31, 2, 2, 0], { ...skip, medianMs: 12_400 }),
						model('qwen2.5vl:7b', 'local', [24, 22, 15, 9], {
							state: 'quarantined',
							verdict: 'open',
							words: 'changed: watched anew',
						}),
						model('gemini-2.5-flash', 'cloud', [0, 0, 0, 0], {
							...open,
							medianMs: null,
							waitMs: null,
							claimed: 'elsewhere 11 of 12 right',
						}),
					],
				},
			],
		},
		{
			ask: 'narration',
			dial: 0.1,
			own: false,
			patienceMs: 20_000,
			reached: known ? { questions: 41, device: 40, local: 2, cloud: 0 } : { questions: 0, device: 0, local: 0, cloud: 0 },
			threshold: null,
			calibration: { n: 0, error: null },
			kinds: [
				{
					key: '',
					title: 'any narration',
					models: [
						model('smollm2-135m', 'device', [40, 38, 0, 0], { medianMs: 3600 }),
						model('practice-teacher', 'local', [2, 2, 0, 0], { ...open, simulated: true, medianMs: 350 }),
					],
				},
			],
		},
	];
	return { all: 0.1, asks: known ? asks : asks.map((a) => ({ ...a, kinds: [] })), known };
}

/** The view after the dial was turned. */
export function turned(view: CascadeView, ask: RoutedAskView['ask'] | 'all', share: number | null | undefined): CascadeView {
	const all = ask === 'all' && share !== undefined ? share : view.all;
	return {
		...view,
		all,
		asks: view.asks.map((a) => {
			if (a.ask === ask) return share === undefined ? { ...a, own: false, dial: all } : { ...a, own: true, dial: share };
			return a.own ? a : { ...a, dial: all };
		}),
	};
}

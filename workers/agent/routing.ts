// What is learnt about models, as the page shows it.
import { countsText, type Known, kindText, medianOf, successOf, verdictText, waitOf } from '../../src/core/crystals/cascade/apply.ts';
import { askedOf, type CascadeCrystal, verifiedOf } from '../../src/core/crystals/cascade/schema.ts';
import type { LiveAsk } from '../../src/core/question.ts';
import { type Dial, DIAL_ASKS, shareOf } from '../../src/core/routing/dial.ts';
import { askedInOrder, PATIENCE_MS } from '../../src/core/routing/route.ts';
import { type Router, tierKey } from '../../src/core/routing/router.ts';
import type { Tier } from '../../src/core/cascade.ts';
import type { CascadeView, RoutedAskView, RoutedKindView, RoutedView } from '../agent.protocol.ts';

export function cascadeView(dial: Dial, router: Router | undefined, tiers: readonly Tier[]): CascadeView {
	// What is asked beside another is routed nowhere.
	const answering = tiers.filter((tier) => tier.beside !== true);
	const crystals = router?.crystals().filter(({ data }) => askedOf(data) > 0 || data.claimed !== undefined) ?? [];
	return {
		all: dial.all,
		asks: DIAL_ASKS.map((ask) => askView(ask, dial, router, crystals, answering)),
		known: crystals.length > 0,
	};
}

function askView(
	ask: LiveAsk,
	dial: Dial,
	router: Router | undefined,
	crystals: readonly CascadeCrystal[],
	tiers: readonly Tier[],
): RoutedAskView {
	const share = shareOf(dial, ask);
	const meter = router?.meter(ask);
	const { n, error } = router?.calibration(ask) ?? { n: 0, error: undefined };
	const of = crystals.filter(({ data }) => data.ask === ask);
	const keys = [...new Set(of.map(({ data }) => data.key))].toSorted((a, b) => Number(a !== '') - Number(b !== '') || a.localeCompare(b));
	const threshold = share === null || share === 0 ? undefined : meter?.threshold(share);
	return {
		ask,
		dial: share,
		own: dial.asks[ask] !== undefined,
		patienceMs: PATIENCE_MS[ask],
		reached: meter?.shares ?? { questions: 0, device: 0, local: 0, cloud: 0 },
		threshold: threshold === undefined || threshold >= 1 ? null : threshold,
		calibration: { n, error: error ?? null },
		kinds: keys.map((key) => kindView(ask, key, router, of, tiers)),
	};
}

function kindView(
	ask: LiveAsk,
	key: string,
	router: Router | undefined,
	crystals: readonly CascadeCrystal[],
	tiers: readonly Tier[],
): RoutedKindView {
	const here = crystals.filter(({ data }) => data.key === key);
	const order = router?.steps({ ask, key }, askedInOrder(ask, tiers)).map(({ tier }) => tierKey(tier)) ?? [];
	// Models that were removed come last: what is known of them waits for their return.
	const place = ({ data }: CascadeCrystal): number => {
		const i = order.findIndex((t) => t.name === data.tier.name && t.model === data.tier.model);
		return i < 0 ? order.length : i;
	};
	return { key, title: kindText({ ask, key }), models: here.toSorted((a, b) => place(a) - place(b)).map(modelView) };
}

function modelView(crystal: CascadeCrystal): RoutedView {
	const { data } = crystal;
	const [right, checked] = verifiedOf(data);
	const known: Known = data.key === '' ? { whole: crystal } : { own: crystal };
	return {
		crystal: crystal.id,
		tier: data.tier.name,
		model: data.tier.model,
		simulated: data.simulated,
		state: crystal.state,
		verdict: crystal.state === 'autonomous' ? data.verdict : 'open',
		words: verdictText(crystal),
		asked: askedOf(data),
		usable: data.outcomes.first + data.outcomes.again,
		right,
		checked,
		...successOf(data),
		medianMs: medianOf(known) ?? null,
		waitMs: waitOf(known) ?? null,
		usd: data.usd,
		claimed: data.claimed === undefined ? '' : countsText(data),
	};
}

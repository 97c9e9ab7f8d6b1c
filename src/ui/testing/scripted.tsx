// The page on a scripted agent, for looking at screens that are rare in play. Not part of the build.
// `?play&theme=dark&trouble=picker-denied&pairing=absent&consent&source=frozen&empty&lack=denied&update&install=possible&models=busy&view=map&map=30&lost`
import '../../adapters/trusted.ts';
import { render } from 'solid-js/web';
import { App } from '../app.tsx';
import type { CompanionLack, InstallState, SourceView, Trouble } from '../services.ts';
import { fakeConsent, fakeLive, fakeReport, makeFake, fakeStrikes } from './fake-agent.ts';
import { fakeCascade } from './fake-cascade.ts';
import type { FakeShelf } from './fake-models.ts';
import { fakeGalleryEvents } from './fake-gallery.ts';
import { fakeMap } from './fake-map.ts';
import { fakeSats } from './fake-records.ts';

const query = new URLSearchParams(location.search);
const profiles = await Promise.all(
	['practice', 'warren', 'flare', 'openmw'].map(async (id) => (await fetch(`/profiles/${id}.json`)).text()),
);
const trouble = query.get('trouble') as Trouble | null;
const fake = makeFake({
	profiles: query.has('empty') ? [] : profiles,
	pairing: (query.get('pairing') ?? 'paired') as 'paired',
	lack: (query.get('lack') ?? 'not-running') as CompanionLack,
	shell: { waiting: query.has('update') },
	install: (query.get('install') ?? 'by-menu') as InstallState,
	models: (query.get('models') ?? 'none') as FakeShelf,
	theme: (query.get('theme') ?? 'system') as 'system',
	support: { gpu: !query.has('no-gpu'), storage: query.has('no-storage') ? 'The browser refuses storage: a private window.' : '' },
	...(trouble ? { starts: { ok: false, trouble, detail: query.get('detail') ?? '' } as const } : {}),
	reports: query.has('empty') ? [] : [fakeReport('s3', 'its time was over'), fakeReport('s2', 'Stop everything was pressed')],
	onCall: (name, args) => console.info('call', name, JSON.stringify(args)),
});
const { view } = Object.fromEntries(query) as { view?: string };
render(() => <App services={fake.services} />, document.getElementById('root') as HTMLElement);
if (query.has('play')) {
	await fake.services.player.playPractice(fake.services.settings.load().practice);
	for (const event of fakeGalleryEvents()) fake.emit(event);
	if (query.has('map')) {
		const { nav, pose } = fakeMap(Number(query.get('map')) || 30);
		fake.emit({ type: 'nav', nav });
		fake.emit({
			type: 'pose',
			pose: query.has('lost')
				? {
						...pose,
						state: 'lost',
						why: 'three places look like this',
						xy: null,
						place: '',
						maybe: ['place-3', 'place-13', 'place-23'],
						travel: null,
					}
				: pose,
		});
	}
	// `strikes=c` begins with the third of them.
	if (query.has('strikes')) fake.emit({ type: 'strikes', strikes: fakeStrikes().filter(({ key }) => key >= (query.get('strikes') ?? '')) });
	if (query.has('sats')) fake.emit({ type: 'sats', sats: fakeSats() });
	fake.emit({ type: 'cascade', cascade: fakeCascade(!query.has('empty')) });
	const state = query.get('source') as SourceView['state'] | null;
	const live = fakeLive();
	if (state) {
		fake.emit({
			type: 'live',
			live: {
				...live,
				intent: null,
				source: {
					...live.source,
					kind: 'window',
					label: 'Flare',
					state,
					why: 'No new frame came for 2 s. Bring the game’s window to the front, or share it again.',
				},
			},
		});
	}
	if (query.has('advice')) {
		fake.emit({
			type: 'live',
			live: {
				...live,
				input: { kind: 'advice', state: 'off', why: 'No companion is paired.' },
				intent: live.intent ? { ...live.intent, advice: true } : null,
				notices: [
					{
						id: 'advice',
						level: 'info',
						title: 'Advice only.',
						text: 'No companion is paired, so you play and it says what it would do.',
						action: 'connect-companion',
					},
					{
						id: 'breaker',
						level: 'warning',
						title: 'Groq rests.',
						text: 'Three calls failed; it is tried again in 40 s. Play goes on with crystals.',
						action: 'set-up-model',
					},
				],
			},
		});
	}
	if (query.has('consent')) fake.emit({ type: 'consent', ask: await fakeConsent() });
}
if (view !== undefined) {
	const label = view.charAt(0).toUpperCase() + view.slice(1);
	[...document.querySelectorAll<HTMLButtonElement>('nav[aria-label="Views"] button')]
		.find((b) => b.textContent?.startsWith(label))
		?.click();
}

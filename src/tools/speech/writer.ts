// The page's half of `npm run prove -- narration-device`: an hour of the practice game told by a real model in the page, through the
// product's own tier of it. Game time runs as fast as the model answers.
import { makeDeviceTiers } from '../../adapters/tiers/device.ts';
import { phraseText } from '../../core/crystals/phrase/schema.ts';
import { readProfile } from '../../core/profile.ts';
import { seeded } from '../../core/random.fixture.ts';
import { call, makeHostPage, manifestOf } from '../models/page-host.ts';
import { illWritten, untrue } from '../proofs/narration/check.ts';
import { playNarrated } from '../proofs/narration/play.ts';
import practice from '../../../public/profiles/practice.json?raw';

const manifest = manifestOf('smollm2-135m-instruct');

export interface HourTold {
	readonly template: number;
	readonly model: number;
	readonly silent: number;
	/** What was asked of the model, in turn: what came of it. */
	readonly asked: readonly {
		readonly event: string;
		/** Empty where no line came. */
		readonly line: string;
		readonly made: number;
		/** Why there is no line, or what of the answer was refused. */
		readonly why: string;
	}[];
	/** Milliseconds of each answer, the second tries among them. */
	readonly tookMs: readonly number[];
	/** Phrases by their state. */
	readonly phrases: readonly { readonly text: string; readonly state: string }[];
	readonly spokenByTemplates: readonly string[];
	readonly untrue: readonly string[];
	readonly illWritten: readonly string[];
}

export async function tellAnHour(seed: number, ms: number, linesPerHour: number): Promise<HourTold> {
	const { host } = makeHostPage();
	const asked = call();
	await host.load(manifest.id, asked);
	const { id, purpose, name, options } = manifest;
	const tookMs: number[] = [];
	const devices = makeDeviceTiers({
		sources: [
			{
				ready: async () => [
					{ id, purpose, label: name, verified: true, ...(options === undefined ? {} : { options }), backend: 'wasm-threads' },
				],
				load: async () => {},
				async complete(model, prompt) {
					const begun = performance.now();
					const done = await host.complete(model, prompt, asked);
					tookMs.push(Math.round(performance.now() - begun));
					return done;
				},
				cancel: () => {},
				onReady: () => {},
			},
		],
		clock: { monotonic: () => performance.now() },
		use: (_, ask) => ({ on: ask === 'narration', why: 'it is measured' }),
		detector: () => undefined,
		onChange: () => {},
	});
	await devices.refresh();
	const [tier] = devices.tiers();
	if (tier === undefined) throw new Error('The model is no tier.');
	const profile = readProfile(practice);
	if (!profile.ok) throw new Error(profile.faults[0]?.message);
	const { told, phrases, entries } = await playNarrated({ profile: profile.profile, seed, ms, random: seeded(seed), linesPerHour, tier });
	await host.close();
	const of = (by: string): number => told.filter((t) => t.by === by).length;
	const lineOf = new Map(entries.flatMap((e) => (e.type === 'spoken' ? [[e.of, e.line] as const] : [])));
	return {
		template: of('template'),
		model: of('model'),
		silent: of('silence'),
		asked: entries.flatMap((e) =>
			e.type === 'question' && e.ask === 'narration' && e.tier !== 'crystal'
				? [
						{
							event: e.kind ?? '',
							line: lineOf.get(e.n) ?? '',
							made: e.made.length,
							why: [
								...e.misses.map((m) => `${m.tier}: ${m.reason}: ${m.detail}`),
								...(e.refused ?? []).map((r) => `${r.what}: ${r.why}`),
							].join('; '),
						},
					]
				: [],
		),
		tookMs,
		phrases: phrases.map(({ data: said, state }) => ({ text: `${said.event}: ${phraseText(said)}`, state })),
		spokenByTemplates: told.flatMap((t) => (t.by === 'template' ? [t.line] : [])),
		untrue: untrue(told).map(({ line, why }) => `${line} (${why})`),
		illWritten: told.flatMap((t) => (t.by === 'template' ? illWritten(t.line).map((why) => `${t.line} (${why})`) : [])),
	};
}

// A scripted gallery: crystals that change when they are approved or retired, frames to try a threshold on, a picture that says
// where a box may stand.
import type { Box } from '../../core/geometry.ts';
import type {
	AgentEvent,
	AnswerView,
	CrystalDetail,
	CrystalView,
	GalleryApi,
	GalleryView,
	LiteralView,
	RuleDetail,
	StoredFrameView,
	ThresholdTrial,
	WhyView,
} from '../services.ts';
import { fakePng } from './fake-picture.ts';

const AT = Date.UTC(2026, 10, 22, 14, 9, 42);
const FRAME = { width: 960, height: 540 };

/** Where the scripted picture shows each. */
const PLACES: Readonly<Record<string, Box>> = {
	c1: [604, 280, 30, 52],
	c2: [204, 8, 74, 18],
	c3: [676, 482, 84, 22],
	c7: [376, 146, 134, 106],
};
const madeBy = { tier: 'cloud', model: 'scripted-teacher', at: AT - 400_000, usd: 0.0021, entry: 12 };
const base = { score: 0.93, floor: 0.78, k: 14.2, w: 0, used: 61, madeBy, pinned: false, layer: null };

export const FAKE_CRYSTALS: readonly CrystalView[] = [
	{
		...base,
		id: 'c1',
		kind: 'template',
		name: 'mira',
		state: 'autonomous',
		picture: 'p1',
		why: 'confidence 0.83, floor 0.63 after 4 labels',
		text: 'portrait of 30 × 52 px, at [604, 280, 30, 52], threshold 0.85, on town, dialogue',
	},
	{
		...base,
		id: 'c2',
		kind: 'region',
		name: 'hp-text',
		state: 'autonomous',
		why: 'confidence 0.83, floor 0.63 after 4 labels',
		text: 'number read at [204, 8, 74, 18], on town, dialogue',
		k: 41,
		used: 212,
		score: 0.98,
		floor: 0.91,
	},
	{
		...base,
		id: 'c3',
		kind: 'template',
		name: 'yes',
		state: 'shadow',
		picture: 'p3',
		why: '2 of 4 labels',
		text: 'button of 84 × 22 px, at [676, 482, 84, 22], threshold 0.85, on dialogue',
		k: 2,
		used: 0,
		score: 0.75,
		floor: 0.44,
	},
	{
		...base,
		id: 'c4',
		kind: 'rule',
		name: 'accept the quest when it is offered',
		state: 'autonomous',
		why: 'confidence 0.85, floor 0.66 after 5 labels',
		layer: 'dialogue',
		text: 'dialogue: if screen == dialogue and quest-offered == true unless quest-active == true then click(at: yes) expect quest-active == true within 2000',
	},
	{
		...base,
		id: 'k1',
		kind: 'skill',
		name: 'buy-potion',
		state: 'shadow',
		why: '3 of 4 labels',
		text: 'when screen == town unless hp <= 10: click(at: shop), click(at: {thing}), look',
		k: 3,
		score: 0.8,
		floor: 0.56,
	},
	{
		...base,
		id: 'c5',
		kind: 'rule',
		name: 'rest below a third of the hit points',
		state: 'quarantined',
		why: '2 of the last 3 were harmful',
		layer: 'reflex',
		pinned: true,
		text: 'reflex: if hp.ratio <= 0.33 then wait(ms: 2000) expect hp up within 5000',
		w: 1.9,
		score: 0.58,
		floor: 0.4,
	},
	{
		...base,
		id: 'q1',
		kind: 'quest',
		name: 'The relic, stage 1',
		state: 'shadow',
		why: '2 of 4 labels',
		text: 'The relic, stage 1: Beat what lurks in the crypt and bring the relic',
		quest: {
			fact: 'talk',
			speaker: 'Mira',
			texts: ['Beat what lurks there and bring me the relic.'],
			says: {
				quest: 'The relic',
				stage: '1',
				objective: 'Beat what lurks in the crypt and bring the relic',
				giver: 'Mira',
				place: 'Crypt',
				done: [{ f: 'quest', op: '==', v: 'Return to Mira' }],
			},
			progress: { state: 'open', at: AT - 60_000, begun: 2, ended: 1, why: 'read on screen' },
			from: ['41'],
		},
	},
	{
		...base,
		id: 'p1',
		kind: 'person',
		name: 'Mira',
		state: 'shadow',
		why: '1 of 4 labels',
		text: 'Mira is friendly (0.62); 2 texts heard',
		person: {
			name: 'Mira',
			attitude: 0.62,
			at: AT - 60_000,
			heard: [
				{
					texts: ['Beat what lurks there and bring me the relic.'],
					attitude: 0.4,
					because: 'she asks kindly',
					at: AT - 60_000,
					entry: 42,
				},
			],
			history: [
				{ at: AT - 300_000, from: 0, to: 0.4, by: 'talk', why: 'she asks kindly' },
				{ at: AT - 60_000, from: 0.4, to: 0.62, by: 'gave', why: 'Mira gives you 25 gold' },
			],
			signs: { 'attacked-by': 0, attacked: 0, gave: 1, got: 0 },
		},
	},
	{
		...base,
		id: 'c6',
		kind: 'phrase',
		name: 'hurt: {hp} hit {"point"~hp} left, and a {foe} in the {room}.',
		state: 'trial',
		why: 'learnt, and not yet used',
		text: '{hp} hit {"point"~hp} left, and a {foe} in the {room}.',
		k: 0,
		used: 0,
		score: 0.5,
		floor: 0.2,
	},
	{
		...base,
		id: 'c8',
		kind: 'approval',
		name: 'A {foe} comes out of the dark!',
		text: 'pattern "A {foe} comes out of the dark!" allowed by the word lists',
		state: 'autonomous',
		why: 'allowed by list',
		ruling: { allowed: true, by: 'list' },
	},
	{
		...base,
		id: 'c9',
		kind: 'approval',
		name: 'A name that nobody should read',
		text: 'value "A name that nobody should read" refused by the moderation endpoint: harassment',
		state: 'autonomous',
		why: 'refused by endpoint',
		ruling: { allowed: false, by: 'endpoint' },
	},
	{
		...base,
		id: 'c7',
		kind: 'template',
		name: 'inn-door',
		state: 'retired',
		picture: 'p7',
		why: 'retired by hand',
		text: 'tile of 134 × 106 px, at [376, 146, 134, 106], threshold 0.90, on town',
		used: 9,
		w: 2,
	},
];

const GALLERY: GalleryView = {
	undo: '',
	undoable: 0,
	refused: [
		{
			what: 'template "water"',
			why: 'flat: its pixels differ by 3.1 grey levels, 8 are needed',
			times: 4,
			at: AT - 60_000,
			entry: 431,
			model: 'scripted-teacher',
		},
		{
			what: 'template "slime"',
			why: 'ambiguous: the same picture stands at [742, 318, 30, 26] too (0.97) and the answer does not name it so',
			times: 1,
			at: AT - 240_000,
			entry: 377,
			model: 'scripted-teacher',
		},
	],
};

export function fakeGalleryEvents(): readonly AgentEvent[] {
	return [
		{ type: 'crystals', crystals: FAKE_CRYSTALS },
		{ type: 'gallery', gallery: GALLERY },
	];
}

const FRAMES: readonly StoredFrameView[] = Array.from({ length: 9 }, (_, i) => ({
	...FRAME,
	id: `f${i + 1}`,
	at: AT - i * 14_000,
	screen: i % 3 === 0 ? 'dialogue' : 'town',
	live: i === 0,
}));
const SCORES = [0.98, 0.97, 0.91, 0.88, 0.83, 0.79, 0.62, 0.55, 0.31];

function trials(id: string, threshold: number): readonly ThresholdTrial[] {
	return FRAMES.map(({ id: frame }, i) => {
		const score = SCORES[i] ?? 0;
		const hit = score >= threshold;
		return {
			frame,
			score,
			hit,
			named: i === 0 ? null : i < 5,
			box: PLACES[id] ?? [0, 0, 40, 40],
			why: hit ? '' : `score ${score.toFixed(2)} is below ${threshold.toFixed(2)}`,
		};
	});
}

async function detailOf(crystal: CrystalView): Promise<CrystalDetail> {
	const place = PLACES[crystal.id];
	const history = [
		{ at: AT - 400_000, from: 'trial' as const, to: 'shadow' as const, why: 'admitted' },
		{ at: AT - 320_000, from: 'shadow' as const, to: crystal.state, why: crystal.why },
	];
	const shared = {
		id: crystal.id,
		frame: FRAME,
		history: crystal.state === 'trial' ? [] : history,
		missing: crystal.state === 'shadow' ? crystal.why : '',
		alarm: 0,
		rank: crystal.kind === 'rule' || crystal.state !== 'autonomous' ? '' : 'trusted: 2 of 3 tests passed, 41 % of the way to the next test',
		cost: { ask: crystal.kind === 'rule' ? 'decision' : 'perception', promptTokens: 1480, completionTokens: 96, usd: 0.0021 },
	};
	if (crystal.kind === 'phrase') {
		return {
			...shared,
			phrase: {
				event: 'hurt',
				parts: [
					{ text: 'hp', slot: true, how: '' },
					{ text: ' hit ', slot: false, how: '' },
					{ text: 'point', slot: true, how: 'follows hp' },
					{ text: ' left, and a ', slot: false, how: '' },
					{ text: 'foe', slot: true, how: 'words' },
					{ text: ' in the ', slot: false, how: '' },
					{ text: 'room', slot: true, how: '' },
					{ text: '.', slot: false, how: '' },
				],
				text: crystal.text,
				open: crystal.state === 'trial' ? ['the name "Bruno" is no value of the event'] : [],
				only: [],
				examples: ['41 hit points left, and a cave bear in the Crypt.', '12 hit points left, and an owl in the Mill.'],
				said: [{ at: AT - 60_000, line: '7 hit points left, and an ogre in the Cellar.' }],
				earlier: [],
			},
		};
	}
	if (crystal.kind === 'skill') {
		return {
			...shared,
			skill: {
				goal: 'Stay alive and buy a {thing}.',
				description: 'Buys what is wanted at the shop in town, as long as there is time to walk there.',
				version: 2,
				taught: "a model's plan",
				when: 'when screen == town unless hp <= 10',
				steps: [
					'click(at: shop) expect screen == shop within 900',
					'buy: click(at: {thing}) at most 3 times',
					'if gold <= 5 then look then stop',
				],
				params: [{ name: 'thing', value: 'the fact wanted, else potion' }],
				seen: [
					[0.82, true],
					[0.74, false],
					[0.91, true],
				],
				needs: 0.8,
				encoder: 'minilm-l6-v2-int8',
				document: '---\nname: buy-potion\n---\n',
				cannotRun: 'it needs screen == town',
			},
		};
	}
	const screens = [
		{ name: 'town', seen: 9, of: 9 },
		{ name: 'dialogue', seen: 3, of: 4 },
	];
	if (crystal.kind === 'region' && place) {
		return {
			...shared,
			region: {
				fact: 'hp',
				reader: 'number',
				box: place,
				png: await fakePng(place[0] - 6, place[1] - 6, place[2] + 12, place[3] + 12),
				ways: [
					{ name: 'Type', value: 'number' },
					{ name: 'Characters', value: 'HP0123456789/ ' },
					{ name: 'Which number', value: '1 of 2' },
					{ name: 'Reads', value: 'O as 0' },
				],
				screens,
				glyphs: await Promise.all(['4', '2', '6', '0'].map(async (text, i) => ({ text, png: await fakePng(230 + i * 8, 9, 8, 16) }))),
			},
		};
	}
	if (crystal.kind === 'rule') return { ...shared, rule: ruleOf(crystal) };
	if (crystal.kind !== 'template' || !place) return shared;
	const [x, y, width, height] = place;
	const mask = new Uint8Array(width * height).fill(1);
	for (let row = 0; row < height / 3; row++) mask.fill(0, row * width, row * width + Math.floor(width / 2));
	const threshold = Number(/threshold ([\d.]+)/.exec(crystal.text)?.[1] ?? 0.85);
	const look = { width, height, png: await fakePng(x, y, width, height), deviation: 41 };
	return {
		...shared,
		template: {
			element: crystal.name,
			elementKind: 'portrait',
			fixed: crystal.id !== 'c1',
			places: [place],
			looks:
				crystal.id === 'c1'
					? [
							{ ...look, state: 'first', mask },
							{ ...look, state: 'look-2' },
						]
					: [{ ...look, state: 'first' }],
			threshold,
			thresholdByHand: threshold !== 0.85,
			margin: 0.2,
			scores: Array.from({ length: 40 }, (_, i) => [AT - (40 - i) * 9000, i === 17 ? 0.81 : 0.94 + 0.04 * Math.sin(i * 1.7)] as const),
			positives: { frames: 19, worst: 0.88 },
			negatives: { frames: 12, best: 0.62 },
			lookalike: { score: 0.71, box: [452, 298, 30, 52], png: await fakePng(446, 292, 42, 64) },
			screens,
			refusedWhy: '',
		},
	};
}

const holds = (text: string, truth: boolean | null, value: string): LiteralView => ({ text, truth, value });
const ANSWER: AnswerView = {
	entry: 412,
	at: AT - 400_000,
	who: 'scripted-teacher',
	act: 'click yes',
	said: 'Mira offers a quest and nothing else is open. Taking it costs nothing, so I say yes.',
};

function ruleOf(crystal: CrystalView): RuleDetail {
	const quest = crystal.id === 'c4';
	return {
		layer: crystal.layer ?? 'strategy',
		origin: quest ? 'because' : 'hand',
		text: crystal.text,
		then: quest ? 'click(at: yes)' : 'wait(ms: 2000)',
		labels: 17,
		episodes: 6,
		last: quest ? [false, false, false] : [false, true, true],
		irreversible: '',
		when: quest
			? [holds('screen == dialogue', true, 'dialogue'), holds('quest-offered == true', false, 'false')]
			: [holds('hp.ratio <= 0.33', null, '')],
		unless: quest ? [holds('quest-active == true', false, 'false')] : [],
		earlier: quest ? [] : [{ at: AT - 90_000, text: 'reflex: if hp.ratio <= 0.5 then wait(ms: 2000)' }],
		from: [ANSWER],
	};
}

const WHY: WhyView = {
	n: 460,
	facts: Object.entries({ screen: 'dialogue', hp: '42', 'hp.max': '60', gold: '118', 'quest-offered': 'true', speaker: 'Mira' }).map(
		([id, value]) => ({ id, value }),
	),
	followed: [
		{
			id: 'c4',
			name: 'accept the quest when it is offered',
			state: 'autonomous',
			then: 'click(at: yes)',
			when: [holds('screen == dialogue', true, 'dialogue'), holds('quest-offered == true', true, 'true')],
			unless: [holds('quest-active == true', false, 'false')],
			lacks: '',
		},
	],
	others: [],
	nearly: [
		{
			id: 'c5',
			name: 'rest below a third of the hit points',
			state: 'quarantined',
			then: 'wait(ms: 2000)',
			when: [holds('screen == dialogue', true, 'dialogue'), holds('hp.ratio <= 0.33', false, '0.7')],
			unless: [],
			lacks: 'hp.ratio <= 0.33 did not hold: it was 0.7',
		},
	],
	cases: [{ entry: 377, act: 'click yes', differs: [{ id: 'gold', then: '96', here: '118' }] }],
	answers: [ANSWER],
	verdicts: ['right: quest-active == true came about'],
};

/** The calls of the gallery, with an undo list of its own. */
export function fakeGallery(emit: (event: AgentEvent) => void, call: (name: string, ...args: unknown[]) => void): GalleryApi {
	let crystals = FAKE_CRYSTALS;
	const before: { readonly crystals: readonly CrystalView[]; readonly said: string }[] = [];
	const tell = () => {
		emit({ type: 'crystals', crystals });
		emit({ type: 'gallery', gallery: { ...GALLERY, undo: before.at(-1)?.said ?? '', undoable: before.length } });
	};
	function change(id: string, said: string, part: Partial<CrystalView>): string {
		const crystal = crystals.find((c) => c.id === id);
		if (!crystal) return 'It is not among the crystals of this game and window size any more.';
		before.push({ crystals, said: `${said} ${crystal.name}` });
		crystals = crystals.map((c) => (c.id === id ? { ...c, ...part } : c));
		tell();
		return '';
	}
	return {
		async retireCrystal(id) {
			call('retireCrystal', id);
			return change(id, 'retired', { state: 'retired', why: 'retired by hand' });
		},
		async ruleText(id, allowed) {
			call('ruleText', id, allowed);
			return change(id, allowed ? 'allowed' : 'revoked', { ruling: { allowed, by: 'person' } });
		},
		async spokenIn() {
			return [{ atMs: 1200, text: 'The door is open, and the goblin is asleep.' }];
		},
		async renameCrystal(id, name) {
			call('renameCrystal', id, name);
			return change(id, `called ${name}`, { name });
		},
		async runSkill(id) {
			call('runSkill', id);
			return '';
		},
		async importSkill() {
			call('importSkill');
			return '';
		},
		async approveCrystal(id) {
			call('approveCrystal', id);
			return id === 'c5'
				? 'Too much speaks against "rest below a third of the hit points" (5.0 harmful labels): it has to earn its way.'
				: change(id, 'approved', { state: 'autonomous', why: 'approved by hand' });
		},
		async reviveCrystal(id) {
			call('reviveCrystal', id);
			return change(id, 'put back', { state: 'shadow', why: 'back in service by hand' });
		},
		async pinCrystal(id, on) {
			call('pinCrystal', id, on);
			return change(id, on ? 'pinned' : 'unpinned', { pinned: on });
		},
		async tryRule(text) {
			const at = text.indexOf('hpp');
			return at < 0
				? { ok: true, when: [holds('hp.ratio <= 0.33', false, '0.7')], unless: [], then: 'wait(ms: 2000)', fires: false }
				: { ok: false, at, why: 'there is no fact "hpp"' };
		},
		editQuest: (id, said) => {
			call('editQuest', id, said);
			return Promise.resolve('');
		},
		setAttitude: (id, attitude) => {
			call('setAttitude', id, attitude);
			return Promise.resolve('');
		},
		async editRule(id, text) {
			call('editRule', id, text);
			change(id, 'rewrote', { text, state: 'shadow', why: 'rewritten by hand' });
			return { ok: true };
		},
		async editPhrase(id, text) {
			call('editPhrase', id, text);
			if (text.includes('{') && !text.includes('}')) return 'A brace is open: a slot is written {name}.';
			return change(id, 'rewrote', { text, state: 'shadow', why: 'rewritten by hand' });
		},
		async explainDecision(entry) {
			return { ...WHY, n: entry };
		},
		exportRules: async () => crystals.flatMap((c) => (c.kind === 'rule' ? [c.text] : [])).join('\n'),
		learning: async () => ({
			requests: [
				{
					when: 'screen == play and sees.chest == true',
					acts: ['click chest', 'drink'],
					labels: 41,
					error: 0.32,
					missing: [{ name: 'key-in-bag', why: 'a locked chest only hurts', times: 3 }],
				},
			],
			delta: 0.02,
			labels: 212,
			harm: { mean: 0.008, low: 0.001, high: 0.021 },
			evidence: 1.4,
			strict: false,
			teacher: { answers: 240, rate: 0.09, low: 0.05, high: 0.13 },
		}),
		async importRules(text) {
			call('importRules', text);
			return 'No rule was taken. line 2, column 14: there is no fact "gold".';
		},
		async undoByHand() {
			call('undoByHand');
			const last = before.pop();
			if (!last) return 'There is nothing to take back.';
			crystals = last.crystals;
			tell();
			return '';
		},
		async crystalPicture(id) {
			const place = PLACES[id];
			return place ? fakePng(...place) : undefined;
		},
		async crystalDetail(id) {
			const crystal = crystals.find((c) => c.id === id);
			return crystal ? detailOf(crystal) : undefined;
		},
		storedFrames: async () => FRAMES,
		framePicture: async (_, [x, y, w, h] = [0, 0, FRAME.width, FRAME.height]) => fakePng(x, y, w, h),
		tryThreshold: async (id, threshold) => trials(id, threshold),
		async keepThreshold(id, threshold) {
			call('keepThreshold', id, threshold);
			const text = crystals.find((c) => c.id === id)?.text.replace(/threshold [\d.]+/, `threshold ${threshold.toFixed(2)}`) ?? '';
			return change(id, 'changed the threshold of', { text });
		},
		tryReader: async () =>
			FRAMES.slice(0, 4).map(({ id, at }, i) => ({
				frame: id,
				at,
				value: i === 2 ? '' : '42',
				why: i === 2 ? '"HP 4?/60": "?" beside a digit may be one itself' : '',
			})),
		async tryBox(id, _, box) {
			const [x, y, w, h] = box;
			if (y > 500) return { ok: false, why: 'Flat: its pixels differ by 2.4 grey levels, 8 are needed.' };
			const snapped: Box = [x + 1, y, w, h];
			return { ok: true, box: snapped, png: await fakePng(...snapped), ...(id === 'c2' ? { reads: 'HP 42/60', value: '42' } : {}) };
		},
		async correctBox(id, frame, box, says) {
			call('correctBox', id, frame, box, says);
			return change(id, 'corrected the box of', { state: 'shadow', why: 'box corrected by hand' });
		},
	};
}

// The gate before a real server that speaks the wire of moderations, well and badly.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCascade } from '../../core/cascade.ts';
import type { Approval } from '../../core/crystals/approval/schema.ts';
import { makeLedger } from '../../core/ledger.ts';
import { deskOf, profileOf } from '../../core/loop/desk.fixture.ts';
import { makeGate, SAFE } from '../../core/moderation/gate.ts';
import { INSTRUCTIONS } from '../../core/wire.ts';
import { words } from '../moderation/filter.ts';
import { makeDirectPost, makeModerationTier } from './chat.ts';

type Reply = (response: ServerResponse, input: readonly string[]) => void;

const json =
	(body: unknown, status = 200): Reply =>
	(response) =>
		void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
/** As the wire has it: a result for each text, with every category and its score. */
const judges: Reply = (response, input) =>
	json({
		id: 'modr-1',
		model: 'omni-moderation-test',
		results: input.map((text) => ({
			flagged: text.includes('mean'),
			categories: { harassment: text.includes('mean'), violence: false },
			category_scores: { harassment: text.includes('mean') ? 0.91 : 0.01, violence: 0.02 },
		})),
	})(response, input);

let server: Server;
let base = '';
let asked: { url: string; key: string | undefined; body: { model: string; input: readonly string[] } }[] = [];
let reply: Reply = judges;

beforeEach(async () => {
	asked = [];
	reply = judges;
	server = createServer((request: IncomingMessage, response) => {
		let body = '';
		request.on('data', (part) => {
			body += part;
		});
		request.on('end', () => {
			const read = JSON.parse(body) as (typeof asked)[number]['body'];
			asked.push({ url: request.url ?? '', key: request.headers.authorization, body: read });
			reply(response, read.input);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterEach(() => {
	server.closeAllConnections();
	server.close();
});

function open(budgetMs = 2000) {
	const desk = deskOf(profileOf());
	const ledger = makeLedger({ session: 's', next: 1, now: () => desk.clock.now(), persist: () => {} });
	const tier = makeModerationTier({
		id: 'cloud-moderation',
		name: 'cloud',
		label: 'the judge',
		asks: new Set(['moderation']),
		budgetMs,
		simulated: false,
		price: { inPerM: 0, outPerM: 0 },
		boxFormat: 'pixels',
		modelName: 'omni-moderation-test',
		post: makeDirectPost(base, 'a-key', 'moderations'),
	});
	const cascade = makeCascade({ ledger, clock: desk.clock, tiers: () => [tier], instructions: INSTRUCTIONS });
	const gate = makeGate({
		...desk,
		cascade,
		words,
		endpoint: () => true,
		tick: () => 1,
		cancel: new AbortController().signal,
	});
	const kept = () => [...desk.crystals.values()].map((c) => [(c as Approval).data.text, (c as Approval).data.allowed]);
	const line = async (name: string) => await gate.pass([{ slot: 'name', value: name }, { text: ' joins the party.' }]);
	return { gate, line, kept, ledger };
}

describe('a moderation endpoint', () => {
	it('is sent the texts that nobody judged, once, and its rulings are kept', async () => {
		const { line, kept, gate } = open();
		expect(await line('Mira')).toMatchObject({ text: 'Mira joins the party.', held: '' });
		expect(asked).toEqual([
			{
				url: '/v1/moderations',
				key: 'Bearer a-key',
				body: { model: 'omni-moderation-test', input: ['  joins the party.', 'Mira'] },
			},
		]);
		expect(await line('Mira')).toMatchObject({ text: 'Mira joins the party.' });
		expect(asked).toHaveLength(1);
		expect(await line('mean Tom')).toMatchObject({ text: 'something joins the party.', held: 'the value of "name" is refused' });
		expect(asked.at(-1)?.body.input).toEqual(['mean Tom']);
		expect(await line('mean Tom')).toMatchObject({ text: 'something joins the party.' });
		expect(asked).toHaveLength(2);
		expect(kept()).toEqual([
			['{name} joins the party.', true],
			['Mira', true],
			['mean Tom', false],
		]);
		// What stands on the page is held back until it is judged.
		expect(gate.show('a mean goal', 'goal')).toBe(SAFE.goal);
	});

	it('is not sent what the lists refuse', async () => {
		const { line } = open();
		await line('Mira');
		expect(await line('Fuckface')).toMatchObject({ text: 'something joins the party.' });
		expect(asked.flatMap(({ body }) => body.input)).not.toContain('Fuckface');
	});

	it.each<readonly [string, Reply]>([
		['500', json({ error: { message: 'overloaded' } }, 500)],
		['429', json({ error: { message: 'slow down' } }, 429)],
		['a wrong key', json({ error: { message: 'who are you' } }, 401)],
		['a page', (response) => void response.writeHead(200).end('<html>hello</html>')],
		['half a JSON', (response) => void response.writeHead(200).end('{"results":[{"flagged":fal')],
		['no object', json('fine')],
		['no results', json({ id: 'modr-1' })],
		['too few results', json({ results: [{ flagged: false, categories: {} }] })],
		['too many results', json({ results: Array(3).fill({ flagged: false, categories: {} }) })],
		['results that are none', json({ results: [null, null] })],
		['a word for a verdict', json({ results: Array(2).fill({ flagged: 'false', categories: {} }) })],
		['no verdict', json({ results: Array(2).fill({ categories: { harassment: false } }) })],
		['a redirect', (response) => void response.writeHead(307, { Location: 'http://127.0.0.1:9/' }).end()],
		['a megabyte', (response) => void response.writeHead(200).end(`{"results":[],"x":"${'x'.repeat(1_000_000)}"}`)],
		['a line that is cut', (response) => void response.destroy()],
		['silence', () => {}],
	])('that answers with %s lets nothing out and leaves nothing behind', async (_, bad) => {
		reply = bad;
		const { line, kept, gate, ledger } = open(300);
		const held = await line('Mira');
		expect(held.held).toBe('the line is refused');
		expect(held.text).not.toContain('Mira');
		expect(gate.show('Find Mira', 'goal')).toBe(SAFE.goal);
		expect(kept()).toEqual([]);
		expect(ledger.entries().some((e) => e.type === 'question' && 'violation' in e && e.violation === true)).toBe(false);
		// It was never judged, so it is asked about once the server is well again.
		reply = judges;
		expect((await line('Mira')).text).toBe('Mira joins the party.');
	});
});

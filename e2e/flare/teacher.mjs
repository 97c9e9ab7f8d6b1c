#!/usr/bin/env node
// No model: a server that answers as one would, so that a whole session can be tested without one. What it sees comes from
// frames that a person labelled, what it decides from a list of rules. It says so in every answer.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { perceive, placePart, readLabels } from './eyes.mjs';
import { decodePng } from './png.mjs';
import { decide, narrate, plan } from './policy.mjs';

/** What every answer gives as its model. */
export const MODEL = 'flare-stand-in (scripted)';
// A 1280 x 720 frame as a PNG is 1.4 MB, in base64 1.9 MB.
const BODY_BYTES_MAX = 16 << 20;
const PNG_PREFIX = 'data:image/png;base64,';

/** A fault in what was asked; the message goes back to the asker. */
class AskError extends Error {
	constructor(status, message) {
		super(message);
		this.status = status;
	}
}

/** The question and the picture, from the parts of the user message. */
function readQuestion(body) {
	const user = body?.messages?.findLast?.((message) => message.role === 'user');
	const parts = Array.isArray(user?.content) ? user.content : [];
	let question;
	try {
		question = JSON.parse(parts[1].text);
	} catch (cause) {
		throw new AskError(400, `The user message's second part is not a question in JSON: ${cause.message}`);
	}
	const url = parts.find((part) => part.type === 'image_url')?.image_url?.url;
	return { question, url };
}

function readPicture(url) {
	if (typeof url !== 'string' || !url.startsWith(PNG_PREFIX)) throw new AskError(400, 'A perception question needs a PNG data URL');
	try {
		return decodePng(Buffer.from(url.slice(PNG_PREFIX.length), 'base64'));
	} catch (cause) {
		throw new AskError(400, `The picture cannot be read: ${cause.message}`);
	}
}

/** Names of the facts that the question wants; undefined where it does not say. */
function wantedFacts({ facts }) {
	return Array.isArray(facts) ? facts.map((fact) => (typeof fact === 'string' ? fact : fact.name)) : undefined;
}

function answerPerception(known, question, url) {
	const part = readPicture(url);
	const roi = question.frame?.roi;
	const picture = roi ? placePart(part, roi, known.size) : part;
	const seen = perceive(known, picture, wantedFacts(question));
	if (!roi) return seen;
	// Boxes are pixels of the picture sent.
	const elements = seen.answer.elements.map((e) => ({ ...e, box: [e.box[0] - roi[0], e.box[1] - roi[1], e.box[2], e.box[3]] }));
	return { ...seen, answer: { ...seen.answer, elements } };
}

// No model, so no tokenizer: four characters a token for text and one token for 750 pixels, as vision models are priced.
const textTokens = (text) => Math.ceil(text.length / 4);

function estimateUsage(body, answer) {
	let prompt = 0;
	for (const { content } of body.messages) {
		for (const part of Array.isArray(content) ? content : [{ type: 'text', text: String(content ?? '') }]) {
			if (part.type === 'text') prompt += textTokens(part.text ?? '');
			else prompt += Math.ceil((1280 * 720) / 750);
		}
	}
	const completion = textTokens(answer);
	return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion, estimated: true };
}

/**
 * One answer on the wire.
 *
 * @param {ReturnType<typeof readLabels>} known
 * @param {object} body  the request, parsed
 * @param {(question: object) => object | undefined} [policy]  answers decisions in place of the round; undefined leaves them to it
 * @returns {{reply: object, line: object}} line: what the log keeps of it
 * @throws {AskError}
 */
export function answerRequest(known, body, policy) {
	const { question, url } = readQuestion(body);
	let answer;
	const line = { ask: question.ask, tick: question.tick };
	if (question.ask === 'perception') {
		const seen = answerPerception(known, question, url);
		({ answer } = seen);
		Object.assign(line, { matched: seen.label ?? null, distance: seen.distance, screen: answer.screen, elements: answer.elements.length });
	} else if (question.ask === 'decision') {
		answer = policy?.(question) ?? decide(question);
		Object.assign(line, { screen: question.screen, last: question.facts?.['last.verb'], act: answer.act });
	} else if (question.ask === 'narration') {
		answer = narrate(question);
		Object.assign(line, { said: answer.line });
	} else if (question.ask === 'strategy') {
		answer = plan();
		Object.assign(line, { goals: answer.goals.length });
	} else throw new AskError(422, `This stand-in answers perception, decision, strategy and narration, not "${question.ask}"`);
	const content = JSON.stringify(answer);
	const reply = {
		id: `flare-${Date.now().toString(36)}`,
		object: 'chat.completion',
		created: Math.floor(Date.now() / 1000),
		model: MODEL,
		choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
		usage: estimateUsage(body, content),
	};
	return { reply, line };
}

async function readBody(request) {
	const parts = [];
	let size = 0;
	for await (const part of request) {
		size += part.length;
		if (size > BODY_BYTES_MAX) throw new AskError(413, `The request is larger than ${BODY_BYTES_MAX} bytes`);
		parts.push(part);
	}
	try {
		return JSON.parse(Buffer.concat(parts).toString('utf8'));
	} catch {
		throw new AskError(400, 'The request is not JSON');
	}
}

/**
 * Serves the stand-in on the loopback address.
 *
 * @param {object} [options]
 * @param {number} [options.port]  0 takes a free one
 * @param {(question: object) => object | undefined} [options.policy]  see `answerRequest`
 * @param {(line: object) => void} [options.onRequest]  told of every request that was answered or refused
 * @returns {Promise<{url: string, close: () => Promise<void>}>} url: the base that `/chat/completions` is added to
 */
export async function startTeacher({ port = 0, policy, onRequest = () => {} } = {}) {
	const known = readLabels();
	const server = createServer(async (request, response) => {
		const send = (status, body) => {
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(body));
		};
		const startedAt = performance.now();
		try {
			const { pathname } = new URL(request.url, 'http://127.0.0.1');
			if (request.method === 'GET' && pathname === '/v1/models')
				return send(200, { object: 'list', data: [{ id: MODEL, object: 'model' }] });
			if (request.method !== 'POST' || pathname !== '/v1/chat/completions')
				throw new AskError(404, `No ${request.method} ${pathname} here`);
			const { reply, line } = answerRequest(known, await readBody(request), policy);
			send(200, reply);
			onRequest({ at: Date.now(), ms: Math.round(performance.now() - startedAt), ...line });
		} catch (error) {
			send(error.status ?? 500, { error: { message: error.message, type: 'flare_stand_in' } });
			onRequest({ at: Date.now(), error: error.message });
		}
	});
	await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	return {
		url: `http://127.0.0.1:${server.address().port}/v1`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

const USAGE = `Usage: node e2e/flare/teacher.mjs [--port 0] [--log FILE]

Answers the questions of Falsework about the game Flare, in place of a model, and prints {url, model} as JSON.

	--port N    the port on 127.0.0.1 (default 0: a free one)
	--log FILE  one line of JSON for each request: what was asked, the labelled frame it was found to be, the distance`;

async function main() {
	let values;
	try {
		({ values } = parseArgs({
			options: { help: { type: 'boolean' }, port: { type: 'string', default: '0' }, log: { type: 'string' } },
		}));
	} catch (error) {
		console.error(`${error.message}\n\n${USAGE}`);
		process.exit(2);
	}
	if (values.help) return console.log(USAGE);
	if (!/^\d{1,5}$/.test(values.port)) {
		console.error(`"${values.port}" is not a port\n\n${USAGE}`);
		process.exit(2);
	}
	const onRequest = values.log ? (line) => appendFileSync(values.log, `${JSON.stringify(line)}\n`) : () => {};
	const { url, close } = await startTeacher({ port: Number(values.port), onRequest });
	console.log(JSON.stringify({ url, model: MODEL }));
	for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => close().then(() => process.exit(0)));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();

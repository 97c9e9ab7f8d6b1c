import { RuleTester } from 'eslint';
import { describe, it } from 'vitest';
import parser from './parser.js';
import rule from './no-uncrystallised-inference.js';

RuleTester.describe = describe;
RuleTester.it = it;

const tester = new RuleTester({ languageOptions: { parser: parser as never, ecmaVersion: 2023, sourceType: 'module' } });
const core = 'src/core/loop/loop.ts';
const tier = 'src/adapters/tiers/openai.ts';

const bad = (code: string, messageId: string, filename = core) => ({
	name: `${filename}: ${code}`,
	code,
	filename,
	errors: [{ messageId }],
});
const good = (code: string, filename = core) => ({ name: `${filename}: ${code}`, code, filename });

tester.run('no-uncrystallised-inference', rule, {
	valid: [
		good('cascade.settle({ question, check, crystallise: (answer, receipt) => learn(answer, receipt), tick }, cancel);'),
		good('cascade.settle({ question, check, crystallise, tick }, cancel);'),
		good('cascade.settle({ ...common, async crystallise(answer, receipt) { return learn(answer, receipt); } }, cancel);'),
		good("cascade.settle({ question, crystallise: () => ({ none: 'audit', detail: 'checked rule 3' }) }, cancel);"),
		good('promise.settle();'),
		good('cascade.settle(settlement, cancel);', 'src/core/cascade.test.ts'),
		good('reserved.settle(usd);', 'src/companion/tiers.ts'),
		good('budget.settle(reserved.id, usd);', 'workers/agent/tiers.ts'),
		good('function settle(reason) { done(reason); } settle(1);'),
		good('new Promise((settle) => { settle(1); });'),
		good('const settle = (reason) => done(reason); settle({ reason });'),
		good('const handle = sealModel(infer);', tier),
		good('const handle = sealModel(infer);', 'src/practice/mount.ts'),
		good('const reply = await fetch(url);', tier),
		good('const socket = new WebSocket(url);', 'src/adapters/companion.ts'),
		good("import * as ort from 'onnxruntime-web/wasm'; const s = await ort.InferenceSession.create(bytes);", 'workers/ocr.worker.ts'),
		good("import type { Tensor } from 'onnxruntime-web';", 'src/adapters/ocr.ts'),
		good('function run(fetch) { return fetch(1); }'),
		good('store.fetch(1);'),
		good('const pipeline = [1]; pipeline.map(String);'),
	],
	invalid: [
		bad('cascade.settle({ question, check, tick }, cancel);', 'missing'),
		bad('settle({ question, check, tick }, cancel);', 'missing'),
		bad('cascade.settle(settlement, cancel);', 'opaque'),
		bad('const { settle } = cascade; settle({ question, check, tick }, cancel);', 'missing'),
		bad('const ask = cascade.settle; const settle = cascade.settle; settle({ question }, cancel);', 'missing'),
		bad("import { settle } from './cascade.ts'; settle({ question }, cancel);", 'missing'),
		bad('cascade.settle({ ...settlement }, cancel);', 'opaque'),
		bad('this.cascade.settle(settlement);', 'opaque'),
		bad('it.settle(settlement, cancel);', 'opaque'),
		bad('it.settle({ question, check });', 'missing'),
		bad('cascade.settle({ question, check, tick }, cancel);', 'missing', 'src/core/cascade.test.ts'),
		bad('cascade.settle({ question, crystallise: undefined }, cancel);', 'empty'),
		bad('cascade.settle({ question, crystallise: undefined as never }, cancel);', 'empty'),
		bad('cascade.settle({ question, crystallise() {} }, cancel);', 'empty'),
		bad('cascade.settle({ question, crystallise: () => undefined }, cancel);', 'empty'),
		bad('cascade.settle({ question, crystallise: async () => { return; } }, cancel);', 'empty'),
		bad('cascade.settle({ question, crystallise: () => Promise.resolve() }, cancel);', 'empty'),
		bad('cascade.settle({ question, crystallise: () => ({ made: [], refused: [], labelled: [] }) }, cancel);', 'empty'),
		bad('const handle = sealModel(infer);', 'seal'),
		bad('const handle = cascade.sealModel(infer);', 'seal', 'workers/agent.worker.ts'),
		bad('const reply = await fetch(url);', 'network'),
		bad('const reply = await globalThis.fetch(url);', 'network', 'src/ui/app.tsx'),
		bad('fetch.call(null, url); const f = fetch;', 'network'),
		bad('const { fetch: get } = globalThis;', 'network'),
		bad('const socket = new WebSocket(url);', 'network', 'src/ui/app.tsx'),
		bad('const request = new XMLHttpRequest();', 'network'),
		bad('const ai = new OpenAI({ apiKey });', 'engine'),
		bad('const ai = new sdk.OpenAI({ apiKey });', 'engine', 'src/adapters/speech.ts'),
		bad('client.chat.completions;', 'engine'),
		bad('const session = await ort.InferenceSession.create(bytes);', 'engine', 'src/adapters/ocr.ts'),
		bad('const session = await LanguageModel.create();', 'engine', 'src/ui/app.tsx'),
		bad('const engine = await CreateMLCEngine(id);', 'engine'),
		bad("const caption = await pipeline('image-to-text');", 'engine'),
		bad("import * as ort from 'onnxruntime-web';", 'runtime', 'src/adapters/ocr.ts'),
		bad("const web = await import('@mlc-ai/web-llm');", 'runtime'),
		bad("export { pipeline } from '@huggingface/transformers';", 'runtime', 'src/companion/server.ts'),
	],
});

// The runtimes that write, for llm.spec.ts: their contract, questions as a tier asks them, and the browser's own model.
import '../../src/adapters/trusted.ts';

export { BUILT_IN, makeBuiltIn } from '../../src/adapters/tiers/prompt-api.ts';
export { crossed } from '../../src/core/models/crossing.ts';
export { smallAsk } from '../../src/core/models/ask-small.ts';
export { answerJsonSchema, INSTRUCTIONS } from '../../src/core/wire.ts';
export * from '../../src/tools/contract/llm.ts';

// The real package by itself, for the table of its errors.
import '../../src/adapters/trusted.ts';

export { MLCEngine } from '@mlc-ai/web-llm';
export { gpuFault } from '../../workers/llm-gpu/serve.ts';

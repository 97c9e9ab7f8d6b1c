import type { Plugin } from 'vite';

export function sharedEngines(options: { readonly conditions: string[]; readonly modules: Set<string> }): {
	readonly page: () => Plugin;
	readonly worker: () => Plugin;
};
export const ENGINE_MARKS: Readonly<Record<'onnxruntime' | 'transformers', string>>;

import type { Plugin } from 'vite';

export interface KeptFile {
	readonly url: string;
	readonly revision: string | null;
	readonly integrity: string;
}
export declare const SERVICE_WORKER: string;
export declare function listKept(folder: string): { readonly shell: KeptFile[]; readonly parts: KeptFile[]; readonly late: KeptFile[] };
export declare function serviceWorker(options: { readonly source: string; readonly modules: Plugin }): Plugin;
export declare function listEngines(folder: string): Record<string, string[]>;

import type { Plugin } from 'vite';

export declare function embedded(options: { readonly folder: string; readonly modules: Plugin }): Plugin;

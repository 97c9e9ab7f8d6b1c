export function ensureRecogniser(): { readonly python: string } | { readonly why: string };
export function recognise(python: string, pcm: Uint8Array, rate: number): string;
export function wordErrors(said: string, heard: string): { readonly errors: number; readonly words: number; readonly rate: number };

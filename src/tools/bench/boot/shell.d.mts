/** Most bytes of the shell, compressed. */
export const SHELL_BYTES: number;
/** The files that the service worker keeps at install, as a compressing host sends them. */
export function shellOf(folder: string): { readonly files: number; readonly bytes: number };
/** Whether an address below the page's folder belongs to the shell: no engine, no weights. */
export function isShell(address: string): boolean;

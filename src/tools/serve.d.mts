export interface ServeOptions {
	/** 0 (default) takes a free one. */
	readonly port?: number;
	/** Other folders by the address they are served under, with slashes on both ends. */
	readonly also?: Readonly<Record<string, string>>;
	/** Files go compressed, and this hears the bytes of each. */
	readonly sent?: (path: string, bytes: number) => void;
}
/** Serves a folder on 127.0.0.1; `/empty.html` is an empty page of that origin. */
export function serveFolder(folder: string, options?: ServeOptions): Promise<{ readonly origin: string; close(): Promise<void> }>;

/** See display.mjs. */
export function openDisplay(options?: {
	readonly size?: string;
	readonly fresh?: boolean;
}): Promise<{ readonly display: string; readonly close: () => void } | undefined>;

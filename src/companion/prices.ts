// Prices of models outside, in US dollars a million tokens. A price belongs to a date and a source; one that nobody here could
// read from its provider is left out, and the person types it in. A tier never guesses what a call costs.
export interface ListedPrice {
	/** Host of the base URL. */
	readonly host: string;
	readonly model: string;
	readonly inPerM: number;
	readonly outPerM: number;
	/** When it was read, `YYYY-MM-DD`. */
	readonly readOn: string;
	readonly source: string;
}

/** Empty until somebody reads a provider's page and writes its date beside each line. */
export const PRICES: readonly ListedPrice[] = [];

export function findPrice(host: string, model: string, table: readonly ListedPrice[] = PRICES): ListedPrice | undefined {
	return table.find((p) => p.host === host && p.model === model);
}

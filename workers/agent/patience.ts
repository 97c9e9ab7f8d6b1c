// What is being fetched may take long, or be fetched from a server that has gone. Play must not wait for it each time it asks.

/** Not here yet; it is on its way, and the next who asks may have it. */
export class NotYetError extends Error {
	override readonly name = 'NotYetError';
}

/**
 * Lets the first who asks wait for a while; after that nobody waits until it is here, or has failed for good.
 *
 * @param begin begins to get it; called again once what it gave is settled
 * @throws NotYetError
 */
export function impatient<T>(begin: () => Promise<T>, waitMs: number, what: string): () => Promise<T> {
	let coming: Promise<T> | undefined;
	let late = false;
	return async () => {
		if (coming === undefined) {
			late = false;
			const begun = begin();
			coming = begun;
			const settle = (): void => {
				if (coming === begun) coming = undefined;
			};
			begun.then(settle, settle);
		}
		if (late) throw new NotYetError(what);
		let timer: ReturnType<typeof setTimeout> | undefined;
		const patience = new Promise<never>((_, reject) => {
			timer = setTimeout(() => {
				late = true;
				reject(new NotYetError(what));
			}, waitMs);
		});
		try {
			return await Promise.race([coming, patience]);
		} finally {
			clearTimeout(timer);
		}
	};
}

// Somebody who watches. One message is under way to them at most: who is slow misses those between and gets the newest, so a stuck
// browser source costs no memory and never holds the others up.

/** A message has this long to leave; who takes longer is let go, and will come back. */
export const STUCK_MS = 30_000;

export interface Outlet {
	/** Calls back when the message has left this program. */
	write(text: string, left: () => void): void;
	end(): void;
}

export class Viewer {
	private readonly outlet: Outlet;
	private readonly steady: () => number;
	private busySince: number | undefined;
	private owed: (() => string) | undefined;
	private ended = false;

	constructor(outlet: Outlet, steady: () => number) {
		this.outlet = outlet;
		this.steady = steady;
	}

	/** Sends what `compose` says when there is room for it; only the last of what is owed. */
	send(compose: () => string): void {
		if (this.ended) return;
		if (this.busySince !== undefined) {
			this.owed = compose;
			return;
		}
		this.busySince = this.steady();
		this.outlet.write(compose(), () => {
			this.busySince = undefined;
			const { owed } = this;
			this.owed = undefined;
			if (owed !== undefined) this.send(owed);
		});
	}

	/** A sign of life: not worth owing. */
	nudge(text: string): void {
		if (this.busySince === undefined) this.send(() => text);
	}

	get stuck(): boolean {
		return this.busySince !== undefined && this.steady() - this.busySince > STUCK_MS;
	}

	end(): void {
		if (this.ended) return;
		this.ended = true;
		this.outlet.end();
	}
}

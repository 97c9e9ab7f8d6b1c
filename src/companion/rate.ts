// A bucket that fills steadily: so many at once, so many a second after that.
export class TokenBucket {
	private readonly perSecond: number;
	private readonly burst: number;
	private readonly now: () => number;
	private level: number;
	private at: number;

	constructor(perSecond: number, burst: number, now: () => number = () => performance.now()) {
		this.perSecond = perSecond;
		this.burst = burst;
		this.now = now;
		this.level = burst;
		this.at = now();
	}

	/** Takes `count` when that many are there, else none. More than the bucket holds is as much as it holds. */
	take(count = 1): boolean {
		const now = this.now();
		this.level = Math.min(this.burst, this.level + ((now - this.at) / 1000) * this.perSecond);
		this.at = now;
		const wanted = Math.min(count, this.burst);
		if (this.level < wanted) return false;
		this.level -= wanted;
		return true;
	}
}

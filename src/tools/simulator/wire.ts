// The socket between page and companion: in order and whole as TCP keeps it, until a fault says otherwise.
import { EventEmitter } from 'node:events';
import type { Random } from '../../core/ports.ts';
import type { Kernel, Program } from './kernel.ts';

/** What is wrong with the line right now. */
export interface LineFaults {
	/** Chance that a message is lost, comes twice, or changes places with the next. */
	lose: number;
	double: number;
	swap: number;
	/** Nothing comes through for now; what was sent comes when it ends. */
	heldUntil: number;
	/** Nothing comes through and nobody is told. */
	cut: boolean;
}
export const goodLine = (): LineFaults => ({ lose: 0, double: 0, swap: 0, heldUntil: 0, cut: false });

const LATENCY_MS = 0.2;
const JITTER_MS = 2;

/** One end as the `ws` package gives it to the companion: the part of it that the control session uses. */
export class CompanionEnd extends EventEmitter {
	readyState = 1;
	private readonly line: Line;
	constructor(line: Line) {
		super();
		this.line = line;
	}
	send(text: string): void {
		if (this.readyState === 1) this.line.carry('page', text);
	}
	close(): void {
		this.line.close('companion');
	}
	terminate(): void {
		this.line.close('companion');
	}
}

/** The other as a browser gives it to the page. */
export class PageEnd {
	readyState = 0;
	onopen: (() => void) | null = null;
	onmessage: ((event: { readonly data: string }) => void) | null = null;
	onclose: (() => void) | null = null;
	onerror: (() => void) | null = null;
	readonly line: Line;
	constructor(line: Line) {
		this.line = line;
	}
	send(text: string): void {
		if (this.readyState === 1) this.line.carry('companion', text);
	}
	close(): void {
		this.line.close('page');
	}
}

export interface LineOptions {
	readonly kernel: Kernel;
	readonly random: Random;
	readonly faults: LineFaults;
	readonly page: Program;
	/** Undefined while no companion listens. */
	readonly companion: Program | undefined;
	readonly accept: (end: CompanionEnd) => void;
	/** Sees each message as the companion gets it, before and after it was dealt with. */
	readonly onDelivered?: (text: string) => void;
	readonly onAnswer?: (text: string) => void;
}

/** One connection. */
export class Line {
	readonly pageEnd: PageEnd;
	readonly companionEnd: CompanionEnd;
	open = true;
	private readonly o: LineOptions;
	private readonly lastAt = { page: 0, companion: 0 };
	private readonly waiting: { page: string | undefined; companion: string | undefined } = { page: undefined, companion: undefined };

	constructor(o: LineOptions) {
		this.o = o;
		this.pageEnd = new PageEnd(this);
		this.companionEnd = new CompanionEnd(this);
		const { companion, kernel } = o;
		if (companion === undefined || companion.state === 'dead') {
			this.open = false;
			kernel.after(LATENCY_MS, () => this.pageEnd.onclose?.(), o.page);
			return;
		}
		kernel.after(
			this.latency(),
			() => {
				if (!this.open) return;
				o.accept(this.companionEnd);
				kernel.after(
					this.latency(),
					() => {
						if (!this.open) return;
						this.pageEnd.readyState = 1;
						this.pageEnd.onopen?.();
					},
					o.page,
				);
			},
			companion,
		);
	}

	private latency(): number {
		return LATENCY_MS + JITTER_MS * this.o.random.next() ** 4;
	}

	carry(to: 'page' | 'companion', text: string): void {
		const { faults, random } = this.o;
		if (!this.open || faults.cut) return;
		if (to === 'page') this.o.onAnswer?.(text);
		if (random.next() < faults.lose) return;
		const held = this.waiting[to];
		if (held === undefined && random.next() < faults.swap) {
			this.waiting[to] = text;
			return;
		}
		this.waiting[to] = undefined;
		this.deliver(to, text);
		if (held !== undefined) this.deliver(to, held);
		if (random.next() < faults.double) this.deliver(to, text);
	}

	private deliver(to: 'page' | 'companion', text: string): void {
		const { kernel, faults, page, companion } = this.o;
		const at = Math.max(this.lastAt[to], kernel.now + this.latency(), faults.heldUntil);
		this.lastAt[to] = at;
		kernel.after(
			at - kernel.now,
			() => {
				if (!this.open || faults.cut) return;
				if (to === 'page') {
					if (this.pageEnd.readyState === 1) this.pageEnd.onmessage?.({ data: text });
				} else {
					this.o.onDelivered?.(text);
					this.companionEnd.emit('message', Buffer.from(text), false);
				}
			},
			to === 'page' ? page : (companion as Program),
		);
	}

	/** By one end, or by what lies between them. */
	close(by: 'page' | 'companion' | 'fault'): void {
		if (!this.open) return;
		this.open = false;
		this.pageEnd.readyState = 3;
		this.companionEnd.readyState = 3;
		const { kernel, page, companion, faults } = this.o;
		const told = (who: 'page' | 'companion', tell: () => void, of: Program): void => {
			// Across a line that is cut nobody hears of it.
			if (faults.cut && by !== who && by !== 'fault') return;
			kernel.after(this.latency(), tell, of);
		};
		told('page', () => this.pageEnd.onclose?.(), page);
		if (companion !== undefined) told('companion', () => this.companionEnd.emit('close'), companion);
	}
}

// `<falsework-scorecard src="http://127.0.0.1:4953">`: the live scorecard on any page. Depends on nothing, reads one feed, writes
// nothing anywhere, and listens to no message of the page it is on.
import { card } from '../core/feed/card.ts';
import { attributeOf, type EmbedOptions, OPTION_NAMES, readOptions } from '../core/feed/options.ts';
import { type FeedSnapshot, readTold, STALE_MS } from '../core/feed/snapshot.ts';
import { formatTime } from '../core/figures.ts';
import { connect, waysTo } from './connect.ts';
import { draw } from './draw.ts';
import css from './scorecard.css?inline';

let sheet: CSSStyleSheet | undefined;
function styles(): CSSStyleSheet {
	if (sheet === undefined) {
		sheet = new CSSStyleSheet();
		sheet.replaceSync(css);
	}
	return sheet;
}

/**
 * Attributes: `src` (see `waysTo`), those of `EmbedOptions` with `heading` for the title, `fit` to fill the window, `stale-after`
 * milliseconds until it is dimmed.
 *
 * Events: `falsework-update` with each snapshot taken, `falsework-refused` with why a message was none, `falsework-stale` with true or
 * false.
 */
export class FalseworkScorecard extends HTMLElement {
	static readonly observedAttributes = ['src', 'stale-after', ...OPTION_NAMES.map(attributeOf)];
	private readonly root = this.attachShadow({ mode: 'open' });
	private options: EmbedOptions = readOptions(() => null);
	private newest: FeedSnapshot | null = null;
	/** By the page's steady clock. */
	private heardAt = -Infinity;
	/** Wall time of the last word, kept from when it was heard: the wall's clock may jump. */
	private heardWall = 0;
	private stale = false;
	private staleTimer: ReturnType<typeof setTimeout> | undefined;
	private disconnect: (() => void) | undefined;

	connectedCallback(): void {
		this.root.adoptedStyleSheets = [styles()];
		this.readAttributes();
		this.open();
	}
	disconnectedCallback(): void {
		this.disconnect?.();
		this.disconnect = undefined;
		clearTimeout(this.staleTimer);
	}
	attributeChangedCallback(name: string): void {
		if (!this.isConnected) return;
		if (name === 'src') this.open();
		else this.readAttributes();
	}

	/** The newest; set it to show one without a feed. */
	get snapshot(): FeedSnapshot | null {
		return this.newest;
	}
	set snapshot(snapshot: FeedSnapshot | null) {
		this.newest = snapshot;
		this.heard(0);
	}

	private readAttributes(): void {
		this.options = readOptions((name) => this.getAttribute(attributeOf(name)));
		const { accent } = this.options;
		if (accent === '') this.style.removeProperty('--falsework-crystal');
		else this.style.setProperty('--falsework-crystal', `#${accent}`);
		this.style.setProperty('--falsework-scale', String(this.options.scale));
		this.show();
		this.watch();
	}

	private open(): void {
		this.disconnect?.();
		const source = this.getAttribute('src');
		this.disconnect = source === null ? undefined : connect(waysTo(source, document.baseURI), (text) => this.take(text));
	}

	private take(text: string): void {
		const read = readTold(text);
		if (!read.ok) {
			// The last good one stays, and grows stale if no other comes.
			this.dispatchEvent(new CustomEvent('falsework-refused', { detail: read.why }));
			return;
		}
		const { ageMs, ...snapshot } = read.value;
		// A feed that has heard nothing yet, since it was started anew, takes nothing away.
		if (snapshot.session === '' && this.newest !== null) return;
		this.newest = snapshot.session === '' ? null : snapshot;
		this.heard(ageMs);
		this.dispatchEvent(new CustomEvent('falsework-update', { detail: read.value }));
	}

	private heard(ageMs: number): void {
		this.heardAt = performance.now() - ageMs;
		this.heardWall = Date.now() - ageMs;
		this.watch();
		this.show();
	}

	private get staleAfter(): number {
		const given = Number(this.getAttribute('stale-after') ?? STALE_MS);
		return Number.isFinite(given) && given > 0 ? given : STALE_MS;
	}

	/** Dims when the last word is too long ago, and wakes up for that moment. */
	private watch(): void {
		clearTimeout(this.staleTimer);
		const left = this.heardAt + this.staleAfter - performance.now();
		const stale = this.newest !== null && left <= 0;
		if (this.newest !== null && !stale) {
			this.staleTimer = setTimeout(() => {
				this.watch();
				this.show();
			}, left + 1);
		}
		if (stale === this.stale) return;
		this.stale = stale;
		this.dispatchEvent(new CustomEvent('falsework-stale', { detail: stale }));
	}

	private show(): void {
		draw(this.root, card({ snapshot: this.newest, staleSince: this.stale ? formatTime(this.heardWall) : null }, this.options));
	}
}

// A page may load it twice.
if (customElements.get('falsework-scorecard') === undefined) customElements.define('falsework-scorecard', FalseworkScorecard);

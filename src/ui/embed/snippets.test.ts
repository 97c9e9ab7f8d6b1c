import { expect, it } from 'vitest';
import { readOptions, USUAL } from '../../core/feed/options.ts';
import { embedUrl, snippet } from './snippets.ts';

const BASE = 'http://127.0.0.1:4953';
const SIZE = { width: 400, height: 220 };
const chosen = { ...USUAL, theme: 'light', metrics: ['decision', 'cost'], title: '50 % & "more"', scale: 0.5, place: 'top-left' } as const;

it('an address says what differs from the usual, and is read back as chosen', () => {
	expect(embedUrl(BASE, USUAL)).toBe(`${BASE}/embed/scorecard`);
	const url = new URL(embedUrl(BASE, chosen));
	expect(url.search).toContain('metrics=decision,cost');
	expect(readOptions((name) => url.searchParams.get(name))).toEqual(chosen);
});
it('markup holds a title as text, and leaves out what a page of its own has no use for', () => {
	expect(snippet('html', BASE, chosen, SIZE)).toContain(
		`<falsework-scorecard src="${BASE}" theme="light" metrics="decision,cost" heading="50 % &amp; &quot;more&quot;">`,
	);
	expect(snippet('iframe', BASE, chosen, SIZE)).toMatch(/src="[^"]+&amp;scale=0.5&amp;place=top-left" width="400" height="220"/);
	expect(snippet('htmx', BASE, chosen, SIZE)).not.toContain('scale');
});

import { describe, expect, it } from 'vitest';
import { isNear, nearTo, openStrikes, readLog, type StrikeRow } from './strike-log.mjs';

const did = (what: string, more: Partial<StrikeRow> = {}): StrikeRow => ({ at: '2026-05-01', what, ...more });

describe("the developers' strikes", () => {
	it('are near-same by their words, whatever the order and the endings', () => {
		expect(isNear('took screenshots of the report page', 'Took a screenshot of the report pages again')).toBe(true);
		expect(isNear('page of the report: took screenshots', 'took screenshots of the report page')).toBe(true);
		expect(isNear('took screenshots of the report page', 'rebased the branch on main')).toBe(false);
		expect(isNear('', '')).toBe(false);
	});

	it('open at the third near-same, and not before', () => {
		const rows = [did('took screenshots of the reports'), did('rebased on main'), did('take screenshots of reports')];
		expect(openStrikes(rows)).toEqual([]);
		const more = [...rows, did('took screenshots of the report')];
		expect(openStrikes(more).map((near) => near.length)).toEqual([3]);
	});

	it.each([{ script: 'src/tools/pictures.mjs' }, { waiver: 'twice a year, and never the same' }])(
		'are answered by what is linked, and open again three times later: %o',
		(link) => {
			const thrice = [1, 2, 3].map(() => did('took screenshots of the reports'));
			const linked = [...thrice, did('took screenshots of the reports', link)];
			expect(openStrikes(linked)).toEqual([]);
			expect(nearTo(linked, 'took screenshots of the reports').linked).toMatchObject(link);
			expect(openStrikes([...linked, ...thrice])).toHaveLength(1);
		},
	);

	it.each([
		['{', /Line 2 .* not JSON/],
		['null', /no day/],
		['{"at":"today","what":"x y"}', /no day/],
		['{"at":"2026-05-01","what":"the"}', /does not say/],
		['{"at":"2026-05-01","what":"x y","waiver":" "}', /without a reason/],
		['{"at":"2026-05-01","what":"x y","script":3}', /no path/],
	])('name the line that is none: %s', (line, why) => {
		expect(() => readLog(`{"at":"2026-05-01","what":"did a thing"}\n${line}\n`)).toThrow(why);
	});
});

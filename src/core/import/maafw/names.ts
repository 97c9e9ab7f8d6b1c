// Names of nodes, files and tasks as slugs. Most are in Chinese, which a slug cannot hold: those get a short hash, the same each time,
// and keep their own words where people read them.
import { fnv1a } from '../../fnv.ts';
import { slugged, unaccented } from '../../slug.ts';

export interface Names {
	/** A slug of its own: of the first name that gives one. */
	fresh(name: string, otherwise: string, second?: string): string;
}

/** Room for an ending that tells it from others. */
const SLUG_MAX = 48;

export function makeNames(): Names {
	const taken = new Set<string>();
	return {
		fresh(name, otherwise, second = '') {
			const base = slugOf(name) ?? slugOf(second) ?? `${otherwise}-${hash(`${name}/${second}`)}`;
			let slug = base;
			for (let i = 2; taken.has(slug); i++) slug = `${base}-${i}`;
			taken.add(slug);
			return slug;
		},
	};
}

/** The name as a slug where enough of it can be one; undefined otherwise. */
export function slugOf(name: string): string | undefined {
	const words = unaccented(name).replace(/([a-z\d])([A-Z])/g, '$1-$2');
	const slug = slugged(words, SLUG_MAX);
	const letters = (slug.match(/[a-z]/g) ?? []).length;
	// What is mostly another script keeps too little of itself: "战斗1" and "主线1" would both be "1".
	const lost = (words.match(/[^\u0000-\u007f]/g) ?? []).length;
	return letters >= 1 && lost <= letters ? slug : undefined;
}

/** Six hexadecimal digits. */
export function hash(text: string): string {
	return fnv1a(text).toString(16).padStart(8, '0').slice(-6);
}

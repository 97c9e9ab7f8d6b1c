// Crystals as the page, the store and a pack want them: read aloud, checked, drawn.
import { encodePng } from '../../src/adapters/png.ts';
import type { Crystal } from '../../src/core/crystals/crystal.ts';
import { readKind } from '../../src/core/crystals/kinds.ts';
import { floor, score } from '../../src/core/crystals/lifecycle.ts';
import { phraseText, type Phrase } from '../../src/core/crystals/phrase/schema.ts';
import type { RegionCrystal } from '../../src/core/crystals/region/schema.ts';
import type { Rule } from '../../src/core/crystals/rule/schema.ts';
import { printRule } from '../../src/core/crystals/rule/text.ts';
import type { ScreenCrystal } from '../../src/core/crystals/screen/schema.ts';
import type { TemplateCrystal } from '../../src/core/crystals/template/schema.ts';
import { makePack } from '../../src/core/pack.ts';
import type { Profile } from '../../src/core/profile.ts';
import type { CrystalView } from '../agent.protocol.ts';

/** Checks a stored crystal's own part; a text names the fault. */
export function checkCrystal(crystal: Crystal): string | undefined {
	const read = readKind(crystal.kind, crystal.schema, crystal.data, crystal.blobs);
	return read.ok ? undefined : read.why;
}

function textOf(crystal: Crystal): string {
	switch (crystal.kind) {
		case 'template': {
			const { data } = crystal as TemplateCrystal;
			const where = data.fixed ? `at ${data.places.map((p) => `[${p.join(', ')}]`).join(', ')}` : 'anywhere in the world';
			return `${data.elementKind} of ${data.size.join(' × ')} px, ${where}, threshold ${data.threshold.toFixed(2)}, on ${Object.keys(data.screens).join(', ')}`;
		}
		case 'region': {
			const { data } = crystal as RegionCrystal;
			return `${data.reader} ${data.box === undefined ? `of ${data.element ?? ''}` : `read at [${data.box.join(', ')}]`}, on ${Object.keys(data.screens).join(', ')}`;
		}
		case 'screen': {
			const { data } = crystal as ScreenCrystal;
			return `confirmed ${data.confirmed} times, entered in ${Object.keys(data.entries).length} ways`;
		}
		case 'rule':
			return printRule((crystal as Rule).data);
		case 'phrase':
			return phraseText((crystal as Phrase).data);
	}
}

const pictures = new WeakMap<Uint8Array, Promise<Uint8Array>>();

/** PNG of a template's newest look, made once. */
function pictureOf(crystal: Crystal): Promise<Uint8Array> | undefined {
	if (crystal.kind !== 'template') return undefined;
	const look = (crystal as TemplateCrystal).data.exemplars.at(-1);
	const luma = look === undefined ? undefined : crystal.blobs[look.luma];
	if (look === undefined || luma === undefined) return undefined;
	const known = pictures.get(luma);
	if (known !== undefined) return known;
	const [width, height] = look.size;
	const u = look.u === undefined ? undefined : crystal.blobs[look.u];
	const v = look.v === undefined ? undefined : crystal.blobs[look.v];
	const picture = encodePng({
		id: crystal.id,
		at: 0,
		width,
		height,
		luma,
		stride: width,
		...(u && v ? { u, v, chromaStride: Math.ceil(width / 2) } : {}),
	});
	pictures.set(luma, picture);
	return picture;
}

export async function describeCrystal(crystal: Crystal): Promise<CrystalView> {
	const png = await pictureOf(crystal)?.catch(() => undefined);
	const { tier, model, at, usd, entry } = crystal.provenance;
	return {
		id: crystal.id,
		kind: crystal.kind,
		name: crystal.name,
		state: crystal.state,
		score: score(crystal.stat),
		floor: floor(crystal.stat),
		k: crystal.stat.k,
		w: crystal.stat.w,
		used: crystal.stat.used,
		text: textOf(crystal),
		...(png === undefined ? {} : { png }),
		madeBy: { tier, model, at, usd, entry },
		history: crystal.history,
	};
}

export async function sha256(bytes: Uint8Array): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
	return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, '0')).join('');
}

/** The files of a pack (contracts.md §5); zipping them is the caller's. */
export async function packFiles(profile: Profile, crystals: readonly Crystal[], madeAt: number): Promise<Record<string, Uint8Array>> {
	const drawn = profile.id === 'practice';
	return {
		...(await makePack(
			crystals,
			{
				name: profile.name,
				game: profile.id,
				gameVersion: profile.gameVersion ?? 'any',
				language: profile.language,
				encoder: null,
				// Templates are pieces of the game's own pictures; whoever passes a pack on answers for them.
				art: drawn
					? { holder: 'Falsework contributors', licence: 'MIT', source: 'drawn by the practice game' }
					: {
							holder: `the makers of ${profile.name}`,
							licence: 'unknown: ask before passing it on',
							source: 'captured from the game window',
						},
				madeAt,
			},
			{
				sha256,
				encodePng: (grey, { width, height }) => encodePng({ id: 'pack', at: 0, width, height, luma: grey, stride: width }),
			},
		)),
	};
}

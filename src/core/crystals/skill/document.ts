// A skill as a document: SKILL.md under agentskills.io, which other agents read as advice, with its machine-readable part in a fenced
// block at the end. Written so that the strictest reader takes it; read as a stranger's file, each fault with its place.
// @see https://agentskills.io/specification
import { oddity, shown } from '../../foreign.ts';
import { slugged, unaccented } from '../../slug.ts';
import { textOfUtf8 } from '../../utf8.ts';
import { score } from '../lifecycle.ts';
import { printLiteral } from '../rule/text.ts';
import { asStranger, readSkill, type Skill, SKILL_SCHEMA, type SkillData, withoutVector } from './schema.ts';
import { stepText } from './text.ts';

/** The program's name for the file; readers look for exactly this. */
export const SKILL_FILE = 'SKILL.md';
const FENCE = 'falsework-skill';
export const SKILL_FILE_MAX_BYTES = 1_000_000;
const FRONT_MAX = 65_536;
const NAME_MAX = 64;
const DESCRIPTION_MAX = 1024;
const COMPATIBILITY_MAX = 500;
const TOP_KEYS: ReadonlySet<string> = new Set(['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools']);

/** Plain texts, as YAML's failsafe schema has them. */
export type FrontMatter = string | readonly FrontMatter[] | { readonly [key: string]: FrontMatter };
export type ReadYaml = (
	text: string,
) =>
	| { readonly ok: true; readonly value: FrontMatter /** Of a key at the top. */; readonly lineOf: (key: string) => number }
	| { readonly ok: false; readonly line: number; readonly why: string };

export interface SkillDocument {
	readonly name: string;
	readonly data: SkillData;
	/** What is odd about it and was put right. */
	readonly warnings: readonly string[];
}
export type SkillDocumentRead =
	| ({ readonly ok: true } & SkillDocument)
	| { readonly ok: false; readonly where: string; readonly why: string };

/**
 * The document of a skill. Its folder must have the name given.
 *
 * @param name  where the skill's own is taken already
 */
export function writeSkillDocument(skill: Pick<Skill, 'name' | 'data' | 'stat' | 'scope'>, game: string, name = skill.name): string {
	const { description, licence, ...data } = asStranger(withoutVector(skill.data));
	const acts = data.steps.filter(({ act }) => act !== undefined).length;
	const meta: [string, string][] = [
		['game', game],
		['type', data.layer],
		['success_rate', score(skill.stat).toFixed(2)],
		['times_used', String(skill.stat.used)],
		// Each act of a run would else have been a question.
		['sovereignty_value', String(skill.stat.used * acts)],
		['falsework-schema', String(SKILL_SCHEMA)],
		['falsework-version', String(data.version)],
	];
	return [
		'---',
		`name: ${name}`,
		`description: ${quoted(description)}`,
		...(licence === undefined ? [] : [`license: ${quoted(licence)}`]),
		'metadata:',
		...meta.map(([key, value]) => `  ${key}: ${quoted(value)}`),
		'---',
		'',
		`# ${titleOf(name)}`,
		'',
		description.trim(),
		'',
		'## When',
		'',
		...(data.when.length === 0 ? ['- at any time'] : data.when.map((l) => `- \`${printLiteral(l)}\``)),
		...data.unless.map((l) => `- unless \`${printLiteral(l)}\``),
		'',
		'## Steps',
		'',
		...data.steps.map((step, i) => `${i + 1}. \`${stepText(step)}\``),
		'',
		'## For Falsework',
		'',
		'The same, as it is carried out and checked step by step.',
		'',
		`\`\`\`json ${FENCE}`,
		JSON.stringify(data, undefined, '\t').replaceAll('```', '\\u0060``'),
		'```',
		'',
	].join('\n');
}

/** JSON's quoted text is YAML's too. A reader may split the file at the next "---", wherever it stands. */
function quoted(text: string): string {
	return JSON.stringify(text)
		.replaceAll('---', '-\\u002d-')
		.replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function titleOf(name: string): string {
	const words = name.replaceAll('-', ' ');
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What may be left out of the block by whoever writes one by hand. */
const DEFAULTS: Partial<SkillData> = {
	words: [],
	params: [],
	when: [],
	unless: [],
	expects: [],
	until: [],
	layer: 'strategy',
	origin: 'file',
	from: [],
	version: 1,
};

/**
 * Reads a SKILL.md. Lenient in what costs nothing (a name too long, a folder of another name), strict in what might: anything that
 * is not plain text in its front matter, or a block that is not a skill.
 *
 * @param folder  it lay in, where there was one
 */
export function readSkillDocument(bytes: Uint8Array, readYaml: ReadYaml, folder?: string): SkillDocumentRead {
	const no = (where: string, why: string): SkillDocumentRead => ({ ok: false, where, why });
	if (bytes.length > SKILL_FILE_MAX_BYTES) return no(SKILL_FILE, `it is longer than ${SKILL_FILE_MAX_BYTES} bytes`);
	if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return no('line 1', 'a byte order mark stands before the first "---"');
	let text: string;
	try {
		text = textOfUtf8(bytes).replaceAll('\r\n', '\n');
	} catch {
		return no(SKILL_FILE, 'it is not UTF-8');
	}
	if (!text.startsWith('---\n')) return no('line 1', 'it must begin with "---"');
	const end = /\n---[ \t]*(?:\n|$)/.exec(text.slice(3));
	if (end === null) return no('line 1', 'its front matter has no end: "---" on a line by itself');
	const front = text.slice(4, 3 + end.index + 1);
	const body = text.slice(3 + end.index + end[0].length);
	if (front.length > FRONT_MAX) return no('line 2', `its front matter is longer than ${FRONT_MAX} characters`);
	const yaml = readYaml(front);
	if (!yaml.ok) return no(`line ${yaml.line + 1}`, shown(yaml.why));
	const odd = oddity(yaml.value);
	if (odd !== undefined) return no('front matter', `it ${odd}`);
	const top = yaml.value;
	if (typeof top === 'string' || isList(top)) return no('line 2', 'its front matter is no list of keys and values');
	const at = (key: string): string => `line ${yaml.lineOf(key) + 1}, "${shown(key)}"`;
	for (const key of Object.keys(top))
		if (!TOP_KEYS.has(key)) return no(at(key), 'no such key is allowed here; what is your own belongs under "metadata"');

	const warnings: string[] = [];
	const { name: named, description: described, license, compatibility, metadata } = top;
	if (typeof named !== 'string' || named.trim() === '') return no(at('name'), 'a name is needed');
	const full = named.trim().normalize('NFKC');
	// The reference reader takes lower-case letters of every script.
	if (!/^[\p{Ll}\p{Lo}\p{N}]+(-[\p{Ll}\p{Lo}\p{N}]+)*$/u.test(full))
		return no(at('name'), `"${shown(full)}" is no name: lower-case letters and digits, in words joined by one "-"`);
	if (typeof described !== 'string' || described.trim() === '') return no(at('description'), 'a description is needed');
	for (const key of ['license', 'compatibility', 'allowed-tools'] as const)
		if (top[key] !== undefined && typeof top[key] !== 'string') return no(at(key), 'it must be a text');
	if (metadata !== undefined) {
		if (typeof metadata === 'string' || isList(metadata)) return no(at('metadata'), 'it must be keys and texts');
		for (const [key, value] of Object.entries(metadata))
			if (typeof value !== 'string') return no(`${at('metadata')}, "${shown(key)}"`, 'it must be a text');
	}
	if (full.length > NAME_MAX) warnings.push(`its name is longer than ${NAME_MAX} characters`);
	if (described.length > DESCRIPTION_MAX) warnings.push(`its description is longer than ${DESCRIPTION_MAX} characters`);
	if (typeof compatibility === 'string' && compatibility.length > COMPATIBILITY_MAX)
		warnings.push(`its compatibility is longer than ${COMPATIBILITY_MAX} characters`);
	if (folder !== undefined && folder.normalize('NFKC') !== full)
		warnings.push(`it is called "${shown(full)}" and lies in the folder "${shown(folder)}"`);

	const block = new RegExp(`^\`\`\`json ${FENCE}[ \\t]*\\n([\\s\\S]*?)\\n\`\`\`[ \\t]*$`, 'm').exec(body);
	if (block === null) return no(SKILL_FILE, `it gives advice only: there is no block "json ${FENCE}" with steps that could be carried out`);
	let written: unknown;
	try {
		written = JSON.parse(block[1] ?? '');
	} catch {
		return no(`block "${FENCE}"`, 'it is not JSON');
	}
	const oddBlock = oddity(written);
	if (oddBlock !== undefined) return no(`block "${FENCE}"`, `it ${oddBlock}`);
	if (typeof written !== 'object' || written === null || Array.isArray(written)) return no(`block "${FENCE}"`, 'it is not an object');
	const { encoder: _, ...given } = { goal: described.slice(0, 500), ...DEFAULTS, ...(written as Partial<SkillData>) };
	const whole = {
		...given,
		description: described.trim().slice(0, DESCRIPTION_MAX),
		...(typeof license === 'string' && license !== '' ? { licence: license.slice(0, 200) } : {}),
	};
	const read = readSkill(whole, SKILL_SCHEMA, {});
	if (!read.ok) return no(`block "${FENCE}"`, shown(read.why));
	return { ok: true, name: slugOf(full), data: asStranger(read.data), warnings };
}

function isList(value: FrontMatter): value is readonly FrontMatter[] {
	return Array.isArray(value);
}

/** A name as we write names; letters of other scripts cannot be kept. */
export function slugOf(text: string): string {
	return slugged(unaccented(text), NAME_MAX) || 'skill';
}

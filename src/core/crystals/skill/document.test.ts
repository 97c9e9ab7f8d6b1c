import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readYaml } from '../../../adapters/yaml.ts';
import { utf8 } from '../../utf8.ts';
import { crystalOf } from '../crystal.fixture.ts';
import { freshStat } from '../crystal.ts';
import { readSkillDocument, slugOf, writeSkillDocument } from './document.ts';
import type { Skill, SkillData } from './schema.ts';
import { shopping } from './skill.fixture.ts';

const skillWith = (data: Partial<SkillData> = {}, name = 'buy-potion'): Skill =>
	crystalOf<Skill>({
		id: 's',
		kind: 'skill',
		name,
		state: 'autonomous',
		stat: { ...freshStat(), k: 8, w: 1, used: 12 },
		data: { ...shopping, ...data },
	});
const written = (data: Partial<SkillData> = {}): string => writeSkillDocument(skillWith(data), 'flare');
const read = (text: string, folder?: string) => readSkillDocument(utf8(text), readYaml, folder);
const refusal = (text: string): string => {
	const result = read(text);
	return result.ok ? 'taken' : `${result.where}: ${result.why}`;
};
/** Text that breaks careless writers: marks of YAML and Markdown, other scripts, the end of the front matter, quotes. */
const awkward = 'Buys: a "potion" --- #1, {now}\n---\n- no & *list* | > %TAG !x `a```b \\ – 薬を買う\u2028\u0085end';

describe('a skill as SKILL.md', () => {
	it('has the six keys of the standard, its own under metadata as texts, and reads as advice', () => {
		const text = written({ licence: 'MIT' });
		expect(text.split('\n').slice(0, 13)).toEqual([
			'---',
			'name: buy-potion',
			'description: "Buys a potion at the shop."',
			'license: "MIT"',
			'metadata:',
			'  game: "flare"',
			'  type: "quest"',
			'  success_rate: "0.82"',
			'  times_used: "12"',
			'  sovereignty_value: "24"',
			'  falsework-schema: "1"',
			'  falsework-version: "1"',
			'---',
		]);
		expect(text).toContain('1. `click(at: shop) expect screen == shop within 900`');
		expect(text).toContain('- unless `hp <= 10`');
	});

	it('gives the same skill back, whatever stands in it', () => {
		for (const data of [
			{},
			{ licence: 'AGPL-3.0' },
			{ description: awkward, goal: awkward, words: [awkward.slice(0, 60)] },
			{ timeoutMs: 9000, version: 4 },
		]) {
			const result = read(written(data), 'buy-potion');
			expect(result).toEqual({ ok: true, name: 'buy-potion', data: { ...shopping, ...data }, warnings: [] });
		}
	});

	it('leaves at home what is only of here: vectors and how sure it was', () => {
		expect(written({ encoder: 'minilm', seen: [[0.9, true]] })).toBe(written());
	});

	it('can be written by hand with little', () => {
		const result = read(
			'---\nname: wave\ndescription: Waves.\n---\n# Wave\n\n```json falsework-skill\n{ "steps": [{ "act": { "verb": "wave" } }] }\n```\n',
		);
		expect(result).toMatchObject({ ok: true, data: { goal: 'Waves.', origin: 'file', steps: [{ act: { verb: 'wave', args: {} } }] } });
	});

	it('is lenient where that costs nothing, and says so', () => {
		const odd = read(written(), 'potions');
		expect(odd).toMatchObject({ ok: true, warnings: ['it is called "buy-potion" and lies in the folder "potions"'] });
		const long = read(written().replace('"Buys a potion at the shop."', JSON.stringify('x'.repeat(1100))));
		expect(long.ok && long.warnings).toEqual(['its description is longer than 1024 characters']);
		expect(long.ok && long.data.description).toHaveLength(1024);
		expect(read(written().replace('buy-potion', 'zaubertränke-kaufen'))).toMatchObject({ ok: true, name: 'zaubertranke-kaufen' });
	});
});

describe('a stranger’s SKILL.md', () => {
	const text = written();
	it.each([
		['nothing', '', 'line 1: it must begin'],
		['a blank line first', `\n${text}`, 'line 1: it must begin'],
		['a byte order mark', `\ufeff${text}`, 'line 1: a byte order mark'],
		['no end', '---\nname: a\n', 'line 1: its front matter has no end'],
		['a key of its own at the top', text.replace('metadata:', 'game: flare\nmetadata:'), 'line 4, "game": no such key'],
		['a prototype', text.replace('metadata:', '__proto__:\n  x: "1"\nmetadata:'), 'front matter: it has the key "__proto__"'],
		['a key twice', text.replace('metadata:', 'name: other\nmetadata:'), 'line 4: Map keys must be unique'],
		['a list as metadata', text.replace('  game: "flare"', '  game:\n    - flare'), 'line 4, "metadata", "game": it must be a text'],
		['an anchor', text.replace('name: buy-potion', 'name: &a buy-potion'), 'line 2: anchors are not taken'],
		['a bomb', text.replace('metadata:', 'license: &a ["x"]\ncompatibility: [*a, *a, *a, *a]\nmetadata:'), 'line 4: anchors are not taken'],
		['a tag', text.replace('name: buy-potion', 'name: !!js/function buy-potion'), 'line 2: '],
		['brackets without end', `---\nname: ${'['.repeat(60_000)}\n---\n`, 'line '],
		['long front matter', `---\nname: a\ndescription: ${'x'.repeat(70_000)}\n---\n`, 'line 2: its front matter is longer'],
		['a way out', text.replace('name: buy-potion', 'name: ../../etc'), 'line 2, "name": "../../etc" is no name'],
		['a capital', text.replace('name: buy-potion', 'name: Buy-potion'), 'line 2, "name"'],
		['no description', text.replace(/description:.*\n/, ''), '"description": a description is needed'],
		['advice only', text.replace('json falsework-skill', 'json'), 'SKILL.md: it gives advice only'],
		['a block that is no JSON', text.replace('"steps": [', '"steps": ['.repeat(2)), 'block "falsework-skill": it is not JSON'],
		[
			'a prototype in the block',
			text.replace('"goal":', '"constructor": {}, "goal":'),
			'block "falsework-skill": it has the key "constructor"',
		],
		['a step to nowhere', text.replaceAll('"leave"', '"left"').replace('"id": "left"', '"id": "gone"'), 'there is no step "left"'],
		['steps that are none', text.replace(/"steps": \[[\s\S]*?\n\t\],/, '"steps": 7,'), 'block "falsework-skill": skill field "steps"'],
	])('with %s is refused with the place', (_, given, why) => {
		expect(refusal(given)).toContain(why);
	});

	it('is refused before it is read when it is ten megabytes long, and when it is not UTF-8', () => {
		expect(refusal(`${text}${' '.repeat(10_000_000)}`)).toContain('longer than');
		expect(readSkillDocument(Uint8Array.of(0x2d, 0x2d, 0x2d, 0x0a, 0xff), readYaml)).toMatchObject({ ok: false, why: 'it is not UTF-8' });
	});

	it('gets a name as we write names', () => {
		expect(slugOf('Zaubertränke  kaufen!')).toBe('zaubertranke-kaufen');
		expect(slugOf('薬')).toBe('skill');
		expect(slugOf('x'.repeat(80))).toHaveLength(64);
	});
});

/** The standard's own validator, out of its package, in an environment of its own. */
describe('the reference validator', () => {
	const cache = fileURLToPath(new URL('../../../../.cache', import.meta.url));
	const home = join(cache, 'skills-ref');
	const validator = join(home, 'bin', 'agentskills');
	function run(program: string, args: readonly string[]) {
		const done = spawnSync(program, args, { encoding: 'utf8' });
		if (done.error !== undefined) throw done.error;
		return { status: done.status, said: `${done.stdout}${done.stderr}` };
	}
	function prepare(): void {
		if (existsSync(validator)) return;
		mkdirSync(cache, { recursive: true });
		for (const [program, ...args] of [
			['python3', '-m', 'venv', home],
			[join(home, 'bin', 'pip'), 'install', '--quiet', 'skills-ref==0.1.1'],
		] as const) {
			const { status, said } = run(program, args);
			if (status !== 0) throw new Error(`skills-ref could not be set up (python3 with venv is needed): ${said}`);
		}
	}

	it('@full takes every document we write, and refuses what it should', { timeout: 300_000 }, () => {
		prepare();
		const folder = mkdtempSync(join(cache, 'skills-'));
		try {
			const validate = (name: string, text: string) => {
				mkdirSync(join(folder, name), { recursive: true });
				writeFileSync(join(folder, name, 'SKILL.md'), text);
				return run(validator, ['validate', join(folder, name)]);
			};
			const cases: Partial<SkillData>[] = [
				{},
				{ licence: 'MIT: see --- there' },
				{ description: awkward },
				{ description: 'x'.repeat(1024) },
			];
			for (const [i, data] of cases.entries()) {
				const { status, said } = validate(`skill-${i}`, writeSkillDocument(skillWith(data, `skill-${i}`), 'flare'));
				expect(said).toContain('Valid skill');
				expect(status).toBe(0);
			}
			expect(validate('other', written()).status).not.toBe(0);
			expect(
				validate('top', writeSkillDocument(skillWith({}, 'top'), 'flare').replace('metadata:', 'game: flare\nmetadata:')).status,
			).not.toBe(0);
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	});
});

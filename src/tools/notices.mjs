// Writes THIRD-PARTY-NOTICES from what the build really holds, not from what package.json names.
//   --check   changes nothing; exit 1 when the file is not what would be written, or when a GPL part has come in
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { copyleftFaults, isCopyleft } from './copyleft.mjs';
import { filesUnder, root } from './files.mjs';

/** Installed beside the companion, not in its bundle. */
const COMPANION_EXTERNALS = ['ws', 'node-sqlite3-wasm', 'robotjs', 'uiohook-napi', 'x11'];
/** In the build without being a module of it: style sheets, and files served as they are. */
const NOT_MODULES = ['tailwindcss'];

/** What a package holds besides its own code, where its package.json does not say. */
const INSIDE = {
	'uiohook-napi': {
		licence: 'MIT, and LGPL-3.0-or-later for libuiohook inside it',
		note: `The module's binaries contain libuiohook, Copyright (C) 2006-2023 Alexander Barker, under the GNU Lesser General Public
License, version 3 or later (https://github.com/kwhat/libuiohook; the sources are in the package, under libuiohook/src). Falsework
uses it unchanged, as a file of its own that is loaded at run time: it can be replaced by a rebuilt one in
node_modules/uiohook-napi. It listens for the person's own input and the panic key, and Falsework runs without it.
The texts of LGPL-3.0 and of GPL-3.0, on which it builds, are at the end of this file.`,
	},
	robotjs: {
		licence: 'MIT, and libpng-2.0 for libpng inside it',
		files: ['LICENSES/libpng.txt'],
	},
	'onnxruntime-web': {
		licence: 'MIT',
		text: 'onnxruntime-MIT.txt',
		note: `The WebAssembly served from /ort/ is ONNX Runtime, whose own third-party notices are at
https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt`,
	},
	'onnxruntime-common': { licence: 'MIT', text: 'onnxruntime-MIT.txt' },
	'@wllama/wllama': {
		licence: 'MIT',
		note: 'The WebAssembly served from /wllama/ holds llama.cpp and ggml: Copyright (c) 2023-2026 The ggml authors, MIT (https://github.com/ggml-org/llama.cpp).',
	},
	phonemizer: {
		licence: 'Apache-2.0, and GPL-3.0-or-later for eSpeak NG inside it',
		note: `phonemizer holds eSpeak NG, compiled to JavaScript: Copyright (C) 2005-2014 Jonathan Duddington, Copyright (C) 2015-2024 the
eSpeak NG contributors, under the GNU General Public License, version 3 or later. Its source is at
https://github.com/espeak-ng/espeak-ng, that of the package at https://github.com/xenova/phonemizer.js.
Only the voice's script (assets/kokoro.worker-*.js, from workers/kokoro.worker.ts) holds it, and that script as a whole is therefore
offered under the GPL, version 3 or later; the sources of its other parts are in the packages named here and in this repository. No
other part of Falsework imports it: it is started as a worker of its own, once a voice is asked for, and the page works when the file
is deleted. The text of the GPL is at the end of this file.`,
	},
	'@getalby/sdk': {
		licence: 'MIT',
		text: 'getalby-sdk-MIT.txt',
		note: `Holds nostr-tools (https://github.com/nbd-wtf/nostr-tools, Unlicense), @noble/curves, @noble/hashes and @noble/ciphers
(Copyright (c) 2022 Paul Miller, MIT, https://paulmillr.com/noble) and @scure/base (Copyright (c) 2022 Paul Miller, MIT).`,
	},
	'@techstark/opencv-js': {
		licence: 'Apache-2.0',
		note: 'Holds OpenCV 5, compiled to WebAssembly: Copyright (C) OpenCV team and contributors, Apache-2.0 (https://opencv.org).',
	},
};

const faults = [];

/** Scripts of the page by the package whose code they hold. */
const scriptsOf = new Map();

function packagesOfBuild() {
	const names = new Set([...NOT_MODULES]);
	for (const program of ['page', 'companion']) {
		const list = join(root, 'dist', `${program}.packages.json`);
		if (!existsSync(list)) throw new Error(`dist/${program}.packages.json is missing: run "npm run build" first.`);
		for (const [name, scripts] of Object.entries(JSON.parse(readFileSync(list, 'utf8')))) {
			names.add(name);
			scriptsOf.set(name, [...(scriptsOf.get(name) ?? []), ...(program === 'page' ? scripts : [])]);
		}
	}
	const follow = (name) => {
		names.add(name);
		for (const next of Object.keys(manifestOf(name).dependencies ?? {})) if (next !== 'node-addon-api' && !names.has(next)) follow(next);
	};
	for (const name of COMPANION_EXTERNALS) follow(name);
	if (existsSync(join(root, 'dist', 'page', 'ort'))) names.add('onnxruntime-web');
	return [...names].sort();
}

const manifestOf = (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));

function licenceOf(manifest) {
	const { license, licenses } = manifest;
	if (typeof license === 'string') return license;
	if (typeof license?.type === 'string') return license.type;
	return (licenses ?? []).map(({ type }) => type).join(' or ');
}

function textsOf(name) {
	const folder = join(root, 'node_modules', name);
	const inside = INSIDE[name];
	if (inside?.text !== undefined) return readFileSync(join(root, 'src', 'tools', 'licences', inside.text), 'utf8');
	const found = readdirSync(folder)
		.filter((file) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(file) && !/\.(js|ts)$/.test(file))
		.sort();
	const files = [...found.filter((file) => existsSync(join(folder, file)) && !/^LICENSES$/.test(file)), ...(inside?.files ?? [])];
	return files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
}

const tidy = (text) =>
	text
		.replaceAll('\r\n', '\n')
		.replace(/[ \t]+$/gm, '')
		.trim();
const RULE = '='.repeat(100);

/** Every script of the page, by name. */
function builtScripts() {
	const folder = join(root, 'dist', 'page', 'assets');
	return new Map(
		readdirSync(folder)
			.filter((name) => name.endsWith('.js'))
			.map((name) => [`assets/${name}`, readFileSync(join(folder, name), 'utf8')]),
	);
}

function notices() {
	const parts = packagesOfBuild().map((name) => {
		const manifest = manifestOf(name);
		const licence = INSIDE[name]?.licence ?? licenceOf(manifest);
		const text = tidy(textsOf(name));
		if (licence === '') faults.push(`${name} states no licence: find out, and write it into INSIDE.`);
		if (text === '') faults.push(`${name} brings no licence text: put one into src/tools/licences and name it in INSIDE.`);
		if (isCopyleft(name, licence)) faults.push(...copyleftFaults(name, scriptsOf.get(name) ?? [], builtScripts()));
		return { name, version: manifest.version, licence, note: INSIDE[name]?.note, text };
	});
	const models = [...filesUnder('models')]
		.filter((path) => /^models[/\\][^/\\]+\.json$/.test(path))
		.map((path) => JSON.parse(readFileSync(join(root, path), 'utf8')))
		// The others are fetched by whoever wants them, from where their manifests say.
		.filter((model) => model.embedded === true)
		.map((model) => {
			const licenceFile = join(root, 'models', model.id, 'LICENSE');
			if (!existsSync(licenceFile)) faults.push(`models/${model.id} brings no LICENSE.`);
			return {
				name: `model ${model.id}`,
				version: model.revision,
				licence: model.licence,
				note: `${model.what} Copyright ${model.copyright}. Source: ${model.origin}.`,
				text: existsSync(licenceFile) ? tidy(readFileSync(licenceFile, 'utf8')) : '',
			};
		});
	const fonts = [...filesUnder('public'), ...filesUnder('src')].filter((path) => /\.(woff2?|ttf|otf)$/.test(path));
	for (const font of fonts) {
		if (!existsSync(join(root, font.replace(/[^/\\]+$/, 'LICENSE')))) faults.push(`${font} has no LICENSE beside it.`);
	}
	const art = [...filesUnder('e2e'), ...filesUnder('public'), ...filesUnder('docs')].filter((path) => path.endsWith('ATTRIBUTION.md'));

	// Equal texts are printed once, under all their names.
	const groups = new Map();
	for (const part of [...parts, ...models]) groups.set(part.text, [...(groups.get(part.text) ?? []), part]);
	const lines = [
		'Third-party notices for Falsework',
		'',
		'Falsework itself is under the MIT licence (LICENSE). The build and the companion also hold the parts below, each under its own',
		'licence. This file is written by "npm run notices" from the modules of the build, the companion\'s packages and the committed models.',
		'',
		...[...parts, ...models].map(({ name, version, licence }) => `- ${name} ${version}: ${licence}`),
		...(art.length === 0
			? []
			: [
					'',
					'Pictures of games, for tests and documentation only, are credited beside them:',
					...art.map((path) => `- ${path.replaceAll('\\', '/')}`),
				]),
		'',
	];
	for (const [text, group] of groups) {
		lines.push(RULE, ...group.map(({ name, version, licence }) => `${name} ${version} (${licence})`), RULE, '');
		for (const { note } of group) if (note !== undefined) lines.push(note, '');
		lines.push(text, '');
	}
	const has = (wanted) => parts.some(({ name }) => name === wanted);
	const long = [
		...(has('uiohook-napi') ? [['LGPL-3.0', 'for libuiohook in uiohook-napi']] : []),
		...(has('uiohook-napi') || has('phonemizer')
			? [['GPL-3.0', has('phonemizer') ? "for eSpeak NG in phonemizer and so for the voice's script" : 'on which the LGPL builds']]
			: []),
	];
	for (const [name, why] of long)
		lines.push(RULE, `${name} (${why})`, RULE, '', tidy(readFileSync(join(root, 'src', 'tools', 'licences', `${name}.txt`), 'utf8')), '');
	return `${lines.join('\n').trimEnd()}\n`;
}

try {
	await ensureBuilt();
	const file = join(root, 'THIRD-PARTY-NOTICES');
	const text = notices();
	if (process.argv.includes('--check')) {
		if (!existsSync(file) || readFileSync(file, 'utf8') !== text)
			faults.push('THIRD-PARTY-NOTICES is not what the build holds: run "npm run notices" and commit it.');
	} else {
		writeFileSync(file, text);
		process.stderr.write(`THIRD-PARTY-NOTICES: ${text.split('\n').filter((line) => line.startsWith('- ')).length} parts.\n`);
	}
} catch (error) {
	faults.push(error.message);
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exit(faults.length > 0 ? 1 : 0);

/* eslint-disable no-template-curly-in-string -- guards are the source's own text, templates among it */
// The security checklist, an attack a row. Each names the tests that attack, and the guards that refuse: a guard is the very text that
// does it, once in its file, and what stands in its place when it is taken out. A test that still passes then proves nothing.

const SERVER = 'src/companion/server.ts';
const SERVER_TEST = 'src/companion/server.test.ts';
const CONTROL = 'src/companion/control.ts';
const CONTROL_TEST = 'src/companion/control.test.ts';
const PAIRING = 'src/companion/pairing.ts';
const SAFETY = 'src/companion/input/safety.ts';
const DOOR = 'src/companion/feed/door.ts';
const FEED_TEST = 'src/companion/feed/feed.test.ts';
const HEADERS = 'src/companion/headers.ts';
const WALLS_TEST = 'src/tools/page-walls.test.ts';
const ZIP = 'src/adapters/zip.ts';
const ZIP_TEST = 'src/adapters/zip.test.ts';
const UNPACK = 'src/core/unpack.ts';
const UNPACK_TEST = 'src/core/unpack.test.ts';
const CONSENT = 'src/core/consent.ts';
const CONSENT_TEST = 'src/core/consent.test.ts';

/** @type {import('./items.d.mts').Item[]} */
export const ITEMS = [
	{
		item: 1,
		attack: 'connections to every address of the machine but 127.0.0.1',
		tests: [[SERVER_TEST, 'answers on 127.0.0.1 alone']],
		guards: [{ in: SERVER, text: "host: '127.0.0.1', exclusive", instead: "host: '0.0.0.0', exclusive" }],
	},
	{
		item: 2,
		attack: 'eight Host headers that are none of ours, rebound names among them, on pages, routes and the socket',
		tests: [[SERVER_TEST, 'refuses']],
		guards: [
			{ in: SERVER, text: 'if (host !== `127.0.0.1:${port}`) return refuse', instead: 'if (host === "") return refuse' },
			{ in: SERVER, text: "if (onlyHeader(request, 'host') !== `127.0.0.1:${port}`) return deny", instead: 'if (port < 0) return deny' },
		],
	},
	{
		item: 3,
		attack: 'the control socket from foreign, opaque, longer and missing origins',
		tests: [[SERVER_TEST, 'refuses the socket to origin']],
		guards: [
			{
				in: SERVER,
				text: 'if (origin === undefined || !origins().includes(origin)) return deny',
				instead: 'if (origin === undefined) return deny',
			},
			{
				in: SERVER,
				text: "if (origin === undefined || !origins().includes(origin)) return deny('403 Forbidden');",
				instead:
					"if (!origins().some((own) => (origin ?? own).startsWith(own))) return deny('403 Forbidden');\n\t\tif (origin === undefined) return void sockets.handleUpgrade(request, socket, head, (ws) => control.accept(ws, ''));",
			},
		],
	},
	{
		item: 4,
		attack: 'guessed, late and reused codes; a wrong token, a recorded proof, and a false companion on the port',
		tests: [
			[SERVER_TEST, 'shows six digits in the terminal only, and locks after five wrong ones'],
			[SERVER_TEST, 'exchanges a one-time code once'],
			['src/companion/protocol.test.ts', 'run out'],
			[CONTROL_TEST, 'refuses a proof that was recorded in an earlier session'],
			[CONTROL_TEST, 'is found out by the page when something else listens there'],
		],
		guards: [
			{ in: PAIRING, text: 'this.lockedUntil = now + LOCK_MS;', instead: '' },
			{ in: PAIRING, text: 'this.oneTime.delete(known);\n\t\t\t\treturn', instead: 'return' },
			{ in: PAIRING, text: 'this.code && this.code.until > now ?', instead: 'this.code ?' },
			{
				in: CONTROL,
				text: 'if (!equalSecrets(read.message.proof,',
				instead: 'if (read.message.proof === "" && !equalSecrets(read.message.proof,',
			},
			{ in: 'src/adapters/companion.ts', text: 'if (message.proof !== (await', instead: 'if (message.proof === (await' },
		],
	},
	{
		item: 5,
		attack: 'every route without a token, with another origin’s, as a form, as text, and by GET',
		tests: [
			[SERVER_TEST, 'refuses every route to a foreign, missing or doubled Origin and a wrong token'],
			[SERVER_TEST, 'takes JSON alone, and not too much of it'],
			[SERVER_TEST, 'gives no CORS but to the feed and the origins it was told of'],
		],
		guards: [
			{ in: SERVER, text: 'if (!bearer?.[1] || !pairing.accepts(asked, bearer[1]))', instead: 'if (bearer?.[1] === "")' },
			{ in: SERVER, text: 'if (asked === undefined) return refuse(', instead: 'if (asked === "") return refuse(' },
			{ in: SERVER, text: "if (type !== 'application/json') return", instead: "if (type === '') return" },
			{ in: PAIRING, text: '&& known.origin === origin) found', instead: ') found' },
		],
	},
	{
		item: 6,
		attack: 'a role declared by the page, a second controller, and a viewer who writes',
		tests: [
			[CONTROL_TEST, 'ends the session on'],
			[CONTROL_TEST, 'has one controller; a second is told so'],
			[FEED_TEST, 'speaks WebSocket, JSON and fragments, and hears nothing'],
			[FEED_TEST, 'is read and never written'],
		],
		guards: [
			{ in: 'src/companion/protocol.ts', text: 'const heartbeat = v.strictObject({', instead: 'const heartbeat = v.object({' },
			{ in: CONTROL, text: 'if (this.session && !this.session.stale) return end', instead: 'if (this.session === null) return end' },
			{
				in: DOOR,
				text: "ws.on('error', () => ws.terminate());",
				instead:
					"ws.on('error', () => ws.terminate());\n\t\tws.on('message', (data) => void this.options.feed.take(JSON.parse(String(data))));",
			},
			{ in: DOOR, text: "if (request.method !== 'GET' && request.method !== 'HEAD')", instead: "if (request.method === '')" },
		],
	},
	{
		item: 7,
		attack: 'messages replayed, of an earlier session, with a field too many, too long, with __proto__, and acts on old frames',
		tests: [
			[CONTROL_TEST, 'ends the session on'],
			[CONTROL_TEST, 'refuses __proto__ in any spelling, messages over 4 KB and floods of a megabyte'],
			[CONTROL_TEST, 'refuses old frames, frames of another size and acts without calibration'],
			[CONTROL_TEST, 'carries an act out once, however often it is asked for'],
			['src/companion/protocol.test.ts', 'name the key __proto__ in any spelling'],
		],
		guards: [
			{ in: CONTROL, text: 'if (message.seq <= this.seq) return', instead: 'if (message.seq < 0) return' },
			{ in: CONTROL, text: 'if (message.epoch !== this.epoch) return', instead: 'if (message.epoch < 0) return' },
			{ in: CONTROL, text: 'if (Buffer.byteLength(text) > limit) return', instead: 'if (limit < 0) return' },
			{ in: CONTROL, text: 'if (ageMs <= FRAME_AGE_LIMIT_MS) return undefined;', instead: 'if (ageMs >= 0) return undefined;' },
			{ in: CONTROL, text: 'if (request.id <= this.lastAct)', instead: 'if (request.id < 0)' },
			{ in: SERVER, text: 'maxPayload: BIND_LIMIT_BYTES', instead: 'maxPayload: 2 ** 30' },
			{
				in: 'src/companion/protocol.ts',
				text: "if (name === '__proto__') throw new Error('a \"__proto__\" key');",
				instead: "if (name === '') return value;",
			},
		],
		open: 'no HMAC on each message: both sides prove themselves once, at the opening of a socket that never leaves this machine',
	},
	{
		item: 8,
		attack: 'floods of connections, acts and gestures',
		tests: [
			[CONTROL_TEST, 'lets in ten connections a minute'],
			[CONTROL_TEST, 'holds the rate of the profile'],
		],
		guards: [
			{ in: SERVER, text: 'if (!connections.take()) return deny', instead: 'if (port < 0) return deny' },
			{
				in: CONTROL,
				text: 'if (!bound.rate.take() || !this.events.take(gesturesOf(request.steps))) {',
				instead: 'if (gesturesOf(request.steps) < 0) {',
			},
		],
	},
	{
		item: 9,
		attack: 'the focus stolen with a key held, and a point outside the window',
		tests: [
			[CONTROL_TEST, 'follows the window when it moves, and releases all when another comes to the front'],
			[CONTROL_TEST, 'refuses keys outside the profile, keys that leave the game, long text and unknown verbs'],
			[CONTROL_TEST, 'refuses to bind what it may not play'],
		],
		guards: [
			{
				in: CONTROL,
				text: 'if (!inFront) return { reason: ',
				instead: 'if (facts.title === "") return { reason: ',
			},
			{ in: CONTROL, text: 'if (!inFront) this.injector?.releaseAll', instead: 'if (bound.title === "") this.injector?.releaseAll' },
			{ in: CONTROL, text: 'if (!facts.title.includes(profile.window.title)) {', instead: 'if (facts.title === "") {' },
		],
	},
	{
		item: 10,
		attack: 'keys that leave the game, the clipboard, long and foreign text, in one act and over two',
		tests: [
			[CONTROL_TEST, 'refuses keys outside the profile, keys that leave the game, long text and unknown verbs'],
			['src/companion/protocol.test.ts', 'always refuses what leaves the game'],
		],
		guards: [
			{ in: SAFETY, text: 'if (NEVER.has(key)) return', instead: 'if (key === "") return' },
			{ in: SAFETY, text: 'if (!keys.has(key)) return `key', instead: 'if (key === "") return `key' },
			{ in: SAFETY, text: 'if (characters.length > TEXT_LIMIT) return', instead: 'if (characters.length < 0) return' },
			{ in: SAFETY, text: 'return refusedCombination([...down, ...pressed]);', instead: 'return refusedCombination(pressed);' },
		],
	},
	{
		item: 11,
		attack: 'SIGKILL, SIGSTOP and a silent page with keys held; a person who takes the mouse or presses the panic key',
		tests: [
			['src/companion/cli.test.ts', 'is cleaned up after within 300 ms of kill -9'],
			['src/companion/cli.test.ts', 'is cleaned up after within 300 ms of being stopped'],
			[CONTROL_TEST, 'lets go within 300 ms when the heartbeat stops'],
			[CONTROL_TEST, 'takes a moved mouse for the person'],
			[CONTROL_TEST, 'stops at the panic key until the page resumes'],
		],
		guards: [
			{ in: 'src/companion/input/watchdog.ts', text: 'clearInterval(timer);\n\tsibling.letGo();', instead: 'clearInterval(timer);' },
			{ in: 'src/companion/input/watchdog.ts', text: 'sibling.silent && sibling.letGo()', instead: 'sibling.silent' },
			{ in: CONTROL, text: 'setImmediate(() => this.missHeartbeat());', instead: 'setImmediate(() => undefined);' },
			{ in: CONTROL, text: 'this.takeoverUntil = now + TAKEOVER_MS;', instead: '' },
			{ in: CONTROL, text: 'this.panicked = true;', instead: '' },
		],
	},
	{
		item: 12,
		attack: 'nonsense on the wire by the thousand, from strangers and in proved sessions',
		tests: [['src/companion/fuzz.test.ts', 'end their session or are dropped']],
		guards: [
			{
				in: CONTROL,
				text: 'if (!equalSecrets(read.message.proof,',
				instead: 'if (read.message.proof === "" && !equalSecrets(read.message.proof,',
			},
			{ in: CONTROL, text: "if (!read.ok) return this.refuse('bad-message', read.detail);", instead: 'if (!read.ok) return;' },
		],
	},
	{
		item: 13,
		attack: 'files of the companion read by another user; a token after "forget devices"',
		tests: [
			[SERVER_TEST, 'keeps its files to this person'],
			[CONTROL_TEST, 'ends every session when devices are forgotten'],
			[SERVER_TEST, 'erases keys, tiers, tokens, caps and vault'],
		],
		guards: [
			{ in: 'src/companion/files.ts', text: "openSync(temp, 'w', 0o600)", instead: "openSync(temp, 'w', 0o644)" },
			{ in: PAIRING, text: 'this.data = { ...this.data, tokens: [] };', instead: '' },
		],
	},
	{
		item: 14,
		attack: 'eval, inline script, foreign scripts, sockets, workers and frames, in a browser on the built page',
		tests: [
			[WALLS_TEST, 'runs no string as a program, and loads, sends and frames nothing from elsewhere'],
			[WALLS_TEST, 'shows itself in nobody’s frame'],
			[SERVER_TEST, 'serves the page under a strict policy'],
		],
		guards: [
			{ in: HEADERS, text: "'wasm-unsafe-eval'${unsafeEval", instead: "'wasm-unsafe-eval' 'unsafe-inline' 'unsafe-eval'${unsafeEval" },
			{ in: HEADERS, text: "`connect-src 'self' ws://127.0.0.1:${port}`", instead: "'connect-src *'" },
			{ in: HEADERS, text: "'Cross-Origin-Opener-Policy': 'same-origin',", instead: '' },
		],
	},
	{
		item: 15,
		attack: '100 payloads as text and as markup on the built page',
		tests: [
			[WALLS_TEST, 'lets none of 100 payloads in, as markup they are refused and as text they are text'],
			['src/adapters/trusted.test.ts', 'pass when they are only structure'],
			['src/adapters/trusted.test.ts', '<script>x</script>'],
		],
		guards: [
			{ in: HEADERS, text: `["require-trusted-types-for 'script'", 'trusted-types default falsework']`, instead: '[]' },
			{ in: 'src/adapters/trusted.ts', text: 'if (RUNS_SCRIPT.test(text)) throw', instead: "if (text === '') throw" },
		],
		open: 'the payloads go into the page itself, not by way of a painted game, a chat or a model',
	},
	{
		item: 16,
		attack: 'writing to the scorecard’s embed, a title that is markup, and sites that are not on its list',
		tests: [
			[FEED_TEST, 'speaks WebSocket, JSON and fragments, and hears nothing'],
			[FEED_TEST, 'serves the page for a frame with walls of its own'],
			[FEED_TEST, 'can be narrowed to some sites'],
		],
		guards: [
			{ in: DOOR, text: '`sandbox allow-scripts${', instead: '`sandbox allow-scripts allow-popups allow-same-origin${' },
			{ in: DOOR, text: "[`frame-ancestors 'self' ${origins.join(' ')}`]", instead: '[]' },
			{ in: DOOR, text: 'return origins.length === 0 || origin', instead: 'return origins.length < 99 || origin' },
		],
	},
	{
		item: 17,
		attack: 'a canary for the key, looked for in answers, tiers, backups, wallets, logs and after a change of host',
		tests: [
			[SERVER_TEST, 'erases keys, tiers, tokens, caps and vault'],
			['src/companion/tiers.test.ts', 'keeps its key over a restart, and loses it when the host changes'],
			['src/companion/wallet.test.ts', 'is connected through the companion, whose answers, exports and logs never hold the secret'],
			['src/core/backup.test.ts', 'no key is in a backup, whatever a setting held'],
		],
		guards: [
			{ in: 'src/companion/tiers.ts', text: 'return { ...rest, hasKey', instead: 'return { ...rest, ...{ key }, hasKey' },
			{ in: 'src/companion/tiers.ts', text: '=== undefined && sameHost &&', instead: '=== undefined &&' },
			{
				in: 'src/core/backup.ts',
				text: '? [] : [[name, withoutSecrets(part)]]',
				instead: '? [[name, part]] : [[name, withoutSecrets(part)]]',
			},
		],
		open: 'screenshots and the browser’s profile are not searched for the canary; without a companion no key is taken at all',
	},
	{
		item: 18,
		attack: '200 orders painted on the screen and obeyed by the model, and acts that cannot be undone on one witness',
		tests: [
			['src/core/loop/bad-answers.test.ts', 'that a model obeys end at the closed list of acts: of 200 none is done, and play goes on'],
			['src/core/loop/evidence.test.ts', 'that cannot be undone needs two channels, and a sovereign crystal or a model that names it now'],
		],
		guards: [
			{
				in: 'src/core/facts/resolve.ts',
				text: 'if (action === undefined) return `verb "${act.verb}" is not an action of this profile`;',
				instead: 'if (action === undefined) return undefined;',
			},
			{ in: 'src/core/loop/evidence.ts', text: 'if (channels.length < 2) return no', instead: 'if (channels.length < 0) return no' },
		],
	},
	{
		item: 19,
		attack: 'packs that claim trust and statistics, carry keys of the prototype, endless depth, unknown kinds and programs',
		tests: [
			[UNPACK_TEST, 'believes no state, statistics or history, whatever they say'],
			[UNPACK_TEST, 'when it has keys of the prototype, or is nested without end'],
			[UNPACK_TEST, 'when its kind is unknown or not the one of its file'],
			[UNPACK_TEST, 'when its data is of no version or shape that its kind knows'],
			[UNPACK_TEST, 'when a file is missing, or there is one more than pack.json names'],
		],
		guards: [
			{ in: UNPACK, text: 'if (odd !== undefined) return odd;', instead: '' },
			{ in: UNPACK, text: "state: 'trial',\n\t\t\tstat: freshStat(),\n\t\t\thistory: [],", instead: '...(item as Crystal),\n\t\t\tblobs,' },
			{ in: UNPACK, text: 'if (!own.ok) return own.why;', instead: 'if (!own.ok) return { ...(item as Crystal), blobs };' },
			{ in: UNPACK, text: 'if (!Object.hasOwn(hashes, path)) return no', instead: "if (path === '') return no" },
		],
	},
	{
		item: 20,
		attack: 'zip bombs honest and lying, overlapping entries, ways out, twins, links, polyglots, SVG and pixel bombs',
		tests: [
			[ZIP_TEST, 'refuses'],
			[UNPACK_TEST, 'when a picture is missing, no PNG, too large, or not of the size it says'],
		],
		guards: [
			{ in: ZIP, text: "if (sorted === 'odd') throw", instead: "if (name === '') throw" },
			{ in: ZIP, text: 'if (total > limits.entries) throw', instead: 'if (total < 0) throw' },
			{ in: ZIP, text: 'if (produced > limits.bytes) throw', instead: 'if (produced < 0) throw' },
			{ in: ZIP, text: 'throw new Stop(\'unsupported\', `holds "${name}", which is a link`);', instead: 'at += 0;' },
			{ in: UNPACK, text: 'if (width * height > MAX_PIXELS) return', instead: 'if (width < 0) return' },
		],
	},
	{
		item: 21,
		attack: 'weights with a flipped byte, cut short, of a lying length, or a web page in their place',
		tests: [['src/adapters/models/store.test.ts', 'fails, names it, and loads nothing']],
		guards: [
			{
				in: 'src/adapters/models/transfer.ts',
				text: 'if (plan.chunks !== undefined && plan.chunks[chunk] !== sum) return chunk;',
				instead: '',
				also: {
					in: 'src/adapters/models/fetch-file.ts',
					text: 'const right = plan.sha256 === undefined ? hashes.git === plan.git : hashes.sha256 === plan.sha256;',
					instead: 'const right = true;',
				},
			},
		],
	},
	{
		item: 22,
		attack: 'a whole screen shared, a window of another title, an answer to a scene that has gone',
		tests: [
			[CONTROL_TEST, 'refuses to bind what it may not play'],
			[CONSENT_TEST, 'never covers a whole screen, and is not needed for a model in the page'],
			['src/core/loop/loop.test.ts', 'drops the answer when the scene has gone, and asks about the new one'],
		],
		guards: [
			{ in: CONTROL, text: 'if (!facts.title.includes(profile.window.title)) {', instead: 'if (facts.title === "") {' },
			{ in: CONSENT, text: "if (what.surface === 'monitor') {", instead: "if (what.game === '') {" },
		],
		open: 'where advice alone is given, a window of a wrong title is still learnt from',
	},
	{
		item: 23,
		attack: 'a package without its hash, from an address of its own, with a script, or not locked',
		tests: [
			['src/tools/supply.test.ts', 'are locked by hash, run nothing as they are installed, and are not ever more'],
			['src/tools/supply.test.ts', 'are refused'],
		],
		guards: [
			{ in: '.npmrc', text: 'ignore-scripts=true', instead: 'ignore-scripts=false' },
			{ in: 'src/tools/supply.mjs', text: 'if (hasInstallScript === true &&', instead: 'if (hasInstallScript === 1 &&' },
		],
		open: 'nothing holds the seven days that a package shall be old',
	},
	{
		item: 24,
		attack: 'a picture without consent, of a whole screen, outside the crop, under a mask',
		tests: [
			[CONSENT_TEST, 'is asked for once, and its absence is a miss'],
			[CONSENT_TEST, 'never covers a whole screen, and is not needed for a model in the page'],
			[CONSENT_TEST, 'shows the very crop, the price and the masks inside it'],
			[CONSENT_TEST, 'blackens what is masked and leaves the rest'],
		],
		guards: [
			{
				in: CONSENT,
				text: 'if (record === undefined)',
				instead: 'if (record === undefined) return { send: true, masks: [] };\n\tif (record === undefined)',
			},
			{ in: CONSENT, text: "if (what.surface === 'monitor') {", instead: "if (what.game === '') {" },
			{ in: CONSENT, text: 'rgba.fill(0, i, i + 3);', instead: 'rgba.fill(7, i, i + 3);' },
		],
	},
	{
		item: 25,
		attack: '500 abusive texts in disguise, and a judge that does not answer',
		tests: [
			['src/adapters/moderation/filter.test.ts', 'lets none of 500 abusive texts out'],
			['src/core/moderation/gate.test.ts', 'stays shut when nobody answers, or answers short'],
		],
		guards: [{ in: 'src/core/moderation/gate.ts', text: "if (!pattern) return instead('the line is refused');", instead: '' }],
		open: 'there is no chat to listen to: what is filtered is what is said and shown',
	},
	{
		item: 26,
		attack: 'canaries for keys and typed text, looked for in logs, backups and what is told of a takeover',
		tests: [
			['src/core/backup.test.ts', 'no key is in a backup, whatever a setting held'],
			[SERVER_TEST, 'exchanges a one-time code once'],
			[CONTROL_TEST, 'pauses for the person, tells what they did without their text, and goes on after 3 s'],
		],
		guards: [
			{
				in: 'src/core/backup.ts',
				text: '? [] : [[name, withoutSecrets(part)]]',
				instead: '? [[name, part]] : [[name, withoutSecrets(part)]]',
			},
			{ in: CONTROL, text: "? seen.key : 'other' }", instead: '? seen.key : seen.key }' },
		],
	},
];

// What Falsework knows of a model before a byte of it is fetched: models/*.json, or a file the person brings. One shape for every
// runtime. A file is named by its SHA-256, so the same bytes under two names are kept once, and nothing is believed that does not
// hash to what was promised.
import * as v from 'valibot';

/** 8 MiB: small enough that a cut costs little, large enough that a 100 MB model has a dozen hashes. */
export const CHUNK_BYTES = 8 * 1024 * 1024;

/** What a model is for. `read` text on screen, `embed` sentences, `think` (decisions, lines), `see` pictures, `speak`, `detect` things. */
export const PURPOSES = ['read', 'embed', 'think', 'see', 'speak', 'detect'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Who runs it. `ort` is onnxruntime-web without a library around it. */
export const RUNTIMES = ['ort', 'transformers', 'kokoro', 'wllama', 'web-llm'] as const;
export type RuntimeName = (typeof RUNTIMES)[number];

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal'));
const bytes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(64 * 1024 ** 3));
/** Relative, no way out: segments of letters, digits, `._-`, none of which begins with a dot. */
export const filePath = v.pipe(
	v.string(),
	v.maxLength(200),
	v.regex(/^(?!\.)[\w.-]+(\/(?!\.)[\w.-]+)*$/, 'a relative path without . or ..'),
);
const text = v.pipe(v.string(), v.maxLength(600));

export const modelFile = v.object({
	/** Under the model's own folder; what its runtime asks for. */
	path: filePath,
	bytes,
	sha256,
	/** Of each 8 MiB in turn; the last one may be shorter. */
	chunks: v.pipe(v.array(sha256), v.minLength(1)),
	/** Under an http(s) source's address, where it differs from `path`; folders of models have the path itself. */
	at: v.optional(filePath),
});
export type ModelFile = v.InferOutput<typeof modelFile>;

/**
 * Where files are fetched from; the file's path is added to it.
 * `page:` is this page's own folder of models, `companion:` the folder that the companion serves from.
 */
const source = v.union(
	[
		v.pipe(v.string(), v.regex(/^(page|companion):([\w.-]+\/)*$/, 'page: or companion: and a folder with a slash at the end')),
		v.pipe(v.string(), v.maxLength(300), v.regex(/^https?:\/\/[^\s?#]+\/$/, 'an http(s) address with a slash at the end')),
	],
	'page: or companion: and a folder, or an http(s) address, each with a slash at the end',
);

export const modelManifest = v.object({
	falsework: v.literal(1),
	id: v.pipe(v.string(), v.maxLength(64), v.regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/)),
	name: v.pipe(v.string(), v.minLength(1), v.maxLength(80)),
	/** One sentence for a person. */
	what: text,
	purpose: v.picklist(PURPOSES),
	runtime: v.picklist(RUNTIMES),
	licence: v.pipe(v.string(), v.maxLength(80)),
	/** Terms a person must know before fetching it; empty when the licence says it all. */
	terms: v.optional(text, ''),
	copyright: v.optional(text, ''),
	/** Where the weights come from, for a person. */
	origin: text,
	revision: v.pipe(v.string(), v.maxLength(80)),
	/** In order; the mirror of the settings goes before all of them. */
	sources: v.pipe(v.array(source), v.maxLength(8)),
	/** A repository of a model hub whose listing gives sizes and hashes; needed where `files` is empty, and pinned at the first fetch. */
	hub: v.optional(
		v.object({
			repo: v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/)),
			revision: v.pipe(v.string(), v.maxLength(80)),
			/** Which of its files, `*` standing for anything but a slash; absent = all. */
			pick: v.optional(v.array(v.pipe(v.string(), v.maxLength(200)))),
		}),
	),
	/** Files of a hub's model that lie elsewhere and of which nobody publishes a hash: pinned as they come at the first fetch. */
	extra: v.optional(
		v.pipe(
			v.array(v.object({ path: filePath, url: v.pipe(v.string(), v.maxLength(300), v.regex(/^https?:\/\/[^\s?#]+$/)) })),
			v.maxLength(4),
		),
	),
	files: v.pipe(v.array(modelFile), v.maxLength(500)),
	/** Sum of the files; for a model that is not pinned yet, what its maker says. */
	bytes,
	needs: v.object({
		/** Peak of the worker that runs it. */
		memoryBytes: bytes,
		/** Absent: it runs on the CPU. */
		webgpu: v.optional(
			v.object({
				features: v.optional(v.array(v.pipe(v.string(), v.maxLength(40))), []),
				/** Names of GPUSupportedLimits and the least each must be. */
				limits: v.optional(v.record(v.pipe(v.string(), v.maxLength(60)), v.pipe(v.number(), v.minValue(0))), {}),
				/** Runs on the CPU as well, slower. */
				optional: v.optional(v.boolean(), false),
			}),
		),
	}),
	/** For its runtime alone: dtype, context size, voices, input sizes. Numbers, texts, lists of texts. */
	options: v.optional(
		v.record(v.pipe(v.string(), v.maxLength(40)), v.union([v.number(), v.boolean(), text, v.pipe(v.array(text), v.maxLength(60))])),
		{},
	),
	/** Whether its real weights were run by this build's tests; the page says so where they were not. */
	verified: v.boolean(),
	/** Fetched without asking when first needed: small, and on this page's own host. */
	embedded: v.optional(v.boolean(), false),
});
export type ModelManifest = v.InferOutput<typeof modelManifest>;

/** How many chunks a file of so many bytes has; an empty file has one, empty. */
export function chunkCount(fileBytes: number): number {
	return Math.max(1, Math.ceil(fileBytes / CHUNK_BYTES));
}

/** First byte and length of a chunk. */
export function chunkSpan(fileBytes: number, index: number): { readonly from: number; readonly bytes: number } {
	const from = index * CHUNK_BYTES;
	return { from, bytes: Math.min(CHUNK_BYTES, fileBytes - from) };
}

/** Reads a manifest and checks what a schema alone cannot: chunk counts, sums, names given twice. A text names the fault. */
export function readManifest(data: unknown): { readonly manifest: ModelManifest } | { readonly fault: string } {
	const read = v.safeParse(modelManifest, data);
	if (!read.success) {
		const issue = read.issues[0];
		return { fault: `field "${v.getDotPath(issue) ?? ''}": ${issue.message}` };
	}
	const manifest = read.output;
	const seen = new Set<string>();
	for (const file of manifest.files) {
		if (seen.has(file.path)) return { fault: `"${file.path}" is listed twice` };
		seen.add(file.path);
		if (file.chunks.length !== chunkCount(file.bytes))
			return {
				fault: `"${file.path}" of ${file.bytes} bytes has ${chunkCount(file.bytes)} chunks, and ${file.chunks.length} hashes are given`,
			};
	}
	if (manifest.files.length === 0 && manifest.hub === undefined) return { fault: 'it lists no file and names no hub to list them' };
	if (manifest.files.length > 0) {
		const sum = manifest.files.reduce((total, file) => total + file.bytes, 0);
		if (sum !== manifest.bytes) return { fault: `its files add up to ${sum} bytes, and it says ${manifest.bytes}` };
	}
	return { manifest };
}

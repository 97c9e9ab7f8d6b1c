// The page's own security headers. Each exception has its reason here; the tests read the headers as served.

/**
 * Content-Security-Policy of the page and of all scripts but two.
 *
 * - `'wasm-unsafe-eval'`: onnxruntime-web and llama compile WebAssembly; it allows no eval of script.
 * - `default` among the Trusted Types policies: Solid builds each component from a `<template>`'s innerHTML, and workers and the
 *   service worker start from strings. The page's default policy lets through the compiled templates and own scripts only.
 * - `blob:` under `img-src` and `media-src`: exemplars of crystals and recordings are shown from memory.
 */
export function contentSecurityPolicy(port: number, allowed: Allowance = 'nothing'): string {
	const unsafeEval = allowed === 'eval';
	return [
		"default-src 'none'",
		`script-src 'self' 'wasm-unsafe-eval'${unsafeEval ? " 'unsafe-eval'" : ''}`,
		"style-src 'self'",
		"img-src 'self' blob: data:",
		"media-src 'self' blob:",
		"font-src 'self'",
		`connect-src 'self' ws://127.0.0.1:${port}`,
		`worker-src 'self'${allowed === 'blob-workers' ? ' blob:' : ''}`,
		"manifest-src 'self'",
		"frame-ancestors 'none'",
		"base-uri 'none'",
		"form-action 'none'",
		// OpenCV.js makes functions from strings as it starts, and wllama starts its workers from blobs, one inside the other, where no
		// policy of ours can be made first: Trusted Types would refuse both just the same.
		...(allowed !== 'nothing' ? [] : ["require-trusted-types-for 'script'", 'trusted-types default falsework']),
	].join('; ');
}

/** What one script may do beyond the rest: neither reaches a page, only a worker of that very script. */
export type Allowance = 'nothing' | 'eval' | 'blob-workers';

/** The worker that runs OpenCV.js may use eval; the one that runs wllama may start workers from blobs; nothing else may. */
export function allowance(path: string): Allowance {
	if (/^\/assets\/opencv\.worker[^/]*\.js$/.test(path)) return 'eval';
	if (/^\/assets\/llm-cpu\.worker[^/]*\.js$/.test(path)) return 'blob-workers';
	return 'nothing';
}

export function commonHeaders(): Record<string, string> {
	return {
		'X-Content-Type-Options': 'nosniff',
		'Referrer-Policy': 'no-referrer',
		'Cross-Origin-Resource-Policy': 'same-origin',
	};
}

export function pageHeaders(port: number, path: string): Record<string, string> {
	return {
		...commonHeaders(),
		'Content-Security-Policy': contentSecurityPolicy(port, allowance(path)),
		'Cross-Origin-Opener-Policy': 'same-origin',
		'Cross-Origin-Embedder-Policy': 'require-corp',
		'Permissions-Policy': 'display-capture=(self), camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
		'X-Frame-Options': 'DENY',
	};
}

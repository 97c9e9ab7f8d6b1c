// The page's own security headers. Each exception has its reason here; the tests read the headers as served.

/**
 * Content-Security-Policy of the page and of all scripts but three.
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
		allowed === 'any-host' ? "connect-src 'self' http: https:" : `connect-src 'self' ws://127.0.0.1:${port}`,
		`worker-src 'self'${allowed === 'blob-workers' ? ' blob:' : ''}`,
		"manifest-src 'self'",
		"frame-ancestors 'none'",
		"base-uri 'none'",
		"form-action 'none'",
		// OpenCV.js makes functions from strings as it starts, and wllama starts its workers from blobs, one inside the other, where no
		// policy of ours can be made first: Trusted Types would refuse both just the same.
		...(allowed === 'eval' || allowed === 'blob-workers' ? [] : ["require-trusted-types-for 'script'", 'trusted-types default falsework']),
	].join('; ');
}

/** What one script may do beyond the rest: neither reaches a page, only a worker of that very script. */
export type Allowance = 'nothing' | 'eval' | 'blob-workers' | 'any-host';

/**
 * The worker that runs OpenCV.js may use eval; the one that runs wllama may start workers from blobs. The one that fetches models may
 * fetch them from a hub or whatever mirror a person names, which nobody can list beforehand: what comes is hashed before anybody reads
 * it. Nothing else may.
 */
export function allowance(path: string): Allowance {
	if (/^\/assets\/opencv\.worker[^/]*\.js$/.test(path)) return 'eval';
	if (/^\/assets\/llm-cpu\.worker[^/]*\.js$/.test(path)) return 'blob-workers';
	if (/^\/assets\/models\.worker[^/]*\.js$/.test(path)) return 'any-host';
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

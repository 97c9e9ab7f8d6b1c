// The page's own security headers. Each exception has its reason here; the tests read the headers as served.

/**
 * Content-Security-Policy of the page and of all scripts but one.
 *
 * - `'wasm-unsafe-eval'`: onnxruntime-web and llama compile WebAssembly; it allows no eval of script.
 * - `default` among the Trusted Types policies: Solid builds each component from a `<template>`'s innerHTML, and workers and the
 *   service worker start from strings. The page's default policy lets through the compiled templates and own scripts only.
 * - `blob:` under `img-src` and `media-src`: exemplars of crystals and recordings are shown from memory.
 */
export function contentSecurityPolicy(port: number, unsafeEval = false, anyHost = false): string {
	return [
		"default-src 'none'",
		`script-src 'self' 'wasm-unsafe-eval'${unsafeEval ? " 'unsafe-eval'" : ''}`,
		"style-src 'self'",
		"img-src 'self' blob: data:",
		"media-src 'self' blob:",
		"font-src 'self'",
		anyHost ? "connect-src 'self' http: https:" : `connect-src 'self' ws://127.0.0.1:${port}`,
		"worker-src 'self'",
		"manifest-src 'self'",
		"frame-ancestors 'none'",
		"base-uri 'none'",
		"form-action 'none'",
		// OpenCV.js makes functions from strings as it starts; Trusted Types would refuse those in its worker just the same.
		...(unsafeEval ? [] : ["require-trusted-types-for 'script'", 'trusted-types default falsework']),
	].join('; ');
}

/** True for the one script that may use eval: the worker that runs OpenCV.js, and nothing that it could import. */
export function mayEval(path: string): boolean {
	return /^\/assets\/opencv\.worker[^/]*\.js$/.test(path);
}

/**
 * True for the worker that fetches models, from a hub or whatever mirror a person named: nobody can list those hosts beforehand. What
 * it fetches is hashed before anybody reads it, and the script it runs is this build's; the runtimes have workers of their own.
 */
export function mayFetchAnywhere(path: string): boolean {
	return /^\/assets\/models\.worker[^/]*\.js$/.test(path);
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
		'Content-Security-Policy': contentSecurityPolicy(port, mayEval(path), mayFetchAnywhere(path)),
		'Cross-Origin-Opener-Policy': 'same-origin',
		'Cross-Origin-Embedder-Policy': 'require-corp',
		'Permissions-Policy': 'display-capture=(self), camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
		'X-Frame-Options': 'DENY',
	};
}

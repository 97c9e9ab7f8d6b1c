import { describe, expect, it } from 'vitest';
import { pageHeaders } from './headers.ts';

const policy = (path: string): string => pageHeaders(4953, path)['Content-Security-Policy'] ?? '';

describe('the content security policy', () => {
	it('lets the page and its scripts speak to their own server alone', () => {
		for (const path of [
			'/',
			'/index.html',
			'/assets/index-AbCd1234.js',
			'/assets/agent.worker-AbCd1234.js',
			'/assets/llm-cpu.worker-AbCd1234.js',
		])
			expect(policy(path), path).toContain("connect-src 'self' ws://127.0.0.1:4953;");
	});

	it('lets the worker that fetches models fetch from any host, and nothing else', () => {
		const models = policy('/assets/models.worker-AbCd1234.js');
		expect(models).toContain("connect-src 'self' http: https:;");
		expect(models).toContain("script-src 'self' 'wasm-unsafe-eval';");
		expect(models).toContain("require-trusted-types-for 'script'");
		for (const path of ['/assets/models.workers.html', '/models.worker.js', '/assets/x/models.worker-a.js', '/assets/xmodels.worker-a.js'])
			expect(policy(path), path).not.toContain('https:');
	});
});

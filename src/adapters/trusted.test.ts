import { describe, expect, it } from 'vitest';
import { checkScriptUrl, checkTemplate } from './trusted.ts';

describe('compiled templates', () => {
	it('pass when they are only structure', () => {
		const template = '<button type=button class="btn on"><svg viewBox="0 0 1 1"><path d="M0 0"></path></svg> Start';
		expect(checkTemplate(template)).toBe(template);
	});
	it.each(['<script>x</script>', '<img src=x onerror=alert(1)>', '<a href="javascript:x">', '<iframe srcdoc=x>'])(
		'%s is refused',
		(text) => {
			expect(() => checkTemplate(text)).toThrow(TypeError);
		},
	);
});

describe('worker scripts', () => {
	const here = 'http://127.0.0.1:4953';
	it('start from our own origin', () => expect(checkScriptUrl('/assets/agent.worker-x.js', here)).toBe(`${here}/assets/agent.worker-x.js`));
	it.each(['https://elsewhere.example/a.js', 'blob:http://127.0.0.1:4953/1', 'data:text/javascript,1', '/assets/page.html'])(
		'%s is refused',
		(url) => {
			expect(() => checkScriptUrl(url, here)).toThrow(TypeError);
		},
	);
});

// For the bundler: Solid builds each component from `template.innerHTML = …`, which Trusted Types refuse. This puts our policy in
// that one place, so that no `default` policy has to let HTML through everywhere else.
import { fileURLToPath } from 'node:url';

const SINK = 't.innerHTML = html;';

export function trustedTemplates(trusted = fileURLToPath(new URL('../adapters/trusted.ts', import.meta.url))) {
	return {
		name: 'falsework-trusted-templates',
		enforce: 'pre' as const,
		transform(code: string, id: string): string | undefined {
			if (!/solid-js\/web\/dist\/(web|dev)\.js(\?|$)/.test(id.replaceAll('\\', '/'))) return undefined;
			// A release of Solid that writes this line otherwise must stop the build, not the page.
			if (code.split(SINK).length !== 2) throw new Error(`solid-js/web no longer holds "${SINK}" once; adapt src/ui/trusted-templates.ts`);
			return `import { trustedTemplate } from ${JSON.stringify(trusted)};\n${code.replace(SINK, 't.innerHTML = trustedTemplate(html);')}`;
		},
	};
}

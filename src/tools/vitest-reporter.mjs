// Writes what `npm test` counts: passed, the names of what failed, and the reason of every skip.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './files.mjs';

export default class Counts {
	onTestRunEnd(modules, unhandled) {
		const counts = { passed: 0, failed: [], skipped: [] };
		for (const module of modules) {
			let tests = 0;
			for (const test of module.children.allTests()) {
				tests++;
				const name = `${module.relativeModuleId ?? module.moduleId} › ${test.fullName}`;
				const { state, note } = test.result();
				if (state === 'passed') counts.passed++;
				else if (state === 'failed') counts.failed.push(name);
				else counts.skipped.push({ name, reason: note ?? (test.options.mode === 'todo' ? 'to do' : 'no reason given') });
			}
			// A file that could not even be read has no tests to fail.
			if (module.errors().length > 0 || (tests === 0 && module.state() === 'failed')) counts.failed.push(`${module.moduleId}: ${module.errors()[0]?.message ?? 'could not be run'}`);
		}
		for (const error of unhandled) counts.failed.push(`outside any test: ${error.message}`);
		writeFileSync(join(root, '.cache', 'unit.json'), JSON.stringify(counts));
	}
}

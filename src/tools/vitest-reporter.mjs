// Writes what `npm test` counts: passed, the names of what failed, and the reason of every skip.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './files.mjs';

/** A test says nothing when it was left out with the suite it stands in. */
function reasonOf(test) {
	if (test.options.mode === 'todo') return 'to do';
	for (let at = test.parent; at !== undefined && at.type === 'suite'; at = at.parent)
		if (at.state() === 'failed') return `the set-up of "${at.name}" failed`;
	return 'no reason given';
}

export default class Counts {
	onTestRunEnd(modules, unhandled) {
		const counts = { passed: 0, failed: [], skipped: [] };
		for (const module of modules) {
			let tests = 0;
			for (const test of module.children.allTests()) {
				tests++;
				// Left out on purpose by `npm test` without --full, which says so itself.
				if (process.env.FALSEWORK_FULL !== '1' && test.fullName.includes('@full')) continue;
				const name = `${module.relativeModuleId ?? module.moduleId} › ${test.fullName}`;
				const { state, note } = test.result();
				if (state === 'passed') counts.passed++;
				else if (state === 'failed') counts.failed.push(name);
				else counts.skipped.push({ name, reason: note ?? reasonOf(test) });
			}
			// A file that could not even be read has no tests to fail.
			if (module.errors().length > 0 || (tests === 0 && module.state() === 'failed'))
				counts.failed.push(`${module.moduleId}: ${module.errors()[0]?.message ?? 'could not be run'}`);
		}
		for (const error of unhandled) counts.failed.push(`outside any test: ${error.message}`);
		writeFileSync(join(root, '.cache', 'unit.json'), JSON.stringify(counts));
	}
}

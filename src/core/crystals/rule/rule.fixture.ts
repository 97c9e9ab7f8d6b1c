// Rules for tests: of the practice kind, with evidence enough to act.
import { freshStat, type State } from '../crystal.ts';
import { crystalOf, provenanceOf, scopeOf } from '../crystal.fixture.ts';
import { RULE_SCHEMA, type Rule, type RuleData } from './schema.ts';

/** @param k  clean labels, from three episodes @param w  harmful ones */
export function ruleOf(id: string, data: Partial<RuleData>, state: State = 'autonomous', k = 8, w = 0): Rule {
	return crystalOf<Rule>({
		id,
		kind: 'rule',
		scope: scopeOf('320x240'),
		schema: RULE_SCHEMA,
		provenance: provenanceOf({ ask: 'decision', entry: 7 }),
		state,
		stat: { ...freshStat(), k, w, labels: k + w, clean: k, episodes: ['a', 'b', 'c'] },
		data: {
			layer: 'strategy',
			when: [{ f: 'hp', op: '<=', v: 30 }],
			unless: [],
			then: { verb: 'drink', args: {} },
			expects: [],
			until: [],
			origin: 'because',
			from: [],
			...data,
		},
	});
}

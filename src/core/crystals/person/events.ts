/** What happens between somebody and the player. `attacked-by`: they struck; `attacked`: the player struck them; `gave`, `got`: a gift
 *  from them, or to them. */
export const SIGNS = ['attacked-by', 'attacked', 'gave', 'got'] as const;
export type Sign = (typeof SIGNS)[number];
/** How often each happened with somebody who was never met. */
export const NO_SIGNS: Readonly<Record<Sign, number>> = { 'attacked-by': 0, attacked: 0, gave: 0, got: 0 };

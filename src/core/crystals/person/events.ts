/** What happens between somebody and the player. `attacked-by`: they struck; `attacked`: the player struck them; `gave`, `got`: a gift
 *  from them, or to them. */
export const SIGNS = ['attacked-by', 'attacked', 'gave', 'got'] as const;
export type Sign = (typeof SIGNS)[number];

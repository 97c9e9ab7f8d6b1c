// The practice game's scripted teacher mounted in the page: the same handler that the companion serves, on the same wire.
// It is no model: its tokens and prices are simulated, and every record of it says so.
import { type Tier, TierError } from '../../core/cascade.ts';
import { answerChat } from '../../practice/teacher.ts';
import { makeChatTier } from './chat.ts';

/** Made-up prices in the order of a small vision model's, so that cost has something to show. */
const SIMULATED_PRICE = { inPerM: 0.15, outPerM: 0.6 };

/** @param latencyMs  how long the teacher seems to think */
export function makePracticeTier(latencyMs: number): Tier {
	return makeChatTier({
		id: 'practice',
		name: 'local',
		label: 'the practice teacher (scripted)',
		asks: new Set(['perception', 'decision', 'route', 'strategy', 'narration', 'quest', 'npc']),
		budgetMs: 5000,
		simulated: true,
		price: SIMULATED_PRICE,
		boxFormat: 'pixels',
		modelName: 'practice-teacher',
		post: async (body, signal) => {
			await new Promise((resolve) => setTimeout(resolve, latencyMs));
			if (signal.aborted) throw new TierError('timed-out', 'The practice teacher was interrupted.');
			const reply = answerChat(body);
			if (reply.status !== 200) throw new TierError('tier-failed', `The practice teacher answered ${reply.status}.`);
			return reply.body;
		},
	});
}

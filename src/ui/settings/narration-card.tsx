// How much a model may say: lines an hour, and what that comes to at the pace of play.
import { createResource, createSignal, onCleanup, Show } from 'solid-js';
import { isLinesPerHour, LINES_MOST } from '../../core/crystals/phrase/surprise.ts';
import { useServices } from '../services.ts';
import { useApp } from '../state.tsx';
import { Card, Row } from './card.tsx';

const EVERY_MS = 3000;

export function NarrationCard() {
	const app = useApp();
	const { agent } = useServices();
	const [pace, { refetch }] = createResource(() => agent.narration());
	const timer = setInterval(() => void refetch(), EVERY_MS);
	onCleanup(() => clearInterval(timer));
	const [fault, setFault] = createSignal('');
	const about = () => {
		const now = pace.latest;
		if (now === undefined || now.eventsPerHour === 0) return 'What this comes to is told once something has happened in play.';
		const model = now.byModelPerHour.toFixed(1);
		const events = Math.round(now.eventsPerHour).toLocaleString('en');
		const least = now.threshold === null ? '' : `, those over ${now.threshold.toFixed(1)} bits`;
		return `Of ${events} events an hour a model is expected to speak of ${model}${least}. Phrases said ${now.byPhraseLastHour} lines in the last hour.`;
	};
	async function change(field: HTMLInputElement): Promise<void> {
		const lines = Number(field.value.trim());
		if (field.value.trim() === '' || !isLinesPerHour(lines)) {
			setFault(`A whole number from 0 to ${LINES_MOST}.`);
			return;
		}
		setFault('');
		await app.tries(() => agent.setLinesPerHour(lines));
		await refetch();
	}
	return (
		<Card title="Narration" about="Phrases speak of what is usual. A model is asked for a line only where an event surprises.">
			<Row title="Lines an hour by a model" about={about()}>
				<div class="flex flex-wrap items-center gap-2">
					<input
						class="field num w-24!"
						aria-label="Lines an hour by a model"
						inputmode="numeric"
						aria-invalid={fault() !== ''}
						value={pace.latest?.linesPerHour ?? ''}
						onChange={(e) => void change(e.currentTarget)}
					/>
					<Show when={fault()}>
						<p role="alert" class="text-xs font-medium text-danger">
							{fault()}
						</p>
					</Show>
				</div>
			</Row>
		</Card>
	);
}

// The six answers that a question gave before it left the machine.
import { For } from 'solid-js';
import type { Checklist } from '../../core/checklist.ts';

export function ChecklistCard(props: { readonly checklist: Checklist }) {
	const rows = (): readonly (readonly [question: string, answer: string])[] => {
		const { artefact, stored, fills, again, ends, delta } = props.checklist;
		return [
			['Which durable artefact will it leave?', artefact],
			['Where is it kept?', stored],
			['Which local rule or cache does it fill?', fills],
			['Will it be needed again?', `about ${again.toFixed(again < 10 ? 1 : 0)} times an hour, from what was seen this session`],
			['What would end the repeat?', ends],
			[
				'What is its sovereignty delta?',
				`about ${delta.toFixed(delta < 10 ? 1 : 0)} calls an hour fewer (a forecast; the report holds it against what came)`,
			],
		];
	};
	return (
		<section class="bg-sunken px-3.5 pb-3 md:pl-11" aria-label="Falsework checklist">
			<h4 class="eyebrow mb-1">Before it left the machine</h4>
			<dl class="grid gap-x-4 gap-y-1 text-xs md:grid-cols-[16rem_minmax(0,1fr)]">
				<For each={rows()}>
					{([question, answer]) => (
						<>
							<dt class="text-faint">{question}</dt>
							<dd class="max-md:mb-1">{answer}</dd>
						</>
					)}
				</For>
			</dl>
		</section>
	);
}

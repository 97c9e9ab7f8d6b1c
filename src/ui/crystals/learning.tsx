// Why decisions are still asked, and what is promised of those that are not: above the rules.
import { createEffect, createResource, For, on, Show } from 'solid-js';
import { formatPercent, plural } from '../primitives/format.ts';
import { useServices } from '../services.ts';
import { promiseWords, teacherWords } from './learning-words.ts';

/** @param rules  how many there are: another number asks anew */
export function Learning(props: { readonly rules: number }) {
	const { agent } = useServices();
	const [learning, { refetch }] = createResource(() => agent.learning());
	createEffect(
		on(
			() => props.rules,
			() => void refetch(),
			{ defer: true },
		),
	);
	return (
		<Show when={learning.latest}>
			{(seen) => (
				<section aria-label="What keeps decisions from being local" class="panel flex flex-col gap-2 px-4 py-3">
					<p class="text-[0.8125rem] text-muted">{promiseWords(seen())}</p>
					<Show when={teacherWords(seen())}>{(words) => <p class="text-[0.8125rem] text-muted">{words()}</p>}</Show>
					<Show when={seen().requests.length > 0}>
						<h3 class="text-sm font-semibold">A fact is missing</h3>
						<ul class="flex flex-col gap-2">
							<For each={seen().requests}>
								{(one) => (
									<li class="text-[0.8125rem]">
										<code class="font-mono text-xs break-words">{one.when}</code>
										<span class="text-muted">
											{' '}
											{plural(one.labels, 'answer')} say {one.acts.join(' or ')}; no fact at hand tells which, so {formatPercent(one.error)}{' '}
											would be wrong.
											<Show when={one.missing.length > 0}>
												{' '}
												Models miss: {one.missing.map(({ name, why, times }) => `${name} (${times} ×, ${why})`).join('; ')}.
											</Show>
										</span>
									</li>
								)}
							</For>
						</ul>
						<p class="text-xs text-muted">A fact is added in the game’s profile: read from the screen, or derived from others.</p>
					</Show>
				</section>
			)}
		</Show>
	);
}

// Small things that every panel is made of.
import { createEffect, createSignal, For, type JSX, onCleanup, Show } from 'solid-js';

let ids = 0;
export function createId(prefix: string): string {
	return `${prefix}-${++ids}`;
}

/** A landmark with a heading that names it. */
export function Region(props: {
	readonly name: string;
	readonly icon?: JSX.Element;
	readonly head?: JSX.Element;
	readonly class?: string;
	/** For who wants to lead the focus here. */
	readonly ref?: (region: HTMLElement) => void;
	readonly children: JSX.Element;
}) {
	const id = createId('region');
	return (
		<section
			ref={(region) => props.ref?.(region)}
			tabindex={props.ref ? -1 : undefined}
			aria-labelledby={id}
			class={`panel flex flex-col ${props.class ?? ''}`}
		>
			<div class="panel-head">
				<Show when={props.icon}>
					<span class="text-faint" aria-hidden="true">
						{props.icon}
					</span>
				</Show>
				<h2 id={id} class="panel-title">
					{props.name}
				</h2>
				{props.head}
			</div>
			{props.children}
		</section>
	);
}

/** A whole view: one region with a title, an explanation and room to breathe. */
export function Page(props: {
	readonly name: string;
	readonly about: string;
	readonly head?: JSX.Element;
	/** As wide as the window lets it. */
	readonly wide?: boolean;
	readonly children: JSX.Element;
}) {
	const id = createId('page');
	return (
		<section aria-labelledby={id} class={`mx-auto flex w-full flex-col gap-4 p-3 md:p-6 ${props.wide ? '' : 'max-w-5xl'}`}>
			<div class="flex flex-wrap items-end gap-x-4 gap-y-3">
				<div class="min-w-0 flex-1 basis-72">
					<h2 id={id} class="text-xl font-semibold tracking-tight">
						{props.name}
					</h2>
					<p class="mt-1 max-w-2xl text-muted">{props.about}</p>
				</div>
				{props.head}
			</div>
			{props.children}
		</section>
	);
}

export function Empty(props: {
	readonly icon: JSX.Element;
	readonly title: string;
	readonly children?: JSX.Element;
	readonly action?: JSX.Element;
}) {
	return (
		<div class="flex flex-1 flex-col items-center justify-center gap-1.5 px-6 py-6 text-center">
			<span class="mb-1 grid size-10 place-items-center rounded-full bg-sunken text-faint" aria-hidden="true">
				{props.icon}
			</span>
			<p class="font-semibold">{props.title}</p>
			<div class="max-w-sm text-[0.8125rem] text-muted">{props.children}</div>
			<Show when={props.action}>
				<div class="mt-2">{props.action}</div>
			</Show>
		</div>
	);
}

export interface Choice<V extends string> {
	readonly value: V;
	readonly label: string;
	readonly icon?: JSX.Element;
	readonly count?: number;
}

/** A few choices side by side, one of them pressed. */
export function Segmented<V extends string>(props: {
	readonly label: string;
	readonly value: V;
	readonly choices: readonly Choice<V>[];
	readonly onChange: (value: V) => void;
}) {
	return (
		<div class="segmented relative max-w-full overflow-x-auto" role="group" aria-label={props.label}>
			<For each={props.choices}>
				{(choice) => (
					<button type="button" aria-pressed={props.value === choice.value} onClick={() => props.onChange(choice.value)}>
						{choice.icon}
						{choice.label}
						<Show when={choice.count !== undefined}>
							<span class="num text-faint">{choice.count}</span>
						</Show>
					</button>
				)}
			</For>
		</div>
	);
}

/** A labelled figure. */
export function Figure(props: {
	readonly label: string;
	readonly value: string;
	readonly note?: string;
	readonly tone?: string;
	readonly title?: string;
}) {
	return (
		<div class="min-w-0" title={props.title}>
			<dt class="truncate text-2xs font-medium text-faint">{props.label}</dt>
			<dd class={`num truncate text-[0.9375rem] font-semibold tracking-tight ${props.tone ?? ''}`}>
				{props.value}
				<Show when={props.note}>
					<span class="ml-1 text-2xs font-medium tracking-normal text-faint">{props.note}</span>
				</Show>
			</dd>
		</div>
	);
}

/** Draws a PNG without a URL, so nothing has to be allowed or revoked. */
export function Png(props: {
	readonly png: Uint8Array;
	readonly label: string;
	readonly class?: string;
	readonly onSize?: (w: number, h: number) => void;
}) {
	const [canvas, setCanvas] = createSignal<HTMLCanvasElement>();
	createEffect(() => {
		const target = canvas();
		const bytes = props.png;
		if (!target) return;
		let gone = false;
		onCleanup(() => {
			gone = true;
		});
		createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' })).then(
			(bitmap) => {
				if (gone) return bitmap.close();
				target.width = bitmap.width;
				target.height = bitmap.height;
				target.getContext('2d')?.drawImage(bitmap, 0, 0);
				props.onSize?.(bitmap.width, bitmap.height);
				bitmap.close();
			},
			// Bytes that are no picture leave the canvas blank; its label still says what should be here.
			() => undefined,
		);
	});
	return <canvas ref={setCanvas} role="img" aria-label={props.label} width="1" height="1" class={props.class} />;
}

export function Switch(props: { readonly label: string; readonly checked: boolean; readonly onChange: (on: boolean) => void }) {
	return (
		<label class="inline-flex cursor-pointer items-center gap-2 text-2xs font-medium text-muted">
			<input
				type="checkbox"
				role="switch"
				class="size-3.5 accent-[var(--accent-fill)]"
				checked={props.checked}
				onChange={(e) => props.onChange(e.currentTarget.checked)}
			/>
			{props.label}
		</label>
	);
}

export function Field(props: {
	readonly label: string;
	readonly hint?: string;
	readonly class?: string;
	readonly children: (id: string) => JSX.Element;
}) {
	const id = createId('field');
	return (
		<div class={props.class}>
			<label class="label" for={id}>
				{props.label}
			</label>
			{props.children(id)}
			<Show when={props.hint}>
				<p class="mt-1 text-2xs text-faint">{props.hint}</p>
			</Show>
		</div>
	);
}

// What was recognised, drawn over the picture. Colour and line style say who answered: solid = crystal, dashed = model on the
// device, dotted = model outside.
import { createMemo, createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import type { Point } from '../../core/geometry.ts';
import { textWidth } from '../primitives/text-width.ts';
import { tierLook, TierIcon } from '../primitives/tier.tsx';
import type { BoxView } from '../services.ts';
import { useApp } from '../state.tsx';
import { distanceTo, framePerCss, toFramePoint } from './geometry.ts';

const DASHES = { crystal: '', device: '7 4', local: '2 3', cloud: '2 3' } as const;
/** Names show for boxes this near to the pointer, CSS pixels. */
const NEAR = 14;

export function Overlay(props: { readonly names: boolean }) {
	const app = useApp();
	const [svg, setSvg] = createSignal<SVGSVGElement>();
	const [stage, setStage] = createSignal({ width: 0, height: 0 });
	const [pointer, setPointer] = createSignal<Point | null>(null);
	const source = () => app.shown.live.source;
	const unit = createMemo(() => framePerCss(source(), stage()));
	onMount(() => {
		const element = svg();
		if (!element) return;
		const watch = new ResizeObserver(() => setStage({ width: element.clientWidth, height: element.clientHeight }));
		watch.observe(element);
		onCleanup(() => watch.disconnect());
	});
	const near = (box: BoxView) => {
		const at = pointer();
		return at !== null && distanceTo(box.box, toFramePoint(at, source(), stage())) <= NEAR * unit();
	};
	return (
		<>
			<svg
				ref={setSvg}
				class="absolute inset-0 h-full w-full"
				viewBox={`0 0 ${source().width} ${source().height}`}
				aria-hidden="true"
				data-boxes={app.shown.live.boxes.length}
				onPointerMove={(e) => {
					const rect = e.currentTarget.getBoundingClientRect();
					setPointer({ x: e.clientX - rect.left, y: e.clientY - rect.top });
				}}
				onPointerLeave={() => setPointer(null)}
			>
				<For each={app.shown.live.boxes}>
					{(box) => (
						<g>
							<rect
								x={box.box[0]}
								y={box.box[1]}
								width={box.box[2]}
								height={box.box[3]}
								rx={3 * unit()}
								fill="none"
								stroke="#000"
								stroke-opacity="0.55"
								stroke-width="4"
								vector-effect="non-scaling-stroke"
							/>
							<rect
								x={box.box[0]}
								y={box.box[1]}
								width={box.box[2]}
								height={box.box[3]}
								rx={3 * unit()}
								fill={near(box) ? onStage(box.by) : 'none'}
								fill-opacity="0.14"
								stroke={onStage(box.by)}
								stroke-width="2"
								stroke-dasharray={DASHES[box.by]}
								vector-effect="non-scaling-stroke"
							/>
							<Show when={props.names || near(box)}>
								<Label box={box} unit={unit()} />
							</Show>
						</g>
					)}
				</For>
				<Show when={app.shown.live.intent}>
					{(intent) => <Intent unit={unit()} advice={intent().advice} text={intent().text} at={intent().at} box={intent().box} />}
				</Show>
			</svg>
			<p class="sr-only">
				{app.shown.live.boxes.length} elements recognised
				{app.shown.live.intent ? `; next: ${app.shown.live.intent.text}` : ''}
			</p>
		</>
	);
}

/** The picture is dark under either theme, so the overlay keeps the dark theme's colours. */
function onStage(tier: BoxView['by']): string {
	return { crystal: '#3ed3b8', device: '#b9a0ff', local: '#ff9d6b', cloud: '#ff9d6b' }[tier];
}

function Label(props: { readonly box: BoxView; readonly unit: number }) {
	const size = () => 11 * props.unit;
	const text = () => `${props.box.name} · ${tierLook(props.box.by).word.toLowerCase()}`;
	const width = () => textWidth(text(), size(), 600) + 10 * props.unit;
	const height = () => 17 * props.unit;
	const top = () =>
		props.box.box[1] > height() + 4 * props.unit ? props.box.box[1] - height() - 3 * props.unit : props.box.box[1] + 3 * props.unit;
	return (
		<g>
			<rect x={props.box.box[0]} y={top()} width={width()} height={height()} rx={4 * props.unit} fill="#0b0e13" fill-opacity="0.88" />
			<text
				x={props.box.box[0] + 5 * props.unit}
				y={top() + 12 * props.unit}
				font-size={`${size()}px`}
				font-weight="600"
				fill={onStage(props.box.by)}
			>
				{text()}
			</text>
		</g>
	);
}

function Intent(props: {
	readonly unit: number;
	readonly advice: boolean;
	readonly text: string;
	readonly at: Point | undefined;
	readonly box: BoxView['box'] | undefined;
}) {
	const app = useApp();
	const u = () => props.unit;
	const text = () => (props.advice ? `would ${props.text}` : props.text);
	const size = () => 12.5 * u();
	const width = () => textWidth(text(), size(), 650) + 18 * u();
	return (
		<Show when={props.at}>
			{(at) => {
				// The arrow comes from the side that has room for its words.
				const left = () => at().x > app.shown.live.source.width / 2;
				const above = () => at().y > app.shown.live.source.height / 3;
				const tail = () => ({ x: at().x + (left() ? -58 : 58) * u(), y: at().y + (above() ? -46 : 46) * u() });
				const tip = () => ({ x: at().x + (left() ? -11 : 11) * u(), y: at().y + (above() ? -9 : 9) * u() });
				const plate = () => ({ x: left() ? tail().x - width() : tail().x, y: tail().y - 12 * u() });
				return (
					<g data-intent>
						<line
							x1={tail().x}
							y1={tail().y}
							x2={tip().x}
							y2={tip().y}
							stroke="#000"
							stroke-opacity="0.6"
							stroke-width="5"
							vector-effect="non-scaling-stroke"
						/>
						<line
							x1={tail().x}
							y1={tail().y}
							x2={tip().x}
							y2={tip().y}
							stroke="#fff"
							stroke-width="2.5"
							vector-effect="non-scaling-stroke"
							stroke-dasharray={props.advice ? '5 4' : ''}
						/>
						<circle
							cx={at().x}
							cy={at().y}
							r={9 * u()}
							fill="none"
							stroke="#000"
							stroke-opacity="0.6"
							stroke-width="5"
							vector-effect="non-scaling-stroke"
						/>
						<circle cx={at().x} cy={at().y} r={9 * u()} fill="none" stroke="#fff" stroke-width="2.5" vector-effect="non-scaling-stroke" />
						<circle cx={at().x} cy={at().y} r={2.5 * u()} fill="#fff" />
						<rect x={plate().x} y={plate().y} width={width()} height={24 * u()} rx={6 * u()} fill="#fff" />
						<text x={plate().x + 9 * u()} y={plate().y + 16.5 * u()} font-size={`${size()}px`} font-weight="650" fill="#12161d">
							{text()}
						</text>
					</g>
				);
			}}
		</Show>
	);
}

/** Colours and shapes explained, with how many boxes each answered. */
export function TierKey() {
	const app = useApp();
	const count = (tiers: readonly string[]) => app.shown.live.boxes.filter((b) => tiers.includes(b.by)).length;
	return (
		<ul class="flex items-center gap-3 text-2xs font-medium text-muted">
			<li class="flex items-center gap-1" title="Answered by crystals">
				<TierIcon tier="crystal" size={13} /> <span class="num">{count(['crystal'])}</span>
			</li>
			<li class="flex items-center gap-1" title="Answered by a model on this device">
				<TierIcon tier="device" size={13} /> <span class="num">{count(['device'])}</span>
			</li>
			<li class="flex items-center gap-1" title="Answered by a model outside">
				<TierIcon tier="cloud" size={13} /> <span class="num">{count(['local', 'cloud'])}</span>
			</li>
		</ul>
	);
}

// Who answered, told by colour, by shape and by word: never by colour alone.
import type { Component } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { TierName } from '../../core/ledger.ts';
import { CircleDashed, Cloud, Cpu, Gem, Server } from './icons.ts';

interface Look {
	readonly word: string;
	readonly icon: Component<{ size?: number; 'stroke-width'?: number; 'aria-hidden'?: 'true' }>;
	/** Tailwind class, and the same colour for what is drawn. */
	readonly text: string;
	readonly colour: string;
}
const LOOKS: Readonly<Record<TierName | 'nobody', Look>> = {
	crystal: { word: 'Crystal', icon: Gem, text: 'text-crystal', colour: 'var(--crystal)' },
	device: { word: 'Device model', icon: Cpu, text: 'text-device', colour: 'var(--device)' },
	local: { word: 'Outside model, near', icon: Server, text: 'text-outside', colour: 'var(--outside)' },
	cloud: { word: 'Outside model, cloud', icon: Cloud, text: 'text-outside', colour: 'var(--outside)' },
	nobody: { word: 'Nobody', icon: CircleDashed, text: 'text-faint', colour: 'var(--faint)' },
};

export function tierLook(tier: TierName | null): Look {
	return LOOKS[tier ?? 'nobody'];
}

export function TierIcon(props: { readonly tier: TierName | null; readonly size?: number; readonly named?: boolean }) {
	const look = () => tierLook(props.tier);
	return (
		<span class={`relative inline-flex ${look().text}`} title={look().word}>
			<Dynamic component={look().icon} size={props.size ?? 15} stroke-width={2} aria-hidden="true" />
			<span class={props.named ? 'ml-1.5 font-medium' : 'sr-only'}>{look().word}</span>
		</span>
	);
}

// The mark: an arch of stones, and beneath it, dashed, the falsework that will be taken away.
export function Mark(props: { readonly size?: number }) {
	return (
		<svg width={props.size ?? 26} height={props.size ?? 26} viewBox="0 0 32 32" fill="none" aria-hidden="true">
			<rect width="32" height="32" rx="8" fill="var(--accent-fill)" />
			<path d="M5.5 25V17.5a10.5 10.5 0 0 1 21 0V25h-4.6V17.5a5.9 5.9 0 0 0-11.8 0V25Z" fill="#fff" />
			<path
				d="M10.9 12.9 7.6 9.9M13.9 11.3l-1.4-4.2M18.1 11.3l1.4-4.2M21.1 12.9l3.3-3M5.5 19.6h4.6M21.9 19.6h4.6"
				stroke="var(--accent-fill)"
				stroke-width="1.3"
			/>
			<path d="M16 25v-8M12.6 25 16 17.4 19.4 25" stroke="#fff" stroke-opacity=".75" stroke-width="1.2" stroke-dasharray="1.8 1.3" />
		</svg>
	);
}

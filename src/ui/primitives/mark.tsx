// The mark: an arch of stones, and beneath it, dashed, the falsework that will be taken away.
export function Mark(props: { readonly size?: number }) {
	return (
		<svg width={props.size ?? 26} height={props.size ?? 26} viewBox="0 0 32 32" fill="none" aria-hidden="true">
			<rect width="32" height="32" rx="8" fill="var(--accent-fill)" />
			<path d="M6 25V17a10 10 0 0 1 20 0v8h-5v-8a5 5 0 0 0-10 0v8Z" fill="#fff" />
			<path d="M9.2 12.4 12.7 14.7M16 7v5M22.8 12.4 19.3 14.7" stroke="var(--accent-fill)" stroke-width="1.4" />
			<path d="M16 15.5V25M12.9 25 16 19.5 19.1 25" stroke="#fff" stroke-opacity=".7" stroke-width="1.3" stroke-dasharray="2 1.4" />
		</svg>
	);
}

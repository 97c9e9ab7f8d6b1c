export function buildContract(): void;
export function serveContract(
	also?: Readonly<Record<string, string>>,
): Promise<{ readonly origin: string; readonly close: () => Promise<void> }>;

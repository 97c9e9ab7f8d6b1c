export const INK: string;
export function drawing(
	picture: { readonly width: number; readonly height: number; readonly title: string; readonly description?: string },
	parts: readonly string[],
): string;
export function drawLevel(left: number, right: number, y: number, name: string | number): string[];
export function drawLine(
	points: readonly (readonly [x: number, y: number])[],
	look: { readonly colour: string; readonly width?: number; readonly mark?: number; readonly dashed?: boolean },
): string[];

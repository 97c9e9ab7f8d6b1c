let measuring: CanvasRenderingContext2D | null | undefined;

/**
 * Width of a line of text in the page's own typeface, in the unit of `size`.
 *
 * @param size  font size
 * @param weight  font weight, 100 to 900
 */
export function textWidth(text: string, size: number, weight: number): number {
	measuring ??= document.createElement('canvas').getContext('2d');
	// A browser that is out of canvases still gets a plate wide enough.
	if (!measuring) return text.length * size * 0.7;
	measuring.font = `${weight} 100px ${getComputedStyle(document.documentElement).getPropertyValue('--font')}`;
	return (measuring.measureText(text).width * size) / 100;
}

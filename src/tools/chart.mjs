// Pictures of measurements for the documents: lines over logarithmic axes, panels side by side, as an SVG that stands on white and on
// nearly black alike.

/** Middle tone: stands out on both grounds by at least 3 : 1, as the colours of lines must. */
const INK = '#7d8590';
const WIDTH = 860;
const HEIGHT = 400;
const TOP = 56;
const BOTTOM = 340;
const LEFT = 64;
const BETWEEN = 100;
const MARGIN = 16;

/**
 * @typedef {{ colour: string, dashed?: boolean, points: readonly (readonly [number, number])[] }} Line  points are x and y, both above 0
 * @typedef {{ title: string, ticks: readonly (readonly [number, string])[], lines: readonly Line[] }} Panel
 * @typedef {{ name: string, colour?: string, dashed?: boolean }} Key  a line of the legend
 *
 * @param {{ title: string, description: string, panels: readonly Panel[], legend: readonly Key[], label: (y: number) => string }} chart
 * @returns {string} the SVG
 */
export function drawChart({ title, description, panels, legend, label }) {
	const ys = panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(([, y]) => y)));
	const y = scale(10 ** Math.floor(Math.log10(Math.min(...ys))), 10 ** Math.ceil(Math.log10(Math.max(...ys))), BOTTOM, TOP);
	const width = (WIDTH - LEFT - MARGIN - BETWEEN * (panels.length - 1)) / panels.length;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="t d" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
		`<title id="t">${title}</title>`,
		`<desc id="d">${description}</desc>`,
		...panels.map((panel, i) => drawPanel(LEFT + i * (width + BETWEEN), width, panel, y, label)),
		drawLegend(legend),
		'</svg>\n',
	].join('\n');
}

/** A logarithmic axis. */
function scale(from, to, start, end) {
	const at = (value) => start + ((Math.log10(value) - Math.log10(from)) / (Math.log10(to) - Math.log10(from))) * (end - start);
	return { at, from, to };
}

function drawPanel(left, width, { title, ticks, lines }, y, label) {
	const right = left + width;
	const x = scale(ticks[0][0], ticks.at(-1)[0], left + 10, right - 10);
	const out = [`<text x="${left}" y="${TOP - 16}" font-size="13" font-weight="600">${title}</text>`];
	for (let value = y.from; value <= y.to * 1.001; value *= 10) {
		const at = y.at(value).toFixed(1);
		out.push(`<path d="M${left} ${at}H${right}" stroke="${INK}" stroke-opacity=".3"/>`);
		out.push(`<text x="${left - 8}" y="${at}" dy=".35em" text-anchor="end">${label(value)}</text>`);
	}
	for (const [value, name] of ticks) out.push(`<text x="${x.at(value).toFixed(1)}" y="${BOTTOM + 18}" text-anchor="middle">${name}</text>`);
	for (const { colour, dashed, points } of lines) {
		const places = points.map(([px, py]) => [x.at(px).toFixed(1), y.at(py).toFixed(1)]);
		if (places.length === 0) continue;
		const dash = dashed ? ' stroke-dasharray="5 4"' : '';
		out.push(`<path d="M${places.map((p) => p.join(' ')).join('L')}" fill="none" stroke="${colour}" stroke-width="2.5"${dash}/>`);
		for (const [px, py] of places) out.push(`<circle cx="${px}" cy="${py}" r="3.5" fill="${colour}"/>`);
	}
	return out.join('\n');
}

function drawLegend(keys) {
	const out = [];
	let x = LEFT;
	const y = HEIGHT - 14;
	for (const { name, colour = INK, dashed } of keys) {
		const dash = dashed ? ' stroke-dasharray="5 4"' : '';
		out.push(`<path d="M${x} ${y - 4}h22" stroke="${colour}" stroke-width="2.5"${dash}/><text x="${x + 28}" y="${y}">${name}</text>`);
		x += 28 + 6.6 * name.length + 18;
	}
	return out.join('\n');
}

/** @param {number} ms @returns {string} in the unit that reads best */
export function timeLabel(ms) {
	if (ms >= 1000) return `${Number((ms / 1000).toPrecision(2))} s`;
	return ms >= 1 ? `${Number(ms.toPrecision(2))} ms` : `${Number((ms * 1000).toPrecision(2))} µs`;
}

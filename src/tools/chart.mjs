// Pictures of measurements for the documents: lines over logarithmic axes, panels side by side, as an SVG that stands on white and on
// nearly black alike.

/** Middle tone: stands out on both grounds by at least 3 : 1, as the colours of lines must. */
export const INK = '#7d8590';
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
	return drawing({ width: WIDTH, height: HEIGHT, title, description }, [
		...panels.map((panel, i) => drawPanel(LEFT + i * (width + BETWEEN), width, panel, y, label)),
		drawLegend(legend),
	]);
}

/** Any picture: its parts with its name and, for who cannot see it, what it shows. */
export function drawing({ width, height, title, description }, parts) {
	const [names, told] = description === undefined ? ['t', []] : ['t d', [`<desc id="d">${description}</desc>`]];
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${names}" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
		`<title id="t">${title}</title>`,
		...told,
		...parts,
		'</svg>\n',
	].join('\n');
}

/** A level of the upright axis, named on its left. */
export function drawLevel(left, right, y, name) {
	const at = y.toFixed(1);
	return [
		`<path d="M${left} ${at}H${right}" stroke="${INK}" stroke-opacity=".3"/>`,
		`<text x="${left - 8}" y="${at}" dy=".35em" text-anchor="end">${name}</text>`,
	];
}

/** A line through its points, each of them marked; nothing without any. */
export function drawLine(points, { colour, width = 2.5, mark = 3.5, dashed = false }) {
	const places = points.map(([x, y]) => [x.toFixed(1), y.toFixed(1)]);
	if (places.length === 0) return [];
	const dash = dashed ? ' stroke-dasharray="5 4"' : '';
	return [
		`<path d="M${places.map((p) => p.join(' ')).join('L')}" fill="none" stroke="${colour}" stroke-width="${width}"${dash}/>`,
		...places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="${mark}" fill="${colour}"/>`),
	];
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
	for (let value = y.from; value <= y.to * 1.001; value *= 10) out.push(...drawLevel(left, right, y.at(value), label(value)));
	for (const [value, name] of ticks) out.push(`<text x="${x.at(value).toFixed(1)}" y="${BOTTOM + 18}" text-anchor="middle">${name}</text>`);
	for (const { points, ...look } of lines)
		out.push(
			...drawLine(
				points.map(([px, py]) => [x.at(px), y.at(py)]),
				look,
			),
		);
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

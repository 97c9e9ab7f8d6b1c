// Which boxes are timed: the labelled elements first, then textured patches at places drawn by a fixed sequence, so that every
// contender, and every run on the same set, does the same work.

/** Patches flatter than this say nothing about a place. Grey levels. */
const FLAT_BELOW = 12;
const SEED = 12345;

/** The frames of one size that are timed: those of the game that has most of them, so that known places mean something. */
export function framesOf(labels, width, height) {
	const sized = labels.frames.filter((f) => f.width === width && f.height === height && f.instances.length > 0);
	const games = new Map();
	for (const { game } of sized) games.set(game, (games.get(game) ?? 0) + 1);
	const [most] = [...games].sort((a, b) => b[1] - a[1]);
	return most === undefined ? [] : sized.filter((f) => f.game === most[0]);
}

/**
 * Sizes to time: the 720p and 1080p of the set, or, when it has neither, its two commonest.
 *
 * @returns {{ width: number, height: number }[]} smallest first
 */
export function sizesOf(labels) {
	const counts = new Map();
	for (const { width, height, instances } of labels.frames) {
		if (instances.length === 0) continue;
		const key = `${width}x${height}`;
		counts.set(key, { width, height, frames: (counts.get(key)?.frames ?? 0) + 1 });
	}
	const all = [...counts.values()].sort((a, b) => b.frames - a.frames);
	const usual = all.filter(({ width, height }) => (width === 1280 && height === 720) || (width === 1920 && height === 1080));
	return (usual.length > 0 ? usual : all.slice(0, 2)).sort((a, b) => a.width * a.height - b.width * b.height);
}

/**
 * @param labels  the set's labels.json
 * @param frames  from `framesOf`
 * @param lumaOf  frame file → its luminance, width × height bytes
 * @returns {{ name: string, source: string, bbox: [number, number, number, number] }[]}
 */
export function boxesOf(labels, frames, lumaOf, count) {
	const files = new Set(frames.map((f) => f.file));
	const boxes = Object.entries(labels.elements)
		.filter(([, element]) => files.has(element.source))
		.map(([name, element]) => ({ name, source: element.source, bbox: element.bbox }));
	if (boxes.length === 0) {
		// At another size than the elements were cut from, the first sight of each stands for it.
		const seen = new Set();
		for (const { file, instances } of frames) {
			for (const { name, state, bbox } of instances) {
				if (state !== 'normal' || seen.has(name)) continue;
				seen.add(name);
				boxes.push({ name, source: file, bbox });
			}
		}
	}
	let dice = SEED;
	const draw = (below) => {
		dice = (Math.imul(dice, 1_103_515_245) + 12_345) & 0x7fff_ffff;
		return (dice >> 8) % below;
	};
	for (let k = 0, tries = 0; boxes.length < count; tries++) {
		// A set without any texture gives what it has.
		if (tries > count * 1000) break;
		const { file, width, height } = frames[draw(frames.length)];
		const [w, h] = [16 + draw(81), 16 + draw(49)];
		const [x, y] = [draw(width - w), draw(height - h)];
		if (deviation(lumaOf(file), width, x, y, w, h) < FLAT_BELOW) continue;
		boxes.push({ name: `patch_${String(k++).padStart(3, '0')}`, source: file, bbox: [x, y, w, h] });
	}
	return boxes.slice(0, count);
}

function deviation(luma, stride, x, y, w, h) {
	let sum = 0;
	let squares = 0;
	for (let row = y; row < y + h; row++) {
		for (let at = row * stride + x; at < row * stride + x + w; at++) {
			sum += luma[at];
			squares += luma[at] ** 2;
		}
	}
	return Math.sqrt(Math.max(0, squares / (w * h) - (sum / (w * h)) ** 2));
}

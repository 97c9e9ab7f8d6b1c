// A small game's interface for labelled sets: drawn by the browser itself at whatever size and pixel density the window has, so
// text and borders are made anew at each. Every element keeps to an edge, a corner or the middle.
/** Paths in a box of 24. */
const icons = [
	'M3 21 L15 9 M12 6 L18 12 M17 4 L20 7 L14 13 L11 10 Z',
	'M12 5 V19 M5 12 H19 M12 5 A7 7 0 0 1 12 19 A7 7 0 0 1 12 5',
	'M4 20 L12 4 L20 20 Z M9 15 H15',
	'M5 9 H19 V20 H5 Z M8 9 V6 A4 4 0 0 1 16 6 V9',
	'M12 21 C4 14 4 6 12 9 C20 6 20 14 12 21 Z',
	'M5 5 H19 V15 L12 20 L5 15 Z M9 9 H15',
];
/** What stands in an element: a line of text, or an icon in its ink. */
const icon = (i, ink) => ({ i, ink });

/** Name → kind, place by CSS and content. `screen` names the screen on which it shows; absent: on all. */
const ELEMENTS = [
	['hp-bar', 'bar', 'left:8px;top:8px;width:140px;height:18px;background:linear-gradient(90deg,#d22,#711)', 'Health'],
	['mp-bar', 'bar', 'left:8px;top:30px;width:140px;height:18px;background:linear-gradient(90deg,#24d,#126)', 'Mana'],
	['compass', 'indicator', 'right:10px;top:10px;width:44px;height:44px;border-radius:50%;background:#233', icon(1, '#fc6')],
	['menu-button', 'button', 'right:64px;top:10px;width:64px;height:24px', 'Menu'],
	...['sword', 'shield', 'trap', 'lock', 'heart'].map((name, i) => [
		`slot-${name}`,
		'slot',
		`left:calc(50% + ${(i - 2) * 46 - 20}px);bottom:8px;width:40px;height:40px`,
		icon(i, ['#eee', '#8cf', '#fc4', '#cc9', '#f78'][i]),
	]),
	['chat-tab', 'tab', 'left:8px;bottom:8px;width:96px;height:26px', 'General chat'],
	['quest-button', 'button', 'right:10px;bottom:10px;width:52px;height:52px', icon(5, '#fd7')],
	['party-label', 'label', 'left:8px;top:calc(50% - 12px);width:110px;height:24px', 'Party of three'],
	['shop-title', 'label', 'left:calc(50% - 80px);top:calc(50% - 120px);width:160px;height:30px', 'Travelling merchant', 'shop'],
	['buy-button', 'button', 'left:calc(50% - 80px);top:calc(50% + 60px);width:70px;height:28px', 'Buy it', 'shop'],
	['leave-button', 'button', 'left:calc(50% + 10px);top:calc(50% + 60px);width:70px;height:28px', 'Leave', 'shop'],
];

const style = document.createElement('style');
style.textContent = `
	* { box-sizing: border-box; margin: 0; }
	body { overflow: hidden; background: #333; font: bold 13px sans-serif; color: #f4ecd8; }
	canvas { position: fixed; inset: 0; width: 100vw; height: 100vh; }
	.e { position: fixed; display: grid; place-items: center; border: 2px solid #c9a35a; background: #2b2118; overflow: hidden; white-space: nowrap; }`;
document.head.append(style);
const canvas = document.createElement('canvas');
const hud = document.createElement('div');
document.body.append(canvas, hud);

function drawnIcon({ i, ink }) {
	const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
	const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
	const look = { viewBox: '0 0 24 24', width: '100%', height: '100%', fill: 'none', stroke: ink, 'stroke-width': 2 };
	for (const [name, value] of Object.entries(look)) svg.setAttribute(name, value);
	path.setAttribute('d', icons[i]);
	svg.append(path);
	return svg;
}

/** A ground of hills and stones that another seed draws otherwise. */
function ground(seed) {
	let s = seed * 7919 + 1;
	const next = () => {
		s = (Math.imul(s, 1664525) + 1013904223) | 0;
		return (s >>> 8) / 16777216;
	};
	canvas.width = innerWidth * devicePixelRatio;
	canvas.height = innerHeight * devicePixelRatio;
	const g = canvas.getContext('2d');
	g.scale(devicePixelRatio, devicePixelRatio);
	g.fillStyle = '#4a5d3a';
	g.fillRect(0, 0, innerWidth, innerHeight);
	for (let i = 0; i < 240; i++) {
		g.fillStyle = `hsl(${60 + next() * 80} ${20 + next() * 30}% ${15 + next() * 35}%)`;
		g.beginPath();
		g.ellipse(next() * innerWidth, next() * innerHeight, 5 + next() * 60, 5 + next() * 30, next() * 3, 0, 7);
		g.fill();
	}
}

/** Draws one scene. @returns where its elements stand, in pixels of the picture */
window.draw = (screen, seed) => {
	ground(seed);
	hud.replaceChildren();
	const instances = [];
	for (const [name, kind, css, content, only] of ELEMENTS) {
		if (only !== undefined && only !== screen) continue;
		const div = document.createElement('div');
		div.className = 'e';
		div.style.cssText = css;
		div.append(typeof content === 'string' ? content : drawnIcon(content));
		hud.append(div);
		const { left, top, right, bottom } = div.getBoundingClientRect();
		const [x0, y0, x1, y1] = [left, top, right, bottom].map((side) => Math.round(side * devicePixelRatio));
		instances.push({ name, kind, bbox: [x0, y0, x1 - x0, y1 - y0], state: 'normal' });
	}
	return instances;
};
window.names = ELEMENTS.map(([name, kind]) => [name, kind]);

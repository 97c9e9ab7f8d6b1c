import type { LiveView } from './services.ts';

/** What there is to show before anything plays. */
export const IDLE: LiveView = {
	phase: 'idle',
	session: '',
	playedMs: 0,
	source: { kind: 'none', label: '', state: 'none', why: '', fps: 0, ageMs: 0, width: 0, height: 0 },
	input: { kind: 'advice', state: 'off', why: '' },
	screen: '',
	facts: {},
	boxes: [],
	intent: null,
	asking: [],
	goal: '',
	notices: [],
	caption: '',
	firing: [],
};

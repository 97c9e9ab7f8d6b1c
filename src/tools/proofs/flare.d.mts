import type { Played, PlayedTick } from '../play-session.mjs';

/** Screens a session decided on, sorted. */
export function screensOf(ticks: readonly PlayedTick[]): string[];
/** Requests that were sent to models for one ask. */
export function callsOf(report: Played['report'], ask: string): number;

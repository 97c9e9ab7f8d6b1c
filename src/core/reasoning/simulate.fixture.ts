// Plays a learner in rooms and counts what the design promises: local share, true harm of local acts, calls, steps against the
// shortest way.
import { provenanceOf, scopeOf } from '../crystals/crystal.fixture.ts';
import { makeFactTable } from '../facts/snapshot.ts';
import { seeded } from '../random.fixture.ts';
import { type Hit, makeReasoner } from './reasoner.ts';
import { makeRoom, ROOM_FACTS, teach, type TeacherOptions, VERBS } from './room.fixture.ts';
import type { Tuning } from './tuning.ts';

export interface Stretch {
	/** Share of decisions made without a call. */
	local: number;
	/** Share of local acts off every shortest way. */
	harm: number;
	calls: number;
	rules: number;
	/** Shortest way ÷ way taken, over the episodes that ended in it. */
	rho: number;
	/** Why a model was asked. */
	why: Record<string, number>;
}
export interface SimOptions {
	readonly seed: number;
	readonly decisions: number;
	/** Decisions a stretch. */
	readonly each?: number;
	readonly teacher?: TeacherOptions;
	readonly tuning?: Partial<Tuning>;
	/** From this decision on left and right are swapped for everybody. */
	readonly swapAt?: number;
	/** Told of each act decided locally, and whether it was off every shortest way. */
	readonly onLocal?: (decision: Hit, harmful: boolean, n: number) => void;
}

export function simulate(o: SimOptions): Stretch[] {
	const random = seeded(o.seed);
	const dice = seeded(o.seed + 1000);
	const each = o.each ?? 800;
	const table = makeFactTable({ facts: [...ROOM_FACTS] });
	const clock = { at: 0, now: () => clock.at, monotonic: () => clock.at };
	let made = 0;
	const reasoner = makeReasoner({
		table,
		actions: VERBS.map((verb) => ({ verb })),
		random: dice,
		clock,
		scope: scopeOf('any'),
		newId: (kind) => `${kind}-${String(made++).padStart(5, '0')}`,
		...(o.tuning === undefined ? {} : { tuning: o.tuning }),
	});
	const stretches: Stretch[] = [];
	let room = makeRoom(random);
	let level = 0;
	let local = 0;
	let harm = 0;
	let calls = 0;
	let shortest = 0;
	let taken = 0;
	let why: Record<string, number> = {};
	for (let n = 1; n <= o.decisions; n++) {
		clock.at += 4500;
		while (room.done || room.steps > 60 || room.shortest === Infinity) {
			if (room.shortest !== Infinity) {
				shortest += room.shortest;
				taken += room.steps;
			}
			room = makeRoom(random);
			level++;
		}
		const swapped = o.swapAt !== undefined && n >= o.swapAt;
		const mirror = (verb: string): string => (!swapped ? verb : verb === 'left' ? 'right' : verb === 'right' ? 'left' : verb);
		for (const [fact, value] of Object.entries(room.facts())) table.observe(fact, value, clock.at);
		const point = { facts: table.snapshot(clock.at).values, episode: `room ${level}`, place: `${level} ${room.place}` };
		const decision = reasoner.decide(point);
		let verb: string;
		if (decision.outcome === 'hit' && !decision.audit) {
			local++;
			verb = decision.act.verb;
			const harmful = !room.best().includes(mirror(verb) as (typeof VERBS)[number]);
			if (harmful) harm++;
			o.onLocal?.(decision, harmful, n);
		} else {
			const swap = (a: { verb: string }) => ({ verb: mirror(a.verb), args: {} });
			let reason: string | undefined = decision.outcome === 'hit' ? 'audit' : decision.reason;
			do {
				const told = teach(room, random, o.teacher);
				const answer = { ...told, act: swap(told.act), options: told.options.map((x) => ({ ...x, act: swap(x.act) })) };
				why[reason] = (why[reason] ?? 0) + 1;
				calls++;
				const { again } = reasoner.learn(point, answer, provenanceOf({ ask: 'decision', entry: n, at: clock.at }), decision);
				verb = answer.act.verb;
				reason = again && 'again';
			} while (reason !== undefined);
		}
		room.act(mirror(verb));
		if (n % each === 0) {
			const rules = reasoner.rules.all().filter((r) => r.state !== 'retired').length;
			stretches.push({ local: local / each, harm: harm / Math.max(1, local), calls, rules, rho: shortest / taken, why });
			local = harm = calls = shortest = taken = 0;
			why = {};
		}
	}
	return stretches;
}

import { it } from 'vitest';
import { simulate } from './simulate.fixture.ts';
it('sim', () => {
	const env = process.env;
	for (const reasons of (env.R ?? '0,1').split(',').map((x) => x === '1'))
		for (const wrong of (env.W ?? '0').split(',').map(Number)) {
			for (const seed of (env.S ?? '1,2,3').split(',').map(Number)) {
				const t = performance.now();
				const r = simulate({
					seed,
					decisions: Number(env.N ?? 4000),
					teacher: { reasons, wrong, lying: 0.1 },
					...(JSON.parse(env.SIM ?? '{}') as object),
				});
				console.log(
					JSON.stringify({ reasons, wrong, seed }),
					r.map((h) => `${(100 * h.local).toFixed(0)}%/${(100 * h.harm).toFixed(1)}h`).join(' '),
					'rules',
					r.at(-1)!.rules,
					'rho',
					r.at(-1)!.rho.toFixed(3),
					JSON.stringify(r.at(-1)!.why),
					(performance.now() - t).toFixed(0),
					'ms',
				);
			}
		}
}, 600000);

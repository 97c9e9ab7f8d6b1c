// Our side in Node, built into one file by the bench.
import { type Contender, makeContender } from './contender.ts';
import { openEngine } from './engine.ts';

export async function openContender(): Promise<Contender> {
	const cpu = (): number => {
		const { user, system } = process.cpuUsage();
		return (user + system) / 1000;
	};
	return makeContender(await openEngine(), () => performance.now(), cpu);
}

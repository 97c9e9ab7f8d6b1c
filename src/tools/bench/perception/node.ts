// Our side in Node, built into one file by the bench.
import { makeBestEngine } from '../../../adapters/engine.ts';
import { type Contender, makeContender } from './contender.ts';

export function openContender(): Contender {
	const cpu = (): number => {
		const { user, system } = process.cpuUsage();
		return (user + system) / 1000;
	};
	const engine = makeBestEngine();
	return makeContender({ engine, buffers: engine.frameBuffers() }, () => performance.now(), cpu);
}

// Models on transformers.js: what they are for decides which worker runs them.
import { type Driver, RuntimeError } from '../../core/models/runtime.ts';
import { embedDriver } from './embed.ts';
import { vlmDriver } from './vlm.ts';

export const transformersDriver: Driver = async (options) => {
	const { purpose, name } = options.manifest;
	if (purpose === 'embed') return await embedDriver(options);
	if (purpose === 'see') return await vlmDriver(options);
	throw new RuntimeError('unsupported', `${name} is for "${purpose}"; transformers.js runs models that compare texts or see here.`);
};

// What a browser spec runs of the runtime host, and how its sound crosses to the test.
import { toBase64 } from '../../src/adapters/base64.ts';
import { pcmOf } from '../../src/core/speech/wav.ts';

export { call, makeHostPage } from '../../src/tools/models/page-host.ts';

/** 16-bit samples, base64. */
export const soundOf = (samples: Float32Array): string => toBase64(pcmOf(samples));

/** The kernels of src/core/engine/assembly, compiled by the plugin in src/tools/engine.mjs. */
declare module 'falsework:engine' {
	export const bytes: Uint8Array;
}

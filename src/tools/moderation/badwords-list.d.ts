declare module 'badwords-list' {
	const lists: { readonly array: readonly string[] };
	export default lists;
}

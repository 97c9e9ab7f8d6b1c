// Every picture of the game, as rows of letters: one letter a pixel, drawn twice as large, `.` shows what is below.
// Things that move have one picture each. Bodies are kept broad and dark-rimmed, so that they stand out from every floor.

export interface Sprite {
	/** Rows of equal length; no empty row or column at any side, so that the picture's rectangle is tight. */
	readonly rows: readonly string[];
	readonly width: number;
	readonly height: number;
}

/** Letter to colour, shared by all sprites. */
export const INK: Readonly<Record<string, string>> = {
	k: '#15101c', // outline
	K: '#3a3346', // soft dark
	w: '#f6f1e3', // white
	g: '#9aa1ad', // steel
	G: '#5d6472', // dark steel
	s: '#cfd6de', // light steel
	f: '#f2c49b', // skin
	F: '#c98f67', // skin in shade
	r: '#d43d3d', // red
	R: '#8c2233', // dark red
	b: '#3f78d8', // blue
	B: '#234a94', // dark blue
	c: '#8fd3ff', // light blue
	y: '#f7cf4d', // gold
	Y: '#b8832a', // dark gold
	o: '#e98735', // orange
	n: '#8a5a36', // brown
	N: '#54341f', // dark brown
	t: '#d2a36c', // light wood
	v: '#b06ad9', // violet
	V: '#6a3596', // dark violet
	p: '#ff9fb4', // pink
	l: '#a9e05a', // light green
	e: '#4fa83d', // green
	E: '#235f2b', // dark green
	m: '#5be0c2', // mint
	M: '#1f8d80', // dark mint
};

function sprite(...rows: string[]): Sprite {
	const width = Math.max(...rows.map((r) => r.length));
	return { rows: rows.map((r) => r.padEnd(width, '.')), width, height: rows.length };
}

export const SPRITES = {
	player: sprite(
		'....kkkkkk....kk',
		'...kssssssk..ksk',
		'..kswwssssgk.ksk',
		'..ksssssssgk.ksk',
		'..kgkkkkkkgk.ksk',
		'..kgfkffkfgk.ksk',
		'..kgffffffgk.ksk',
		'.kkkFffffFkkkksk',
		'kbbbkkkkkkbbbksk',
		'kbBBbbyybbBBbkyk',
		'kbBkbbyybbkBkyyy',
		'kffkbbbbbbkkffnk',
		'kffkByyyyBk.kkyk',
		'.kkkBBkkBBk...k.',
		'..kNNNkkNNNk....',
		'..kkkkkkkkkk....',
	),
	mira: sprite(
		'....kkkkkk....',
		'..kkoooooRkk..',
		'.kooooooooRRk.',
		'.koooffffooRk.',
		'koofffffffoRk.',
		'koofkffkffoRRk',
		'koofffffffoRRk',
		'kooFfrrffFoRRk',
		'koRkFfffFkRRRk',
		'kRkwwkkkwwwkRk',
		'.kwwwwlwwwwwk.',
		'.kfkweeewwkfk.',
		'.kfklleelEkfk.',
		'..kkeelleEEk..',
		'.keelleeleEEk.',
		'.kkkkkkkkkkkk.',
	),
	rat: sprite(
		'.kk......kk....',
		'knpk....kpnk...',
		'knppkkkkppnk...',
		'.knnnnnnnnkk...',
		'.knrknnrknnnk..',
		'.knkknnkknnnnk.',
		'kwnnnkknnnnnnnk',
		'kwwnkppknnNnnnk',
		'.kknnkknnnnNNnk',
		'..kknwnnnNnnNNk',
		'.kpknnnNNnnNNkp',
		'..kkpkkkkpkkkpp',
		'....kk...kk.kk.',
	),
	slime: sprite(
		'.....kkkkk......',
		'...kkmmmmmkk....',
		'..kmmwwmmmmMk...',
		'.kmmwwmmmmmmMk..',
		'.kmmmmmmmmmmMk..',
		'kmmkkmmmkkmmMMk.',
		'kmmkwmmmkwmmMMk.',
		'kmmkkmmmkkmmMMMk',
		'kmmmmmmmmmmMMMMk',
		'kmmmkkkkkmmMmMMk',
		'kMmmmwkwmmMMMMMk',
		'kMMMmmmmmMMMMMkk',
		'.kkkkkkkkkkkkkk.',
	),
	chest: sprite(
		'.kkkkkkkkkkkkkk.',
		'knnttttttttttnnk',
		'kntttttttttttnnk',
		'knnnnnnnnnnnnnNk',
		'kyynnnnyynnnnyyk',
		'kkkkkkyyyykkkkkk',
		'kyyyyyykkyyyyyyk',
		'kntnnNyyyyNntnNk',
		'kntnnNNyyNNntnNk',
		'kntnnNNNNNNntnNk',
		'kntnnNnnnnNntnNk',
		'kyyNNNNNNNNNNyyk',
		'.kkkkkkkkkkkkkk.',
	),
	'chest-open': sprite(
		'.kkkkkkkkkkkkkk.',
		'kNNNNNNNNNNNNNNk',
		'kNkkkkkkkkkkkkNk',
		'kNkKKKKKKKKKKkNk',
		'kNkKKKKKKKKKKkNk',
		'kyykkkkkkkkkkyyk',
		'kwsgGGGGGGGGgswk',
		'kyyyyyyyyyyyyyyk',
		'kntnnNNNNNNntnNk',
		'kntnnNNNNNNntnNk',
		'kyyNNNNNNNNNNyyk',
		'.kkkkkkkkkkkkkk.',
	),
	potion: sprite(
		'...kkkkk...',
		'...kttNk...',
		'...kkkkk...',
		'....kwk....',
		'...kkwkk...',
		'..kwccvvk..',
		'.kwccvvvvk.',
		'kwvvvvvvvVk',
		'kvvwvvvvVVk',
		'kvvvvvvvVVk',
		'kVvvvvwVVVk',
		'.kVVVVVVVk.',
		'..kkkkkkk..',
	),
	heart: sprite(
		'..kkk...kkk..',
		'.krrrk.krrrk.',
		'krwwrrkrrrrrk',
		'krwrrrrrrrrRk',
		'krrrrrrrrrrRk',
		'krrrrrrrrrRRk',
		'.krrrrrrrRRk.',
		'..krrrrrRRk..',
		'...krrrRRk...',
		'....krRRk....',
		'.....kRk.....',
		'......k......',
	),
	coin: sprite(
		'....kkkkk....',
		'..kkyyyyykk..',
		'.kywwyyyyyYk.',
		'.kywyYYYyyYk.',
		'kyyyYyyyYyyYk',
		'kyyyYyyyyyyYk',
		'kyyyYyYYYyyYk',
		'kyyyYyyyYyyYk',
		'kyyyyYYYyyyYk',
		'.kyyyyyyyyYk.',
		'.kYyyyyyyYYk.',
		'..kkYYYYYkk..',
		'....kkkkk....',
	),
	// The status bar's flask is square and capped, unlike the round potion that lies about.
	flask: sprite(
		'.kkkkkkkk.',
		'.koooooRk.',
		'.kkkkkkkk.',
		'..kwssgk..',
		'kkkwssgkkk',
		'kwssssssgk',
		'kwseeeeEgk',
		'kwslwwlEgk',
		'kwelwwleEk',
		'kwwwwwwweE',
		'kwwwwwwweE',
		'kwelwwleEk',
		'kwelwwlEEk',
		'kEEEEEEEEk',
		'kkkkkkkkkk',
	),
	relic: sprite(
		'.....kk.....',
		'....kwyk....',
		'....kyYk....',
		'.kk..kk..kk.',
		'kyykkyykkyyk',
		'kyYkycmYkyYk',
		'.kkyccmmYkk.',
		'..kycwmmYk..',
		'..kyccmMYk..',
		'...kymMYk...',
		'....kyYk....',
		'...kyyYYk...',
		'..kyyyYYYk..',
		'..kkkkkkkk..',
	),
	sword: sprite(
		'...........kkk',
		'..........ksgk',
		'.........kwsgk',
		'........kwsgk.',
		'.......kwsgk..',
		'......kwsgk...',
		'.kk..kwsgk....',
		'kyyk kwsgk....'.replace(' ', '.'),
		'.kyykwsgk.....',
		'..kyyygk......',
		'..knkyyk......',
		'.knNkkyyk.....',
		'knNk..kyyk....',
		'kkk....kk.....',
	),
	skull: sprite(
		'....kkkkkkkk....',
		'..kkwwwwwwwwkk..',
		'.kwwwwwwwwwwssk.',
		'kwwwwwwwwwwwssgk',
		'kwwwwwwwwwwwssgk',
		'kwwkkkwwwkkkwsgk',
		'kwkkkkkwkkkkksgk',
		'kwkkrkkwkkrkksgk',
		'kwwkkkwkwkkkwsgk',
		'.kwwwwkkkwwwsgk.',
		'..kwwwwwwwwsgk..',
		'..kwkwkwkwksk...',
		'..kwkwkwkwkgk...',
		'...kkkkkkkkk....',
	),
	portrait: sprite(
		'kkkkkkkkkkkkkkkkkkkkkk',
		'kBBBBBBBkkkkkkBBBBBBBk',
		'kBBBBkkkooooookkkBBBBk',
		'kBBBkoooooooooookBBBBk',
		'kBBkooowoooooooRRkBBBk',
		'kBBkoowooooooooRRkBBBk',
		'kBkooooffffffooRRRkBBk',
		'kBkoofffffffffoRRRkBBk',
		'kBkoofffffffffFoRRkBBk',
		'kBkofNNNfffNNNFoRRkBBk',
		'kBkofwekfffwekFoRRkBBk',
		'kBkofwekfffwekFoRRRkBk',
		'kBkofffffFfffffoRRRkBk',
		'kBkofpffFFffpfFoRRRkBk',
		'kBkooffrrrrrffFoRRRkBk',
		'kBkoofffrrrffFooRRRkBk',
		'kBkooofffffFFkoRRRkBBk',
		'kBBkoRkFFFFFkRRRRRkBBk',
		'kBBkkwwkfffFkwwRRkBBBk',
		'kBkwwwwwkkkkwwwwwkkBBk',
		'kkwwwweewwweewwwwsskBk',
		'kkkkkkkkkkkkkkkkkkkkkk',
	),
} as const;
export type SpriteName = keyof typeof SPRITES;

/** Glyphs on the signs of doors, 12 by 12. */
export const GLYPHS: Readonly<Record<string, Sprite>> = {
	'door-village': sprite(
		'.....kk.....',
		'....krrk....',
		'...krrrrk...',
		'..krrRRrrk..',
		'.krrRRRRrrk.',
		'krrrrrrrrrrk',
		'kkwwwwwwwwkk',
		'.kwnnwwcckk.',
		'.kwnnwwcckk.',
		'.kwnnwwwwwk.',
		'.kwnnwwwwwk.',
		'.kkkkkkkkkk.',
	),
	'door-meadow': sprite(
		'.....kkk....',
		'..kkkppkkk..',
		'.kpppkpkppk.',
		'.kppkyyyppk.',
		'..kkyyyyykk.',
		'.kppkyyykpk.',
		'.kpppkpkppk.',
		'..kkkppkkk..',
		'....kkek....',
		'.kk..kek.kk.',
		'.keekkekkek.',
		'..kkeeeekk..',
	),
	'door-crypt': sprite(
		'...kkkkkk...',
		'..kwwwwwsk..',
		'.kwwwwwwssk.',
		'.kwkkwwkksk.',
		'.kwkkwwkksk.',
		'.kwwwkkwwsk.',
		'..kwwwwwsk..',
		'..kwkwkwsk..',
		'kk.kkkkkk.kk',
		'kwwkk..kkwwk',
		'.kkwwkkwwkk.',
		'...kkkkkk...',
	),
	'door-cellar': sprite(
		'..kkkkkkkk..',
		'.kttnnnnnNk.',
		'kggggggggGGk',
		'ktnnNnnNnnNk',
		'ktnnNnnNnnNk',
		'ktnnNyyNnnNk',
		'ktnnyYYynnNk',
		'ktnnNyyNnnNk',
		'ktnnNnnNnnNk',
		'kggggggggGGk',
		'.kttnnnnnNk.',
		'..kkkkkkkk..',
	),
	'door-shrine': sprite(
		'.....kk.....',
		'....kwwk....',
		'....kwck....',
		'.kk.kwck.kk.',
		'kwckkwckkwck',
		'.kwckwckwck.',
		'..kwwwwcck..',
		'kkkkwwcckkkk',
		'kwwwwyywwcck',
		'kkkkwwcckkkk',
		'..kwcccck...',
		'...kkkkkk...',
	),
};

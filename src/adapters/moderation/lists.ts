// The words that are refused: three packages of them, none of which a test composes its abuse from. cuss rates how surely a word is
// meant badly (2 to 0): what it is unsure of is refused only where another list has it as well, and what it is least sure of only where
// naughty-words does, the shortest of them.
import { cuss } from 'cuss';
import naughty from 'naughty-words/en.json' with { type: 'json' };
import profane from 'profane-words/words.json' with { type: 'json' };

/** Listed, and yet plain words first, or what games are full of. Left out by hand: the lists were made for chats, not for dungeons. */
const MEANT_WELL = new Set(
	`barf bastinado beanbag beanbags bitty boink boned booby bootee boozer bosche bosches bosomy bung busty butt chug chugs chunky clamps
	cocky cockfight cooly cumquat dimwit dingle dink dinks dipstick doggie domination dong dope dumb eunuch faeces figging fitt flange
	gables gae gey geez geezer gora greaser grope gummer hardcore hells hillbilly ho hobo honkers hooch hooter hooters hori humped humper hussy idiot
	jackass jeez jerked jig jigger jiggers jiggy jigs junkie junkies kinky kumquat leper licking looser loser lusting lusty mams massa menage moron muff muncher
	niggle niggled niggles niggling nigglings nimrod ninny nip nips nob nog nudger ovum pansies pansy penetrate perse peyote playboy
	pollock pollocks pom poms poo poop puke puss quickie quiff rectus reefer rigger rosebuds sadist scallywag scantily scat schmuck seduce
	simp skeet slag slapper slave slimeball sloper slopers slopy snatch snowballing snuff sooty souse soused spunky spit spitter squinty squirting stoned stoner
	strappado stringer stupid suck sucked sucker sucking sucks swallower swinger tang tawdry tinker tinkers toots topless triplex
	trois tuckahoe tush twink twinkie undressing valium vixen vomit wab wang weenie weewee weiner welcher welfare wench whacker whiz whop willie willies wuss
	yank yanks yobbo s&m xx escort domme butts
	abuse areola blackman blacks copulate damn dike enema excrement fetish fingerfood flamer flasher footaction foursome fourtwenty goy gub guineas
	guizi hamas hymen ike ikes ikey illegals jerries jihad kink knockers licker lynch mick necro nooner orgies paddy pendy penetration
	septics sniggers sodom spank stagg stiffy stroking teat tortur torture trots whit willy xtc`
		.split(/\s+/)
		.filter(Boolean),
);
/** The same of words that stand together. */
const PHRASES_MEANT_WELL = new Set(
	`alaskan pipeline|ball kicking|big black|blue waffle|booty call|bullet vibe|deep throat|dog style|donkey punch|dot head|dot heads|
	eat my|eight ball|eight balls|girl on|girl on top|god damn|h o m|hard core|hot chick|how to kill|how to murder|huge fat|
	jelly donut|leather restraint|leather straight|leather straight jacket|lemon party|make me come|mound of venus|mr hands|o c k|
	one guy|one jar|pleasure chest|pound town|round eyes|s hit|spread legs|strap on|strip club|swamp guinea|tainted love|
	take off your|taste my|tied up|tight white|to murder|tongue in a|venus mound|violet wand|wet dream|wrapping men|wrinkled starfish`
		.split('|')
		.map((phrase) => phrase.trim()),
);

/** Terms of games and birds that hold a refused word: what is left of a text without them is judged. */
export const TERMS_MEANT_WELL =
	/\b(?:feckless(?:ly|ness)?|grasshoppers?|mishit(?:s|ting)?|fukushima|lesbos|bastard(?= swords?\b)|puss(?:y|ie)(?=-? ?(?:cat|foot|willow))|(?:blue|great|coal|marsh|willow) tits?\b|cum(?= laude\b)|dick(?= (?:cheney|tracy|turpin|whittington)\b))/gi;

function refused(): { readonly words: ReadonlySet<string>; readonly phrases: ReadonlySet<string> } {
	const all = [
		...naughty,
		...Object.keys(cuss).filter((word) => cuss[word] === 2),
		...profane.filter((word) => (cuss[word] ?? 2) >= 1),
	].map((word) => word.toLowerCase().trim());
	const words = new Set<string>();
	const phrases = new Set<string>();
	for (const entry of all) {
		if (MEANT_WELL.has(entry) || PHRASES_MEANT_WELL.has(entry)) continue;
		// Their own tricks (digits, stars, blanks between letters) are what the fold undoes.
		if (/^[a-z]+$/.test(entry) && entry.length > 2) words.add(entry);
		else if (/^[a-z]{2,}(?: [a-z]+)+$/.test(entry)) phrases.add(entry);
	}
	return { words, phrases };
}
export const REFUSED = refused();

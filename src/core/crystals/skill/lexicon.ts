// Words of games that mean the same, and words that are each other's opposite. Opposites lie close together in every sentence
// encoder ("go north" and "go south" at 0.83 and more), so what an encoder cannot tell is told by this list and by polarity.ts.

/** One idea a line: its words, after `|` those of its opposite. `_` joins the words of a phrase. The first word names the idea. */
const IDEAS = `
go walk visit sprint hurry get_away move travel head proceed run march wander journey trek advance make_one's_way make_your_way step set_off | stay remain stay_put hold_still stand_still
come approach draw_near close_in get_close get_closer | retreat back_off fall_back pull_back draw_back
enter go_in get_in go_inside step_inside walk_in walk_into go_into come_in come_into step_into inside indoors interior | exit leave go_out get_out step_outside walk_out come_out outside outdoors depart exterior get_off
arrive reach get_to | set_out depart_from
ascend climb go_up upward upwards upstairs climb_up scale mount_up rise | descend go_down downward downwards downstairs climb_down
forward forwards ahead onward | backward backwards back reverse
toward towards | away
above over overhead | below under underneath beneath
near close_to nearby beside next_to | far distant far_from away_from
nearest closest | farthest furthest
top upper uppermost highest topmost | bottom lower lowest undermost
front | rear behind
clockwise | counterclockwise anticlockwise
attack strike hit fight assault slay kill murder slaughter take_out take_down shoot stab beat destroy defeat eliminate dispatch finish_off cut_down engage battle charge rush hunt harm hurt ambush | spare flee run_away escape defend protect guard shield save rescue surrender run_from get_away_from let_live take_cover
offensive aggressive | defensive passive peaceful peacefully
enemy foe hostile opponent | friend ally friendly companion
heal cure restore bandage treat recover | injure wound damage
poison envenom | cleanse detoxify antidote purify
open unseal unclose | close shut seal
lock bolt bar | unlock unbolt
buy purchase shop_for | sell vend sell_off
lend loan | borrow
pay spend | earn charge_for
donate give hand hand_over offer present deliver bring bestow | take grab collect pick_up pick pocket gather get fetch steal loot seize acquire obtain snatch retrieve
lift | drop put_down set_down discard throw_away let_fall lay_down get_rid_of
keep hold retain stay hang_on_to save_up | dump release
put place set deposit store stash put_in lay stow | withdraw_from take_out_of take_out_from withdraw
equip wear put_on don wield ready arm draw unsheathe | unequip take_off remove strip sheathe doff put_away disarm unwield
load fill refill reload top_up | unload empty drain pour_out tip_out
save save_game save_progress | load_game restore_game load_save
accept agree consent approve say_yes take_on | refuse decline reject turn_down deny say_no disagree
confirm ok | cancel abort call_off
start begin commence launch initiate | stop end finish halt cease quit bring_to_an_end put_a_stop_to
continue resume carry_on keep_going unpause keep_on go_on | pause interrupt suspend stop end cease quit halt
enable activate turn_on switch_on power_on toggle_on | disable deactivate turn_off switch_off power_off toggle_off shut_off
on | off
light ignite kindle set_fire_to lit burn | extinguish put_out douse snuff snuff_out go_out unlit
heat warm warm_up melt thaw hot | cool freeze chill cold cool_down
push shove press | pull tug drag yank
raise hoist pull_up lift lift_up | lower let_down
increase boost maximise maximize turn_up add | decrease reduce lessen minimise minimize turn_down_to subtract lower_by
expand enlarge zoom_in widen | shrink contract zoom_out narrow
accelerate speed_up hurry fast quickly quick swiftly rush sprint | decelerate slow_down slow slowly
show reveal display uncover unhide | hide conceal cover
expose | obscure
follow chase pursue trail tail | lead guide
join enlist sign_up | leave_group disband part_from resign betray
recruit hire invite enlist | dismiss fire_from kick expel banish send_away
summon conjure call_forth | unsummon dismiss banish send_away
mount get_on ride saddle_up saddle | dismount get_down_from get_off
board embark get_on step_onto | disembark get_off step_off miss
wake awaken get_up wake_up awake stay_awake rouse | sleep rest go_to_bed lie_down nap fall_asleep
sit crouch sit_down duck | stand stand_up step_onto get_onto
build construct erect put_up | demolish tear_down raze dismantle
create craft make forge brew produce | delete
assemble | disassemble take_apart
connect attach link plug_in join_up couple | disconnect detach unplug unlink uncouple
tie bind fasten tie_up | untie unfasten loosen free let_go
plant sow | uproot harvest reap
bury | dig_up unearth excavate
send dispatch | receive
gain | lose
win succeed victorious victory winner | fail lose surrender
upgrade improve enhance level_up | downgrade weaken
bless | curse
sharpen hone sharp | dull blunt
sneak creep stealthily quietly unseen unnoticed without_being_seen silently quiet silent | loudly openly noisily loud noisy notice
whisper | shout yell
praise compliment flatter | insult mock
trust believe | distrust doubt
help aid assist support | hinder sabotage obstruct betray
ask question | answer reply
remember | forget
first earliest beginning | last latest final
next following | previous preceding prior
before | after
most | least
more | fewer less
strong powerful mighty strongest | weak feeble weakest
big large huge biggest largest | small little tiny smallest
heavy heaviest | light_weight lightest
long longest | short shortest
high | low
cheap inexpensive cheapest | expensive costly dear priciest
best finest | worst
good | evil bad
new newest | old oldest
full | vacant
full_health healthy | wounded low_health
safe safely secure | dangerous risky dangerously unsafe
day daytime morning dawn sunrise | night nighttime dusk sunset evening
early | late
bright | dark
wet | dry
rich | poor
alive living | dead
always | never
all every everything everyone | none nothing
with | without
melee close_range | ranged long_range
single solo alone by_yourself | together group
public | private
legal | illegal
true | false
real | fake
talk speak chat converse have_a_word talk_with tell say conversation dialogue
read examine inspect look_at study
search look_for find seek locate hunt_for look_around
wait hang_around stay | leave depart set_off go_away
eat consume devour
drink swallow quaff
cast use invoke employ
quest mission task assignment
merchant trader vendor shopkeeper seller
shop store_house market_stall
smith blacksmith
inn tavern pub
potion elixir draught flask
money cash
monster creature beast
house home
town village settlement
chest trunk coffer
dungeon crypt
forest woods woodland
cave cavern
bridge
boss
weapon
blade sword
armour armor
bag backpack inventory pack
dialog dialogue conversation
map chart
menu
repair fix mend patch_up | break damage wreck ruin destroy
rescue free release liberate set_free let_go | capture imprison lock_up jail arrest
set arm lay | disarm defuse remove get_rid_of
truth truthfully honest honestly | lie deceive
peace peacefully truce | war
choose pick select go_for opt_for
trade exchange barter swap
throw toss fling hurl
ground floor
surface | dive
merge combine unite unify join_together bring_together fuse | split divide separate divide_up take_apart
mute silence turn_off_the_sound | unmute
invest fund finance put_money | divest
declare announce proclaim
fasten buckle buckle_up put_on strap_in | unbuckle unfasten undo
inflate blow_up pump pump_up | deflate burst
tighten tight tighter screw | loosen unscrew loose
spread spread_out unroll roll_out lay_out unfold | roll_up fold fold_up
wrap wrap_up pack | unwrap
promote promotion | demote demotion
allow permit let_in authorise authorize | forbid ban prohibit deny_entry
land touch_down set_down | take_off lift_off crash
dim darken turn_down | brighten turn_up brighter
cross get_over wade traverse pass_over
discover find uncover spot detect come_across
tame domesticate break_in | set_free
vote | vote_out vote_against
encourage cheer motivate cheer_on encouragement inspire | discourage demoralise demoralize scold
extend expand enlarge stretch lengthen longer | shorten shrink cut_down
obey follow_orders | disobey defy mutiny
recharge charge charge_up | drain discharge use_up
admit confess own_up acknowledge | deny
loot plunder rob pillage
stack pile pile_up heap | unstack knock_over take_apart
maximise maximize enlarge | minimise minimize
select mark highlight choose tick | deselect unselect untick
undo revert take_back reverse | redo repeat
publish share make_public post | unpublish keep_private
hire recruit employ take_on enlist | fire lay_off dismiss sack
befriend make_friends become_friend friendship friend | antagonise antagonize make_an_enemy
cover hide | uncover clear_off
remember memorise memorize keep_in_mind | forget
blow_out extinguish put_out | relight
block bar obstruct get_in_the_way | clear make_way let_pass
raise put_up increase lift higher | lower reduce cut abolish
feed give_food | starve
plug seal close_up stop_up | leak
anchor drop_anchor
set_sail sail_off depart leave
shoot fire open_fire | hold_fire hold_your_fire cease_fire
inspect check look_over survey
cook prepare roast bake fry
clean wash scrub tidy wipe | dirty soil
decorate adorn
measure gauge
count tally
write note_down jot_down record
teach instruct train show_how | unlearn
learn study
carry haul transport lug bear
move shift relocate
catch capture trap snare | release
fish angle
mine dig excavate quarry
chop cut fell hack
hammer pound
climb_over vault jump leap hop
swim paddle
fly soar hover
fall drop plunge
rotate spin twist turn
aim point target
reload rearm
craft make create build produce assemble
enchant imbue
identify recognise recognize
appraise value estimate
bribe pay_off
threaten menace intimidate | reassure calm soothe
beg plead implore
thank express_thanks
greet welcome salute say_hello | say_goodbye farewell bid_farewell
celebrate party
pray worship
explore scout reconnoitre investigate look_around
patrol guard watch
escort accompany
delay postpone put_off | hasten
finish complete conclude wrap_up
restart reboot reset begin_again start_over
choose_again reroll
swap exchange trade switch
inspect examine
photograph take_a_picture snap
listen hear
smell sniff
taste sample
dance
sing
rest relax recover
flatter charm
seduce
dye colour color paint
fold crease
hang suspend
bend bow
dismantle salvage scrap
tow drag haul
dock moor berth | undock cast_off unmoor
launch blast_off lift_off
steer pilot drive navigate
park
brake slow halt
`;

/** Things of one sort that exclude each other: a text about one is not about another. */
const SORTS = `
north northern northward northwards
south southern southward southwards
east eastern eastward eastwards
west western westward westwards
northeast north-east northeastern
northwest north-west northwestern
southeast south-east southeastern
southwest south-west southwestern

left leftward leftwards leftmost
right rightward rightwards rightmost
middle centre center

red crimson scarlet
blue azure
green emerald
yellow
orange
purple violet
black
white
brown
grey gray
pink

gold golden
silver
bronze
copper
iron
steel
wood wooden
stone
glass
crystal
diamond

fire flame fiery
ice frost icy
lightning thunder
earth
water
wind

health hp
mana mp
stamina

king
queen

up
down

spring
summer
autumn
winter

monday
tuesday
wednesday
thursday
friday
saturday
sunday
`;

/** What turns the sense of all that follows in its clause, one word or several; two of them turn it back. */
const NEGATORS = `
not never no without neither nor cannot refrain abstain nobody nowhere forbid forbidden prohibit except unless
avoid dodge sidestep steer_clear steer_clear_of stay_away_from keep_away_from keep_clear_of keep_out_of stay_out_of shun bypass evade
instead_of rather_than keep_from hold_off hold_off_on stop_short_of under_no_circumstances by_no_means no_longer anything_but
leave_alone let_be skip resist ignore leave_out do_without refuse_to decline_to fail_to forget_to prevent
`;
/** These do it before a form in "-ing" only: "stop attacking", but "stop the cart". */
const ENDERS = 'stop cease quit halt finish end discontinue';

export const NUMBERS: Readonly<Record<string, number>> = {
	zero: 0,
	one: 1,
	single: 1,
	once: 1,
	two: 2,
	twice: 2,
	pair: 2,
	both: 2,
	couple: 2,
	three: 3,
	thrice: 3,
	four: 4,
	five: 5,
	six: 6,
	half: 0.5,
	seven: 7,
	eight: 8,
	nine: 9,
	ten: 10,
	eleven: 11,
	twelve: 12,
	dozen: 12,
	fifteen: 15,
	twenty: 20,
	thirty: 30,
	fifty: 50,
	hundred: 100,
	thousand: 1000,
	second: 2,
	third: 3,
	fourth: 4,
	fifth: 5,
};

/** Forms that no rule of endings finds. */
const IRREGULAR: Readonly<Record<string, string>> = {
	bought: 'buy',
	sold: 'sell',
	went: 'go',
	gone: 'go',
	took: 'take',
	taken: 'take',
	gave: 'give',
	given: 'give',
	fled: 'flee',
	fought: 'fight',
	shut: 'shut',
	slept: 'sleep',
	woke: 'wake',
	drew: 'draw',
	drawn: 'draw',
	slew: 'slay',
	slain: 'slay',
	held: 'hold',
	lit: 'light',
	ate: 'eat',
	drank: 'drink',
	spoke: 'speak',
	found: 'find',
	sought: 'seek',
	struck: 'strike',
	rode: 'ride',
	threw: 'throw',
	wore: 'wear',
	worn: 'wear',
	kept: 'keep',
	led: 'lead',
	died: 'die',
	dying: 'die',
	enemies: 'enemy',
	wolves: 'wolf',
	knives: 'knife',
	men: 'man',
	thieves: 'thief',
	allies: 'ally',
	going: 'go',
	sent: 'send',
	stole: 'steal',
	stolen: 'steal',
	hidden: 'hide',
	thrown: 'throw',
	broke: 'break',
	broken: 'break',
	built: 'build',
	caught: 'catch',
	lost: 'lose',
	won: 'win',
	ran: 'run',
	sank: 'sink',
	swam: 'swim',
	chose: 'choose',
	chosen: 'choose',
	using: 'use',
	lying: 'lie',
};

/** Says little of what a text is about. */
export const FILLERS: ReadonlySet<string> = new Set(
	'a an the this that these those it its to of in into at on onto for from by and or then so as is are be been being do does did please you your yourself we our us i my me he she they them his her their will would should could can may might must just now some any there here when if while until who which what where how let try need want order up out with toward through via along across around about also too very really immediately straight right_away goal past let make sure lot'.split(
		' ',
	),
);

/** A word's stem, good enough to tell its forms from other words; not a word itself. */
export function stem(word: string): string {
	let w = Object.hasOwn(IRREGULAR, word) ? (IRREGULAR[word] as string) : word;
	if (w.endsWith("'s")) w = w.slice(0, -2);
	if (w.length > 4 && w.endsWith('ies')) w = `${w.slice(0, -3)}y`;
	else if (w.length > 4 && /(?:ss|sh|ch|x|z)es$/.test(w)) w = w.slice(0, -2);
	else if (w.length > 3 && w.endsWith('s') && !w.endsWith('ss') && !w.endsWith('us')) w = w.slice(0, -1);
	if (w.length > 5 && w.endsWith('ing')) w = w.slice(0, -3);
	else if (w.length > 4 && w.endsWith('ed')) w = w.slice(0, -2);
	if (w.length > 3 && w.endsWith('e')) w = w.slice(0, -1);
	return /([bdfglmnprt])\1$/.test(w) && w.length > 3 ? w.slice(0, -1) : w;
}

/** A verb and one of these may have its object between them: "switch the lamp off". */
export const PARTICLES: ReadonlySet<string> = new Set(
	'on off up down out in away back over open shut alone go be free loose aside together apart'.split(' ').map(stem),
);

/** Ideas so wide that to deny one is to deny what it is done to. */
export const LIGHT: ReadonlySet<string> = new Set(['go', 'enter', 'cast']);

export interface Sense {
	/** Names the idea or the sort; words of one idea have one. */
	readonly idea: string;
	/** 1, −1 for its opposite, 0 where there is none; of a sort, which member. */
	readonly pole: number | string;
	/** Of a sort whose member both texts must name: to go north is not just to go. */
	readonly telling: boolean;
}

interface Lexicon {
	/** By stems joined with a blank. */
	readonly senses: ReadonlyMap<string, readonly Sense[]>;
	readonly negators: ReadonlySet<string>;
	readonly enders: ReadonlySet<string>;
	/** Most words that a phrase of it has. */
	readonly longest: number;
}

const TELLING = new Set(['north', 'red']);

function build(): Lexicon {
	const senses = new Map<string, Sense[]>();
	let longest = 1;
	const put = (phrase: string, sense: Sense): void => {
		const words = phrase.split('_').map(stem);
		longest = Math.max(longest, words.length);
		const key = words.join(' ');
		senses.set(key, [...(senses.get(key) ?? []), sense]);
	};
	for (const line of IDEAS.trim().split('\n')) {
		const [plus = '', minus = ''] = line.split('|').map((side) => side.trim());
		const idea = plus.split(' ')[0] ?? '';
		for (const word of plus.split(' ')) put(word, { idea, pole: minus === '' ? 0 : 1, telling: false });
		for (const word of minus.split(' ').filter(Boolean)) put(word, { idea, pole: -1, telling: false });
	}
	for (const block of SORTS.trim().split(/\n\n+/)) {
		const members = block.split('\n').map((line) => line.trim().split(' '));
		const idea = members[0]?.[0] ?? '';
		for (const words of members) for (const word of words) put(word, { idea, pole: words[0] ?? '', telling: TELLING.has(idea) });
	}
	const phrases = NEGATORS.trim()
		.split(/\s+/)
		.map((phrase) => phrase.split('_').map(stem));
	for (const words of phrases) longest = Math.max(longest, words.length);
	return {
		senses,
		negators: new Set(phrases.map((words) => words.join(' '))),
		enders: new Set(ENDERS.split(' ').map(stem)),
		longest,
	};
}

export const LEXICON: Lexicon = build();

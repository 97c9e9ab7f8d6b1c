# NetHack, played by a seeded player, asked line by line: {"do":"play","seed":N,"lines":N,"news":bool,"chance":bool} → {"lines":[{text,
# values}…]}, and {"do":"drain","learn":[…],"match":[…],"masks":bool} → Drain's own numbers over the same lines. By chance is nle's task
# NetHackScore as it comes, any of its keys as likely as any other. The other player walks, fights what is near, picks up, eats, opens,
# kicks, reads and zaps; it plays badly, and dies often. Messages and names are the game's own, by nle.
import json
import re
import sys

import gymnasium
import nle  # noqa: F401
import numpy
from nle import nethack

STEPS = [ord(c) for c in "kljhunby"]
ESC = 27
# What is done when nothing calls for anything: mostly walking.
COMMON = [(ord(c), w) for c, w in [("s", 6), (",", 5), (":", 3), (">", 4), ("e", 2), ("o", 3), ("i", 1), ("q", 1), ("r", 1), ("w", 2), ("W", 1), ("T", 1), ("t", 2), ("d", 2), ("z", 1), ("Z", 1), ("p", 1), ("a", 1), ("P", 1)]]
KICK, PRAY, CHAT, FORCE = 4, 240, 227, 230


def text(row):
	return bytes(row).split(b"\0")[0].decode("latin1").strip()


def names_of_the_game():
	monsters = {nethack.permonst(i).mname for i in range(nethack.NUMMONS)}
	things = set()
	for i in range(nethack.NUM_OBJECTS):
		it = nethack.objdescr.from_idx(i)
		things |= {n for n in (it.oc_name, it.oc_descr) if n and len(n) > 2}
	return monsters, things


MONSTERS, THINGS = names_of_the_game()


class Player:
	def __init__(self, seed, chance):
		self.seed = seed
		self.chance = chance
		self.games = 0
		self.random = numpy.random.default_rng(seed)
		every_key = {} if chance else {"actions": tuple(nethack.ACTIONS), "allow_all_yn_questions": True, "allow_all_modes": True, "max_episode_steps": 20000}
		self.env = gymnasium.make("NetHackScore-v0", savedir=None, observation_keys=("glyphs", "blstats", "message", "inv_strs", "misc"), **every_key)
		self.keys = {int(a): i for i, a in enumerate(self.env.unwrapped.actions)}
		self.start()

	def start(self):
		self.games += 1
		self.env.unwrapped.seed(core=self.seed * 1000 + self.games, disp=self.seed, reseed=False)
		self.seen, _ = self.env.reset()
		self.heading = int(self.random.integers(8))

	def key(self):
		if self.chance:
			return self.random.choice(list(self.keys))
		misc, seen = self.seen["misc"], self.seen
		if misc[2]:
			return 13
		if misc[1]:
			return ESC
		message = text(seen["message"])
		if misc[0]:
			if "direction?" in message:
				return STEPS[self.random.integers(8)]
			choices = re.search(r"\[([^\] ]+)", message)
			letters = [chr(c) for part in re.findall(r"[a-zA-Z]-[a-zA-Z]|[a-zA-Z]", choices.group(1) if choices else "") for c in range(ord(part[0]), ord(part[-1]) + 1)]
			# Now and then it thinks better of it.
			return ESC if not letters or self.random.random() < 0.1 else ord(self.random.choice(letters))
		x, y = int(seen["blstats"][0]), int(seen["blstats"][1])
		moves = {"k": (0, -1), "l": (1, 0), "j": (0, 1), "h": (-1, 0), "u": (1, -1), "n": (1, 1), "b": (-1, 1), "y": (-1, -1)}
		for key, (dx, dy) in moves.items():
			if 0 <= x + dx < 79 and 0 <= y + dy < 21 and nethack.glyph_is_monster(int(seen["glyphs"][y + dy, x + dx])) and not nethack.glyph_is_pet(int(seen["glyphs"][y + dy, x + dx])):
				return ord(key)
		roll = self.random.random()
		if roll < 0.8:
			if self.random.random() < 0.2:
				self.heading = int(self.random.integers(8))
			return STEPS[self.heading]
		if roll < 0.83:
			return self.random.choice([KICK, CHAT, FORCE])
		keys, weights = zip(*COMMON)
		return self.random.choice(keys, p=numpy.array(weights) / sum(weights))

	def step(self, news):
		key, turn = int(self.key()), int(self.seen["blstats"][20])
		if key not in self.keys:
			key = ord("s")
		self.seen, _, done, cut, _ = self.env.step(self.keys[key])
		if text(self.seen["message"]) in ("It's a wall.", "It's solid stone."):
			self.heading = int(self.random.integers(8))
		# A prompt asks for a key. Where no time passes the game mostly says that it will not: no news.
		nothing = self.seen["misc"][0] or self.seen["misc"][1] or (news and int(self.seen["blstats"][20]) == turn)
		told = "" if nothing else text(self.seen["message"])
		values = self.values(told) if told else None
		if done or cut:
			self.start()
		return told, values

	def values(self, told):
		"""Facts at the moment: what the status line counts, and the names of monsters and things the game may speak of."""
		blstats = self.seen["blstats"]
		facts = {"hp": int(blstats[10]), "gold": int(blstats[13]), "depth": int(blstats[12]), "level": int(blstats[18]), "turn": int(blstats[20])}
		for row in self.seen["inv_strs"]:
			item = text(row)
			if item and item in told:
				facts["item"] = item
		return facts


def longest(names, told, taken, most):
	"""Names that stand in the line, longest first, none inside another."""
	found = []
	low = told.lower()
	for name in names:
		for at in re.finditer(r"(?<![a-z])" + re.escape(name.lower()) + r"(?:e?s)?(?![a-z])", low) if name.lower() in low else ():
			found.append((at.start(), at.start() + len(name), name))
	found.sort(key=lambda f: (f[0] - f[1], f[0]))
	kept = []
	for start, end, name in found:
		if any(start < e and s < end for s, e in taken):
			continue
		taken.append((start, end))
		kept.append((start, told[start:end]))
	return [name for _, name in sorted(kept)][:most]


def line_of(told, facts):
	values = dict(facts)
	taken = []
	if values.get("item", "") not in told:
		del values["item"]
	elif "item" in values:
		at = told.find(values["item"])
		taken.append((at, at + len(values["item"])))
	for kind, names in (("monster", MONSTERS), ("thing", THINGS)):
		for i, name in enumerate(longest(names, told, taken, 3)):
			values[kind if i == 0 else f"{kind}-{i + 1}"] = name
	# Numbers and letters of the pack that the message names are the game's own values of the moment.
	for i, n in enumerate(re.findall(r"\d+", told)[:4]):
		values.setdefault(f"number-{i + 1}", int(n))
	for i, word in enumerate(re.findall(r"\b(?:blessed|uncursed|cursed)\b", told)[:2]):
		values[f"blessing-{i + 1}"] = word
	letter = re.match(r"([a-zA-Z]) - ", told)
	if letter:
		values["letter"] = letter.group(1) + " -"
	choice = re.search(r"\[([^\]]+)\]", told)
	if choice:
		values["choices"] = choice.group(1)
	called = re.search(r"called ([A-Z][a-z]+)|\b(Agent)\b", told)
	if called:
		values["name"] = called.group(1) or called.group(2)
	return {"text": told, "values": values}


def play(order):
	player = Player(order["seed"], order["chance"])
	lines = []
	steps = 0
	while len(lines) < order["lines"]:
		steps += 1
		told, facts = player.step(order["news"])
		# Several messages of one moment stand side by side; one that is told again at once is no news.
		for message in re.split(r" {2,}", told):
			if message and not (order["news"] and lines and lines[-1]["text"] == message):
				lines.append(line_of(message, facts))
	player.env.close()
	return {"lines": lines[: order["lines"]], "steps": steps, "games": player.games, "version": nle.__version__}


def drain(order):
	from drain3 import TemplateMiner
	from drain3.masking import MaskingInstruction
	from drain3.template_miner_config import TemplateMinerConfig

	config = TemplateMinerConfig()
	config.profiling_enabled = False
	config.drain_depth = 4
	config.drain_sim_th = 0.4
	if order["masks"]:
		words = sorted(MONSTERS | THINGS, key=len, reverse=True)
		config.masking_instructions = [
			MaskingInstruction(r"(?<![A-Za-z])(?:" + "|".join(re.escape(w) for w in words) + r")(?:e?s)?(?![A-Za-z])", "NAME"),
			MaskingInstruction(r"\b(?:blessed|uncursed|cursed)\b", "BLESSING"),
			MaskingInstruction(r"\d+", "NUM"),
		]
	miner = TemplateMiner(config=config)
	for line in order["learn"]:
		miner.add_log_message(line)
	matched = [miner.match(line) is not None for line in order["match"]]
	return {"matched": matched, "templates": len(miner.drain.clusters)}


for order in sys.stdin:
	asked = json.loads(order)
	print(json.dumps(play(asked) if asked["do"] == "play" else drain(asked)), flush=True)

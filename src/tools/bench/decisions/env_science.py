# The 30 tasks of the scienceworld package; the teacher is its gold action sequence. usage: env_science.py FOLDER (where gold paths are kept
# once they are worked out; one takes some tenths of a second, the longest four)
#
# A gold path is worked out for the start of a task alone. It is read as a list of options: the steps between two decisions (walking,
# waiting until something has come of it, watering every pot, wiring a circuit) go with the decision they belong to. Whoever strays is
# sent back to the room where the path goes on. Which of several things that are the same to the task is meant, is the path's choice.
import json
import os
import re
import sys
import zlib
from importlib.metadata import version

from world import act, coarse, is_, serve, slug

# Left to itself its runtime takes a quarter of the machine.
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-Xmx1g")
from scienceworld import ScienceWorldEnv

EASY = "easy"
# So many variations of each task are played by one run of the bench.
VARIATIONS = 6
# Decisions after which an episode is over; the longest path has fewer.
STEPS = 60
ROOMS = ("kitchen", "bathroom", "living room", "bedroom", "workshop", "foundry", "greenhouse", "outside", "hallway", "art studio")
COLOURS = "red|green|blue|orange|yellow|purple"
STAGES = ("egg", "hatchling", "juvenile", "baby", "adult", "seed", "seedling", "reproducing")
# Whose life spans the tasks compare, as the player sees them named.
ANIMALS = (
    "ant", "beaver", "brown bear", "chameleon", "chipmunk", "crocodile", "dragonfly", "elephant", "frog", "giant tortoise", "hedgehog",
    "mouse", "parrot", "rabbit", "wolf",
)  # fmt: skip
# What can hold something and be carried; which of them is taken is all the same.
VESSEL = r"^(?:(?:glass|wood|tin|ceramic|paper|plastic) cup|cup|bowl|jug|metal pot)$"
VERBS = {
    "go": ("go to a room", {"to": "text"}),
    "take": ("pick something up", {"what": "text"}),
    "drop": ("put down what is held", {"what": "text"}),
    "put": ("put something into or onto something", {"what": "text", "in": "text"}),
    "pour": ("pour one thing into another", {"what": "text", "in": "text"}),
    "mix": ("mix what is in something", {"what": "text"}),
    "open": ("open something", {"what": "text"}),
    "close": ("close something", {"what": "text"}),
    "activate": ("switch something on", {"what": "text"}),
    "deactivate": ("switch something off", {"what": "text"}),
    "read": ("read something", {"what": "text"}),
    "focus": ("declare what the task is about or what its answer is", {"on": "text"}),
    "watch": ("wait, look and measure until something has come of it", {}),
    "wire": ("connect the parts into a circuit", {}),
    "water": ("water every pot from the sink", {}),
}
COMMANDS = {
    "take": "pick up {what}", "drop": "drop {what}", "put": "move {what} to {in}", "pour": "pour {what} into {in}", "mix": "mix {what}",
    "open": "open {what}", "close": "close {what}", "activate": "activate {what}", "deactivate": "deactivate {what}", "read": "read {what}",
    "focus": "focus on {on}", "go": "teleport to {to}", "watch": "wait", "wire": "wait1", "water": "wait1",
}
# What the task is, by how its text begins. The text names things and rooms; these are its roles.
KINDS = (
    ("boil", r"to boil (.+?)\."), ("melt", r"to melt (.+?)\."), ("freeze", r"to freeze (.+?)\."),
    ("change-state", r"change the state of matter of (.+?)\."), ("mix-chemistry", r"create the substance '(.+?)'"),
    ("mix-paint-twice", r"create (\w+-\w+ paint)"), ("mix-paint", r"create (\w+ paint)"),
    ("find-non-living", r"find a\(n\) (non-living thing)"), ("find-living", r"find a\(n\) (living thing)"),
    ("find-animal", r"find a\(n\) (animal)"), ("find-plant", r"find a\(n\) (plant)"),
    ("grow-plant", r"grow a (.+?) plant from seed"), ("grow-fruit", r"grow a (.+?)\."),
    ("life-stages-plant", r"the life stages of the (.+?) plant"), ("life-stages", r"life stages of the (.+?),"),
    ("longest-then-shortest", r"the (animal) with the longest life span, then"), ("longest-lived", r"the (animal) with the longest"),
    ("shortest-lived", r"the (animal) with the shortest"), ("plane-angle", r"inclined planes \((.+?)\) has the \w+ angle"),
    ("plane-friction", r"inclined planes \((.+?)\) has the \w+ friction"), ("melting-point", r"the melting point of (.+?), which"),
    ("inheritance", r"recessive trait in the (.+?) plant"), ("power-by", r"to turn on the (.+?) by powering"), ("power", r"to turn on the (.+?)\."),
    ("conductivity", r"determine if (.+?) is electrically"), ("temperature", r"measure the temperature of (.+?), which"),
)  # fmt: skip


class Task:
    """What a task's text says: its kind, what it is about, and the rooms, boxes and number it names."""

    def __init__(self, text):
        self.text = " ".join(text.split())
        self.kind, self.thing = next((kind, m.group(1).lower()) for kind, how in KINDS if (m := re.search(how, self.text)))
        named = [room for _, room in sorted((m.start(), room) for room in ROOMS for m in [re.search(rf"\b{room}\b", self.text)] if m)]
        self.places = named[:2]
        self.boxes = list(dict.fromkeys(f"{colour} box" for colour in re.findall(rf"({COLOURS}) box", self.text)))
        number = re.search(r"(?:above|below) (-?\d+(?:\.\d+)?) degrees", self.text)
        self.limit = float(number.group(1)) if number else None
        most = re.search(r"the (steepest|shallowest|most|least) (?:angle|friction)", self.text)
        self.wants = most.group(1) if most else "renewable" if " renewable" in self.text else "nonrenewable" if "nonrenewable" in self.text else "none"
        self.planes = [p.strip().lower() for p in self.thing.split(",")] if self.kind.startswith("plane") else []

    def roles(self):
        """role → how it stands in the world; of two roles for one thing either may be said."""
        roles = {}
        if self.kind.startswith("plane"):
            for role, plane in zip(("plane-1", "plane-2"), self.planes):
                roles[role] = f"inclined plane {plane}" if len(plane) == 1 else f"inclined plane with {plane}"
        elif not self.kind.startswith(("longest", "shortest")):
            roles["it"] = self.thing
        for role, room in zip(("place-1", "place-2"), self.places):
            roles[role] = room
        for role, box in zip(("box-1", "box-2"), self.boxes):
            roles[role] = box
        return roles


def plane_of(name, planes):
    """Which of the task's planes a name means: "inclined plane b", "inclined plane with a cloth surface"."""
    if not name.startswith("inclined plane"):
        return None
    words = name.removeprefix("inclined plane").removeprefix(" with").strip()
    return next((i for i, plane in enumerate(planes) if re.search(rf"\b{re.escape(plane)}\b", words)), None)


def parts_of(text):
    """What a recipe says to mix."""
    recipe = re.search(r"need to mix (.+?)\.", text)
    return [part.strip() for part in recipe.group(1).split(",")] if recipe else []


class Gold:
    """A gold path as options. Each has the act, the commands that do it, and the room in which they are said."""

    def __init__(self, task, steps, start):
        self.options = []
        self.parts = next((parts_of(outcome) for _, outcome in steps if parts_of(outcome)), [])
        room = start
        for command, outcome in steps:
            said = self.read(task, command, outcome)
            last = self.options[-1] if self.options else None
            if said is None:
                if last is not None:
                    last["commands"].append(command)
                continue
            if said["verb"] == "go":
                room = outcome.removeprefix("You move to the ").rstrip(".") if outcome.startswith("You move to the ") else room
                said = act("go", to=room)
            joins = last is not None and (last["said"] == said or (said["verb"] == "go" and last["said"]["verb"] == "go"))
            if joins:
                last["said"], last["commands"] = said, [*last["commands"], command]
            else:
                self.options.append({"said": said, "commands": [command], "room": room})
        for option in self.options:
            if option["said"]["verb"] == "go":
                option["room"] = None

    def read(self, task, command, outcome):
        """The act of which a command is a part, with things by their names; None where it goes with what came before."""
        if command.isdigit() or command.startswith(("look", "examine", "inventory")):
            return None
        if command.startswith(("wait", "use ")):
            return act("watch")
        if command.startswith(("open door to", "go to")):
            return act("go", to="")
        if command.startswith("connect"):
            return act("wire")
        if task.kind.startswith(("grow", "inheritance")) and re.search(r"\bsink\b|pour jug", command):
            return act("water")
        moved = re.match(r"(?:\(.*\))?You move the (.+) to the (.+?)\.?$", outcome)
        focused = re.match(r"You focus on the (.+?)\.?$", outcome)
        if m := re.match(r"pick up (.+)", command):
            return act("take", what=self.name(task, moved.group(1) if moved else m.group(1)))
        if m := re.match(r"(?:drop|put down) (.+)", command):
            return act("drop", what=self.name(task, moved.group(1) if moved else m.group(1)))
        if m := re.match(r"move (.+) to (.+)", command):
            # Of a plane the outcome says no name.
            into = m.group(2) if moved is None or moved.group(2) == "inclined plane" else moved.group(2)
            return act("put", what=self.name(task, moved.group(1) if moved else m.group(1)), **{"in": self.name(task, into)})
        if m := re.match(r"pour (.+?) (?:in|into) ((?:cup|bowl|jug|metal|ceramic|glass|wood|tin|flower).*)", command):
            return act("pour", what=self.name(task, m.group(1)), **{"in": self.name(task, m.group(2))})
        if m := re.match(r"focus on (.+)", command):
            by = m.group(1) if task.planes or focused is None else focused.group(1)
            return act("focus", on=self.name(task, by, command))
        verb, _, what = command.partition(" ")
        return act(verb if verb in VERBS else "watch", **({"what": self.name(task, what)} if verb in VERBS and VERBS[verb][1] else {}))

    def name(self, task, text, command=""):
        """A thing as the player would call it: by its role in the task where it has one, else without number and whereabouts."""
        name = re.sub(r"\b(in inventory|in (?:the )?(?:art studio|table|counter))\b.*", "", text.lower()).strip()
        if (plane := plane_of(name, task.planes)) is not None:
            return f"plane-{plane + 1}"
        if name in task.boxes:
            return f"box-{task.boxes.index(name) + 1}"
        stage = next((s for s in STAGES if re.search(rf"\b{s}\b", f"{command} {name}")), None)
        if task.kind.startswith("life-stages") and stage is not None:
            return f"it as {stage}"
        if task.kind.startswith("find-") and name not in ROOMS and "box" not in name:
            return "one"
        if task.thing == "animal" and (animal := next((a for a in ANIMALS if a in name), None)):
            return animal
        if task.kind.startswith(("grow", "inheritance")) and re.search(rf"seed\b(?! jar$)|organism|living thing|{re.escape(task.thing)}", name):
            return "seed" if "seed" in name or task.kind == "inheritance" else "it"
        if name in self.parts:
            return "part"
        paints = re.search(r"containing (.+? paint)\b", name)
        if paints:
            return f"cup of {paints.group(1).split(' and ')[0]}"
        name = re.sub(r" containing .*| \d+$", "", name)
        if re.match(VESSEL, name):
            return "vessel"
        if re.search(r"\w+ wire$", name):
            return "wire"
        name = re.sub(r"^(?:solid|liquid) (?=unknown)", "", name)
        about = re.sub(r"^(?:solid|liquid) (?=unknown)", "", task.thing)
        if not task.planes and task.thing != "animal" and re.search(rf"\b{re.escape(about)}\b", name):
            return "it"
        return name


class Simulator:
    """The package's simulator, played once: what the same commands showed before in the same task is not worked out again."""

    def __init__(self):
        self.env = ScienceWorldEnv("", envStepLimit=10_000)
        self.known = {}

    def begin(self, name, variation):
        self.task = (name, variation)
        self.said, self.done = [], None
        self.node = self.known.setdefault(self.task, {"after": {}})
        return self.shown("text", self.env.get_task_description)

    def catch_up(self):
        """Says to the simulator what so far was only remembered; @returns what the last of it is answered"""
        if self.done is None:
            self.env.load(*self.task, EASY, generateGoldPath=False)
            self.done = 0
        outcome = None
        for command in self.said[self.done :]:
            outcome = self.env.server.step(command)
        self.done = len(self.said)
        return outcome

    def step(self, command):
        """@returns what is answered, the score in [0, 1] or -1 for a task failed, whether the task is over"""
        self.said.append(command)
        self.node = self.node["after"].setdefault(command, {"after": {}})
        if "outcome" not in self.node:
            outcome = self.catch_up()
            self.node["outcome"] = (outcome, self.env.server.getScore(), self.env.server.getCompleted())
        return self.node["outcome"]

    def shown(self, what, ask):
        if what not in self.node:
            self.catch_up()
            self.node[what] = ask()
        return self.node[what]

    def look(self):
        return self.shown("look", self.env.look)

    def inventory(self):
        return self.shown("inventory", self.env.inventory)

    def gold(self, name, variation):
        """Commands of the gold path with what each is answered."""
        self.env.load(name, variation, EASY, generateGoldPath=True)
        return [(command, self.env.server.step(command)) for command in self.env.get_gold_action_sequence()]


class World:
    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.simulator = Simulator()
        self.names = self.simulator.env.get_task_names()

    def describe(self):
        words, flag, count = {"kind": "enum"}, {"kind": "boolean"}, {"kind": "number"}
        facts = {
            "task": words,
            "it": words,
            "wants": words,
            "room": words,
            "place-1": words,
            "place-2": words,
            "at.place-1": flag,
            "at.place-2": flag,
            "it.here": flag,
            "it.held": flag,
            "it.state": words,
            "stage.newest": words,
            "held.count": count,
            "held.last": words,
            "container.here": words,
            "closed.here": words,
            "broken.here": words,
            "vessel.holds": words,
            "recipe.left": count,
            "recipe.water": flag,
            "focused": count,
            "measured": count,
            "above": words,
            "slower": words,
            "device.on": flag,
            "last.verb": words,
            "last.what": words,
            "before.verb": words,
            "before.what": words,
            "last.failed": flag,
            "decisions": count,
            **{f"sees.{slug(animal)}": flag for animal in ANIMALS},
        }
        return {
            "name": "ScienceWorld",
            "teacher": "gold action sequences of scienceworld",
            "facts": [{"id": id, **rest} for id, rest in facts.items()],
            "actions": [{"verb": verb, "does": does, **({"args": args} if args else {})} for verb, (does, args) in VERBS.items()],
            "versions": {"scienceworld": version("scienceworld")},
        }

    def swap(self):
        raise ValueError("this world has no two controls that could mean each other")

    # ---- the gold path --------------------------------------------------------------------------------------------------

    def gold(self, name, variation):
        """The gold path, worked out once for all runs."""
        path = os.path.join(self.folder, f"{name}-{variation}.json")
        if not os.path.exists(path):
            steps = self.simulator.gold(name, variation)
            # Of two programs that work it out at once the later one replaces the same words.
            making = f"{path}.{os.getpid()}"
            with open(making, "w") as file:
                json.dump(steps, file)
            os.replace(making, path)
        with open(path) as file:
            return json.load(file)

    def reset(self, seed):
        run, episode = divmod(seed, 100_000)
        name = self.names[episode % len(self.names)]
        among = self.simulator.env.get_max_variations(name)
        variation = (run * 7919 + (episode // len(self.names)) % VARIATIONS * 104_729) % among
        steps = self.gold(name, variation)
        self.task = Task(self.simulator.begin(name, variation))
        self.score, self.over, self.decisions = 0.0, False, 0
        self.history = [("none", "none"), ("none", "none")]
        self.failed = False
        self.held_last = "none"
        self.recipe, self.focused, self.temperatures, self.times, self.ticks, self.timing = [], [], [], {}, 0, None
        self.broken = {}
        self.learn()
        self.path = Gold(self.task, steps, self.here).options
        for option in self.path:
            option["done"] = False
        return self.point(0.0)

    # ---- what the player sees and remembers -----------------------------------------------------------------------------

    def learn(self):
        self.look = self.simulator.look()
        self.inventory = self.simulator.inventory()
        here = re.search(r"(?:called the|location is called the) ([a-z ]+)\.", self.look)
        self.here = here.group(1) if here else "nowhere"
        self.held = [re.sub(r"^(an?|the) ", "", line.strip().lower()) for line in self.inventory.split("\n")[1:] if line.strip()]

    def hear(self, command, outcome):
        """What an outcome's text adds to what is remembered."""
        self.recipe = parts_of(outcome) or self.recipe
        if m := re.search(r"measures a temperature of (-?\d+) degrees", outcome):
            self.temperatures.append(float(m.group(1)))
        if m := re.match(r"You focus on the (.+?)\.?$", outcome):
            self.focused.append(m.group(1))
        if m := re.search(r"The ([a-z ]+) appears broken", outcome):
            self.broken[self.here] = m.group(1)
        if (m := re.match(r"move .+ to (.+)", command)) and (plane := plane_of(m.group(1), self.task.planes)) is not None:
            self.timing, self.ticks = plane, 0
        if command.startswith("look at inclined plane") and "at the bottom" not in outcome:
            self.ticks += 1
        if command.startswith("deactivate stopwatch") and self.timing is not None:
            self.times[self.timing] = self.ticks

    def facts(self):
        task = self.task
        seen = self.look.lower()
        about = task.thing
        state = re.search(rf"(solid|liquid|gas\w*|melted|boiling|ice|steam)[^,;\n]*{re.escape(about)}|(ice|steam)\b", seen)
        stages = [s for s in STAGES if re.search(rf"\b{re.escape(about)}[^,\n]*\b{s}\b|\b{s}\b[^,\n]*\b{re.escape(about)}", seen)]
        unseen = [stage for stage in stages if not any(stage in said for said in self.focused)]
        added = sum(1 for verb, what in self.history if what == "part" and verb in ("put", "pour"))
        container = re.search(r"\b((?:glass|wood|tin|ceramic) cup|bowl|jug|metal pot)\b(?: \(containing nothing\))?", seen)
        holds = re.search(r"(?:cup|bowl|jug|pot) \(containing (?:a substance called )?([^)]+)\)", self.inventory.lower())
        closed = re.search(r"(?:a|the) ([a-z ]+?)\. the [a-z ]+ door is closed|the ([a-z ]+?) door is closed", seen)
        places = task.places
        return {
            "task": task.kind,
            "it": slug(about) if not task.planes else "planes",
            "wants": task.wants,
            "room": slug(self.here),
            "place-1": slug(places[0]) if places else "none",
            "place-2": slug(places[1]) if len(places) > 1 else "none",
            "at.place-1": bool(places) and self.here == places[0],
            "at.place-2": len(places) > 1 and self.here == places[1],
            "it.here": about in seen,
            "it.held": any(about in held for held in self.held),
            "it.state": next((g for g in (state.groups() if state else ()) if g), "none"),
            "stage.newest": unseen[-1] if unseen else "none",
            "held.count": coarse(len(self.held)),
            "held.last": slug(self.held_last),
            "container.here": slug(container.group(1)) if container else "none",
            "closed.here": slug(next(g for g in closed.groups() if g)) if closed else "none",
            "broken.here": slug(self.broken.get(self.here, "none")),
            "vessel.holds": slug(holds.group(1).split(",")[0]) if holds else "none",
            "recipe.left": coarse(max(0, len(self.recipe) - added)) if self.recipe else 8,
            "recipe.water": "water" in self.recipe,
            "focused": coarse(len(self.focused)),
            "measured": coarse(len(self.temperatures)),
            "above": "none" if task.limit is None or not self.temperatures else "yes" if self.temperatures[-1] > task.limit else "no",
            "slower": "none" if len(self.times) < 2 else "plane-1" if self.times[0] > self.times[1] else "plane-2",
            "device.on": re.search(r"(?:light bulb|motor), which is on", seen) is not None,
            "last.verb": self.history[-1][0],
            "last.what": slug(self.history[-1][1]),
            "before.verb": self.history[-2][0],
            "before.what": slug(self.history[-2][1]),
            "last.failed": self.failed,
            "decisions": coarse(self.decisions),
            **{f"sees.{slug(animal)}": re.search(rf"\b{animal}\b", seen) is not None for animal in ANIMALS},
        }

    # ---- acts -----------------------------------------------------------------------------------------------------------

    def spellings(self, said):
        """The same act in every way it may be said: a room also by its place in the task's text. The first is the usual one."""
        args = {name: slug(value) for name, value in said["args"].items()}
        if said["verb"] != "go":
            return [act(said["verb"], **args)]
        roles = [f"place-{i + 1}" for i, room in enumerate(self.task.places) if room == said["args"]["to"]]
        return [act("go", to=to) for to in [*roles, args["to"]]]

    def next(self):
        """The next option of the path; its own room first."""
        option = next((o for o in self.path if not o["done"]), None)
        if option is not None and option["room"] is not None and option["room"] != self.here:
            return {"said": act("go", to=option["room"]), "commands": [f"teleport to {option['room']}"], "done": False}
        return option

    def step(self, wanted):
        means = lambda option: wanted in self.spellings(option["said"])
        option = self.next()
        if option is None or not means(option):
            option = next((o for o in self.path if not o["done"] and o["room"] == self.here and means(o)), None)
        commands = option["commands"] if option is not None else [self.command(wanted)]
        reward = 0.0
        outcome = ""
        for command in commands:
            outcome, score, completed = self.simulator.step(command)
            self.hear(command, outcome)
            reward += max(score, 0.0) - max(self.score, 0.0)
            self.score = score
            self.over = self.over or score < 0 or completed
            if self.over:
                break
        if option is not None:
            option["done"] = True
        self.failed = option is None and re.search(r"No known|can't|not |Unknown|ambiguous", outcome, re.IGNORECASE) is not None
        self.decisions += 1
        self.over = self.over or self.decisions >= STEPS
        self.learn()
        args = list(wanted["args"].values())
        self.history.append((wanted["verb"], str(args[0]) if args else "none"))
        if wanted["verb"] == "take":
            self.held_last = str(wanted["args"]["what"])
        return self.point(reward)

    def command(self, wanted):
        """An act that is not of the path, in the game's words."""
        roles = {slug(role): name for role, name in self.task.roles().items()}
        args = {name: roles.get(str(value), str(value).replace("-", " ")) for name, value in wanted["args"].items()}
        return COMMANDS[wanted["verb"]].format(**args)

    def point(self, reward):
        facts = self.facts()
        option = None if self.over else self.next()
        return {
            "facts": facts,
            "place": f"{self.history[-1]},{zlib.crc32(f'{self.look}{self.inventory}'.encode())}",
            "reward": reward,
            "done": option is None,
            "teacher": None if option is None else self.teach(option, facts),
        }

    # ---- the teacher ----------------------------------------------------------------------------------------------------

    def teach(self, option, facts):
        ok = self.spellings(option["said"])
        chosen = ok[0]
        because = [is_("task", facts["task"]), is_("last.verb", facts["last.verb"]), is_("last.what", facts["last.what"])]
        if chosen["verb"] != "go":
            because.append(is_("room", facts["room"]))
        name = next(iter(chosen["args"].values()), "")
        for fact, value in (("above", "none"), ("slower", "none")):
            if facts[fact] != value and re.match(r"box|plane", str(name)):
                because.append(is_(fact, facts[fact]))
        if facts["task"] == "conductivity" and name == "it" and chosen["verb"] == "put":
            because.append(is_("device.on", facts["device.on"]))
        if facts["task"].startswith("life-stages") and chosen["verb"] in ("focus", "watch"):
            because.append(is_("stage.newest", facts["stage.newest"]))
        said = f"The task is to {facts['task']}, and the last thing done was {facts['last.verb']} {facts['last.what']}."
        return {"act": chosen, "ok": ok, "because": because[:6], "chain": f"{said} So I should {' '.join([chosen['verb'], *map(str, chosen['args'].values())])}."}


if __name__ == "__main__":
    serve(World(sys.argv[1]))

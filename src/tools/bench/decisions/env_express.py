# Games of the textworld-express package; the teacher is its gold action sequence. usage: env_express.py GAME
#
# A gold path is given for the start of a game alone and knows what the player has not found yet. So it is read for what it decides (what
# to take, where it belongs, how it is cooked), and the way there is the player's own: to a room it remembers, or on to a new one.
import re
import sys
from importlib.metadata import version

from world import act, coarse, is_, serve, slug

from textworld_express import TextWorldExpressEnv

PARAMS = {
    "coin": "numLocations=6,numDistractorItems=2,includeDoors=1,limitInventorySize=0",
    "twc": "numLocations=3,numItemsToPutAway=3,includeDoors=0,limitInventorySize=0",
    "cookingworld": "numLocations=4,numIngredients=3,numDistractorItems=4,includeDoors=0,limitInventorySize=0",
}
STEPS = 50
BACK = {"north": "south", "south": "north", "east": "west", "west": "east"}
# What can be seen of a thing besides what it is.
STATES = ("clean", "dirty", "wet", "rotten", "used")
# How a recipe says it, and what that is done with.
CUTS = ("slice", "dice", "chop")
HEATS = ("fry", "roast", "grill")


def noun(text):
    """The last word: what kind of thing it is, whatever its colour."""
    return slug(text.split(" ")[-1])


class World:
    def __init__(self, game):
        self.game = game
        self.env = TextWorldExpressEnv(envStepLimit=STEPS)
        self.env.load(game, PARAMS[game])
        self.actions = {
            "explore": "go on to the nearest place that is new or where something of use was left",
            "take": "take the first thing of use that lies here",
            **({"read": "read the cookbook"} if game == "cookingworld" else {}),
            **({"open": "open the container gone to" if game == "twc" else "open the next container that is closed here"} if game != "coin" else {}),
            **({"carry": "go to where something stands, looking for it if need be", "put": "put what is held into what was gone to"} if game == "twc" else {}),
            **(
                {"fetch": "go to where something stands, looking for it if need be", **{cut: f"{cut} the next ingredient" for cut in CUTS}}
                | {"cook": "cook the next ingredient with something", "prepare": "prepare the meal", "eat": "eat the meal"}
                if game == "cookingworld"
                else {}
            ),
        }
        self.args = {"carry": {"to": "text"}, "fetch": {"to": "text"}, "cook": {"with": "text"}}

    def describe(self):
        words, flag, count = {"kind": "enum"}, {"kind": "boolean"}, {"kind": "number"}
        facts = {
            "room": words,
            "item.here": words,
            "exits.new": count,
            "rooms.seen": count,
            "closed.here": words,
            "held.noun": words,
            "held.count": count,
            "last.verb": words,
            "moves": count,
            # What was gone to: not there, "open" or "closed"; and how the thing held is to look at, which is what its place depends on.
            **({"arrived": words, "held.state": words} if self.game == "twc" else {}),
            **(
                {"recipe.read": flag, "recipe.missing": count, "recipe.next": words, "knife.held": flag, "meal.held": flag}
                | {f"here.{name}": flag for name in ("stove", "oven", "barbeque")}
                if self.game == "cookingworld"
                else {}
            ),
        }
        return {
            "name": f"TextWorldExpress-{self.game}",
            "teacher": "gold action sequences of textworld-express",
            "facts": [{"id": id, **rest} for id, rest in facts.items()],
            "actions": [{"verb": v, "does": does, **({"args": self.args[v]} if v in self.args else {})} for v, does in self.actions.items()],
            "versions": {"textworld-express": version("textworld-express")},
        }

    def swap(self):
        raise ValueError("this world has no two controls that could mean each other")

    def reset(self, seed):
        # Of the thousand games of a fold each of the bench's five runs begins elsewhere; runs that tune have the other fold.
        run, episode = divmod(seed, 100_000)
        number = (run * 200 + episode) % 1000
        game = (number, "train") if run < 200 else (10_000 + number, "dev")
        _, self.infos = self.env.reset(seed=game[0], gameFold=game[1], generateGoldPath=True)
        gold = [c for c in self.env.getGoldActionSequence() if not c.startswith(("move", "look", "examine", "close"))]
        self.takes = [c[5:] for c in gold if c.startswith("take ")]
        self.puts = dict(re.fullmatch(r"put (.+) in (.+)", c).groups() for c in gold if c.startswith("put "))
        self.works = [c for c in gold if c.split(" ")[0] in (*CUTS, "cook", "prepare", "eat")]
        self.rooms = {}
        self.placed, self.taken, self.done = set(), set(), []
        self.recipe = []
        self.read = False
        self.last, self.target = "none", None
        self.moves = 0
        self.total = 0.0
        self.over = False
        self.learn()
        return self.point(0.0)

    # ---- what the player sees and remembers -----------------------------------------------------------------------------

    def learn(self):
        look = self.infos["look"]
        here = re.search(r"You are in the ([a-z ]+)\.", look)
        self.here = here.group(1) if here else "nowhere"
        exits = {d.lower(): None for d in re.findall(r"[Tt]o the (North|South|East|West)", look)}
        room = self.rooms.setdefault(self.here, {"exits": {}, "text": "", "loose": []})
        for way in exits:
            room["exits"].setdefault(way, None)
        room["text"] = look
        self.valid = set(self.infos["validActions"])
        self.held = [re.sub(r"^(an?|the|some|your) ", "", line.strip()) for line in self.infos["inventory"].split("\n")[1:] if line.strip() and "empty" not in line]

        room["loose"] = self.loose()

    def has(self, room, thing):
        return re.search(rf"\b{re.escape(thing)}\b", self.rooms[room]["text"], re.IGNORECASE) is not None

    def way_to(self, accept):
        """First move of the shortest way over known rooms to one that is accepted, or into an exit never taken."""
        seen, queue = {self.here}, [(self.here, None)]
        while queue:
            room, first = queue.pop(0)
            for way, beyond in sorted(self.rooms[room]["exits"].items()):
                if accept(beyond):
                    return first or way
                if beyond is not None and beyond not in seen:
                    seen.add(beyond)
                    queue.append((beyond, first or way))
        return None

    def loose(self):
        """What could be taken here and is of use: anything not put in its place yet; by the recipe once that is read."""
        things = sorted(c[5:] for c in self.valid if c.startswith("take "))
        if self.game == "coin":
            return [t for t in things if t == "coin"]
        if self.game == "twc":
            return [t for t in things if t not in self.placed]
        return [t for t in things if t in self.missing()]

    def missing(self):
        held = {re.sub(r"^(raw|sliced|diced|chopped|fried|roasted|grilled) ", "", h) for h in self.held} | self.taken
        wanted = [name for name, _ in self.recipe] + (["knife"] if any(how in CUTS for _, hows in self.recipe for how in hows) else [])
        return [w for w in wanted if w not in held]

    def steps(self):
        """Directions of the recipe that were not followed yet, as (how, what)."""
        return [(how, name) for kind in (CUTS, HEATS) for name, hows in self.recipe for how in hows if how in kind and (how, name) not in self.done]

    def arrived(self):
        if self.target is None or not self.has(self.here, self.target):
            return "none"
        return "closed" if self.command_like("open", self.target) else "open"

    def command_like(self, *words):
        """The command of now that says this, whatever its capitals."""
        return next((c for c in sorted(self.valid) if slug(c) == slug(" ".join(words))), None)

    def closed(self):
        return sorted(c[5:] for c in self.valid if c.startswith("open ") and not c.startswith("open door"))

    def facts(self):
        loose, closed = self.loose(), self.closed()
        facts = {
            "room": slug(self.here),
            "item.here": noun(loose[0]) if loose else "none",
            "exits.new": coarse(sum(1 for room in self.rooms.values() for beyond in room["exits"].values() if beyond is None)),
            "rooms.seen": coarse(len(self.rooms)),
            "closed.here": slug(closed[0]) if closed else "none",
            "held.noun": noun(self.held[0]) if self.held else "none",
            "held.count": coarse(len(self.held)),
            "last.verb": self.last,
            "moves": coarse(self.moves),
        }
        if self.game == "twc":
            state = self.held[0].split(" ")[0] if self.held else "none"
            facts |= {"arrived": self.arrived(), "held.state": state if state in STATES else "none"}
        if self.game == "cookingworld":
            steps = self.steps()
            facts |= {
                "recipe.read": self.read,
                "recipe.missing": len(self.missing()),
                "recipe.next": "none" if not self.read else steps[0][0] if steps else "done",
                "knife.held": "knife" in self.taken,
                "meal.held": any("meal" in h for h in self.held),
                **{f"here.{name}": self.has(self.here, name) for name in ("stove", "oven", "barbeque")},
            }
        return facts

    # ---- acts -----------------------------------------------------------------------------------------------------------

    def command(self, text):
        _, reward, done, self.infos = self.env.step(text)
        self.total += float(reward)
        self.moves += 1
        self.over = self.over or bool(done) or bool(self.infos["tasksuccess"]) or bool(self.infos["taskfailure"]) or self.moves >= STEPS
        self.learn()
        return self.infos["observation"]

    def move(self, way):
        came = self.here
        if re.search(rf"To the {way} you see a closed", self.infos["look"], re.IGNORECASE):
            self.command(f"open door to {way}")
        if self.over or f"move {way}" not in self.valid:
            return False
        self.command(f"move {way}")
        self.rooms[came]["exits"][way] = self.here
        if BACK[way] in self.rooms[self.here]["exits"]:
            self.rooms[self.here]["exits"][BACK[way]] = came
        return True

    def go(self, accept):
        way = self.way_to(accept)
        return way is not None and self.move(way)

    def seek(self, thing):
        """Walks to where it stands, over known rooms first, then into new ones."""
        while not self.over and not self.has(self.here, thing):
            known = any(self.has(room, thing) for room in self.rooms)
            if not self.go(lambda room: room is not None and self.has(room, thing) if known else room is None):
                return
        if not self.over:
            self.target = thing

    def step(self, wanted):
        verb, args = wanted["verb"], wanted["args"]
        self.total = 0.0
        before = self.moves
        came = self.target
        self.target = None
        chosen = None
        if verb == "explore":
            self.go(lambda room: room is None or (room != self.here and self.rooms[room]["loose"]))
        elif verb in ("carry", "fetch"):
            self.seek(args["to"].replace("-", " "))
            # Whoever stands before it already has gone nowhere.
            before -= self.target is not None
        elif verb == "take" and self.loose():
            thing = self.loose()[0]
            self.command(f"take {thing}")
            self.taken.add(thing)
        elif verb == "read":
            chosen = "read cookbook" if "read cookbook" in self.valid else None
            if chosen:
                self.learn_recipe(self.command(chosen))
        elif verb == "open":
            self.target = came
            what = came if self.game == "twc" else next(iter(self.closed()), None)
            chosen = self.command_like("open", what) if what else None
            if chosen:
                self.command(chosen)
        elif verb == "put" and self.held and came:
            chosen = self.command_like("put", self.held[0], "in", came)
            if chosen:
                self.placed.add(self.held[0])
                self.command(chosen)
        elif verb in CUTS or verb == "cook":
            step = self.steps()[:1]
            if step:
                how, name = step[0]
                chosen = self.command_like(verb, name) if verb in CUTS else self.command_like("cook", name, "in", args["with"])
                if chosen:
                    self.command(chosen)
                    self.done.append((how, name))
        elif verb in ("prepare", "eat"):
            chosen = self.command_like(verb, "meal")
            if chosen:
                self.command(chosen)
        if self.moves == before:
            # What cannot be done costs a move as well.
            self.command("look around")
        self.last = verb
        return self.point(self.total)

    def learn_recipe(self, text):
        self.read = True
        named, _, directions = text.partition("Directions:")
        names = [line.strip() for line in named.partition("Ingredients:")[2].split("\n") if line.strip()]
        self.recipe = [(name, [how for how in (*CUTS, *HEATS) if re.search(rf"\b{how} the {re.escape(name)}\b", directions)]) for name in names]

    def point(self, reward):
        facts = self.facts()
        return {
            "facts": facts,
            # Going round in circles is to be where one was with nothing got done since.
            "place": f"{self.here},{self.target},{len(self.held)},{len(self.rooms)},{len(self.placed)},{self.done},{self.read},{self.closed()}",
            "reward": reward,
            "done": self.over,
            "teacher": None if self.over else self.teach(facts),
        }

    # ---- the teacher ----------------------------------------------------------------------------------------------------

    def teach(self, facts):
        chosen, because, said = getattr(self, f"teach_{self.game}")(facts)
        said = [*said, f"So I should {' '.join([chosen['verb'], *map(str, chosen['args'].values())])}."]
        return {"act": chosen, "ok": [chosen], "because": because, "chain": " ".join(said)}

    def teach_coin(self, facts):
        if facts["item.here"] == "coin":
            return act("take"), [is_("item.here", "coin")], ["The coin is here."]
        return act("explore"), [is_("item.here", facts["item.here"])], ["The coin is not here."]

    def teach_twc(self, facts):
        if self.held and self.held[0] in self.puts:
            to = self.puts[self.held[0]]
            because = [is_("held.noun", facts["held.noun"]), is_("held.state", facts["held.state"]), is_("arrived", facts["arrived"])]
            said = [f"I hold {facts['held.noun']}, which belongs to the {to}."]
            if self.target is None or slug(self.target) != slug(to) or facts["arrived"] == "none":
                return act("carry", to=slug(to)), because, said
            return act("open" if facts["arrived"] == "closed" else "put"), because[2:], said
        if facts["item.here"] != "none":
            return act("take"), [{"f": "item.here", "op": "!=", "v": "none"}, is_("held.noun", facts["held.noun"])], [f"Here lies {facts['item.here']}."]
        return act("explore"), [is_("item.here", "none"), is_("held.noun", facts["held.noun"])], ["Nothing is out of place here."]

    def teach_cookingworld(self, facts):
        if not self.read:
            if "read cookbook" in self.valid:
                return act("read"), [is_("recipe.read", False)], ["The recipe is not read yet."]
            return act("fetch", to="cookbook"), [is_("recipe.read", False)], ["The recipe is not read yet."]
        missing = facts["recipe.missing"] > 0
        if facts["item.here"] != "none":
            return act("take"), [is_("recipe.read", True), {"f": "item.here", "op": "!=", "v": "none"}], [f"The recipe wants {facts['item.here']}."]
        if missing:
            because = [{"f": "recipe.missing", "op": ">", "v": 0}, is_("item.here", "none"), is_("closed.here", facts["closed.here"])]
            # The path knows which containers are worth opening; whoever does not looks into each.
            return act("open") if self.closed() else act("explore"), because, ["Something is missing yet."]
        because = [{"f": "recipe.missing", "op": "<=", "v": 0}, is_("recipe.next", facts["recipe.next"])]
        said = [f"The recipe says {facts['recipe.next']}."]
        steps = self.steps()
        if steps and steps[0][0] in CUTS:
            return act(steps[0][0]), because, said
        if steps:
            # The gold path may cook elsewhere than the recipe's word says; its own choice is followed.
            gold = next((c for c in self.works if c.startswith(f"cook {steps[0][1]} in ")), "")
            tool = gold.rpartition(" in ")[2] or {"fry": "stove", "roast": "oven", "grill": "barbeque"}[steps[0][0]]
            because.append(is_(f"here.{tool}", facts[f"here.{tool}"]))
            if self.has(self.here, tool):
                return act("cook", **{"with": slug(tool)}), because, said
            return act("fetch", to=slug(tool)), because, said
        if facts["meal.held"]:
            return act("eat"), [*because, is_("meal.held", True)], said
        if "prepare meal" in self.valid:
            return act("prepare"), [*because, is_("meal.held", False)], said
        return act("fetch", to="stove"), [*because, is_("here.stove", False)], said


if __name__ == "__main__":
    serve(World(sys.argv[1]))

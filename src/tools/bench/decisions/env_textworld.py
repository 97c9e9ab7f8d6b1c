# Quests made by the textworld package and played as text; the teacher is its own `policy_commands`, worked out anew after each command.
# usage: env_textworld.py FOLDER (where games are kept once they are made; one takes some seconds)
import os
import re
import sys
from importlib.metadata import version

from world import act, coarse, is_, serve

import textworld
from textworld import EnvInfos, GameOptions
from textworld.generator import compile_game, make_game

GAMES = 60
QUEST = 5
STEPS = 20
VERBS = {
    "go": "go where the quest says next",
    "take": "take what the quest says next",
    "open": "open what the quest says next",
    "close": "close what the quest says next",
    "unlock": "unlock what the quest says next",
    "lock": "lock what the quest says next",
    "put": "put what the quest says next onto something",
    "insert": "put what the quest says next into something",
    "drop": "drop what the quest says next",
    "eat": "eat what the quest says next",
    "skip": "take the quest's next step for done",
    "again": "go back to the quest's step before",
}
# Words by which a quest tells what to do; which of them means which verb is for the learner to find out.
WORDS = (
    "unlocked unlock locked lock opened open closed close shut insert put place rest sit drop discard eat consume devour "
    "take pick-up pick retrieve recover get grab lift deposit go travel venture head move trip attempt look check ensure assure"
).split()
DIRECTIONS = ("north", "south", "east", "west")
FILLER = {"the", "a", "an", "of", "in", "on", "to", "from", "with", "into", "onto", "inside", "within"}


class World:
    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.infos = EnvInfos(policy_commands=True, admissible_commands=True, inventory=True, description=True, objective=True, won=True, lost=True)

    def describe(self):
        words, flag, count = {"kind": "enum"}, {"kind": "boolean"}, {"kind": "number"}
        facts = {
            "step.first": words,
            "step.second": words,
            "step.direction": {"kind": "enum", "values": [*DIRECTIONS, "none"]},
            "step.into": words,
            "step.from": flag,
            "step.number": count,
            "step.thing-here": flag,
            "step.thing-held": flag,
            "held.count": count,
            "last.verb": {"kind": "enum", "values": ["none", *VERBS]},
            "last.failed": flag,
        }
        return {
            "name": "TextWorld",
            "teacher": "policy_commands of textworld",
            "facts": [{"id": id, **rest} for id, rest in facts.items()],
            "actions": [{"verb": verb, "does": does} for verb, does in VERBS.items()],
            "versions": {"textworld": version("textworld")},
        }

    def swap(self):
        raise ValueError("this world has no two controls that could mean each other")

    def game(self, number):
        path = os.path.join(self.folder, f"quest-{number}.z8")
        if not os.path.exists(path):
            # Of two programs that make the same game at once the later one replaces the same bytes.
            making = os.path.join(self.folder, f"making-{os.getpid()}-{number}.z8")
            options = GameOptions()
            options.seeds, options.nb_rooms, options.nb_objects, options.quest_length = 7000 + number, 5, 10, QUEST
            options.path, options.file_ext = making, ".z8"
            compile_game(make_game(options), options)
            os.replace(making.replace(".z8", ".json"), path.replace(".z8", ".json"))
            os.replace(making, path)
        return path

    def reset(self, seed):
        self.env = textworld.start(self.game(seed % GAMES), request_infos=self.infos)
        self.state = self.env.reset()
        sentences = re.split(r"(?<=[.!?])\s+", self.state.objective)
        # What a sentence of the quest says is done by a verb to a thing or in a direction; greetings and farewells name neither.
        self.quest = [s for s in sentences if re.search(r"\b(the|north|south|east|west)\b", s.lower()) and self.words(s)]
        self.at, self.steps, self.last, self.failed, self.over = 0, 0, "none", False, False
        return self.point(0.0)

    def words(self, sentence):
        text = re.sub(r"[^a-z\- ]", " ", sentence.lower())
        return [word for word in text.split() if word in WORDS]

    def sentence(self, at=None):
        at = self.at if at is None else at
        return self.quest[at].lower() if 0 <= at < len(self.quest) else ""

    def commands(self, verb, at=None):
        """Commands of this verb that could be meant by a step of the quest, the next unless said; the likeliest first."""
        said = set(re.findall(r"[a-z]+", self.sentence(at)))
        fit = []
        for command in self.state.admissible_commands or []:
            first, *rest = command.lower().split()
            if first == verb:
                names = [w for w in re.findall(r"[a-z]+", " ".join(rest)) if w not in FILLER]
                met = sum(1 for n in names if n in said)
                fit.append((-met / max(1, len(names)), -met, command))
        return [command for worse, _, command in sorted(fit) if worse < 0]

    def facts(self):
        sentence = self.sentence()
        words = self.words(sentence)
        things = re.findall(r"\b(?:the|a|an) ([a-z][a-z\- ]*?)(?= (?:from|into|in|inside|within|on|onto|with|is|wide)\b|[.,!?;]|$)", sentence)
        thing = things[0].strip() if things else ""
        here = (self.state.description or "").lower()
        held = (self.state.inventory or "").lower()
        into = re.search(r"\b(into|inside|onto|on|in)\b", sentence)
        return {
            "step.first": words[0] if words else "none",
            "step.second": words[1] if len(words) > 1 else "none",
            "step.direction": next((d for d in DIRECTIONS if re.search(rf"\b{d}\b", sentence)), "none"),
            "step.into": into.group(1) if into else "none",
            "step.from": " from " in sentence,
            "step.number": self.at,
            "step.thing-here": thing != "" and thing in here,
            "step.thing-held": thing != "" and thing in held,
            "held.count": coarse(len(re.findall(r"\n\s+an? ", held))),
            "last.verb": self.last,
            "last.failed": self.failed,
        }

    def step(self, wanted):
        verb = wanted["verb"]
        reward = 0.0
        self.failed = False
        if verb == "skip":
            self.at = min(self.at + 1, len(self.quest))
        elif verb == "again":
            self.at = max(self.at - 1, 0)
        else:
            found = self.commands(verb)
            self.failed = not found
            if found:
                self.state, _, self.over = self.env.step(found[0])
                self.at = min(self.at + 1, len(self.quest))
                reward = 1.0 if self.state.won else 0.0
        self.steps += 1
        self.last = verb
        self.over = self.over or self.steps >= STEPS
        return self.point(reward)

    def point(self, reward):
        facts = self.facts()
        teaches = not self.over and bool(self.state.policy_commands)
        return {
            "facts": facts,
            "place": f"{self.at},{self.last}",
            "reward": reward,
            "done": not teaches,
            "teacher": self.teach(facts) if teaches else None,
        }

    def teach(self, facts):
        command = self.state.policy_commands[0]
        verb = command.split(" ")[0]
        # What the policy wants next is not what the quest's text says next: the player lost its place in it.
        if command not in self.commands(verb)[:1]:
            if command in self.commands(verb, self.at - 1)[:1]:
                verb = "again"
            elif self.at < len(self.quest) - 1:
                verb = "skip"
        because = [is_("step.first", facts["step.first"]), is_("step.second", facts["step.second"])]
        if verb == "go":
            because = [is_("step.first", facts["step.first"]), {"f": "step.direction", "op": "!=", "v": "none"}]
        if verb in ("put", "insert"):
            because.append(is_("step.into", facts["step.into"]))
        chosen = act(verb)
        return {"act": chosen, "ok": [chosen], "because": because, "chain": f"The quest says {facts['step.first']}. So I should {verb}."}


if __name__ == "__main__":
    serve(World(sys.argv[1]))

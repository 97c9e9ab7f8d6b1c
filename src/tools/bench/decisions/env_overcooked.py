# Overcooked of the overcooked-ai package beside a partner; partner and teacher are its GreedyHumanModel. usage: env_overcooked.py LAYOUT
import sys
from collections import defaultdict
from importlib.metadata import version

from world import act, coarse, is_, serve

import numpy as np
from overcooked_ai_py.agents.agent import GreedyHumanModel
from overcooked_ai_py.mdp.overcooked_env import OvercookedEnv
from overcooked_ai_py.mdp.overcooked_mdp import OvercookedGridworld
from overcooked_ai_py.planning.planners import NO_COUNTERS_PARAMS, MediumLevelActionManager

HORIZON = 400
LONGEST = 12
# verb -> the package's own planner for it
PLANNERS = {
    "take-onion": "pickup_onion_actions",
    "put-onion": "put_onion_in_pot_actions",
    "cook": "start_cooking_actions",
    "take-dish": "pickup_dish_actions",
    "take-soup": "pickup_soup_with_dish_actions",
    "deliver": "deliver_soup_actions",
    "stand-by": "go_to_closest_feature_actions",
}
DOES = {
    "take-onion": "fetch an onion",
    "put-onion": "put the onion into a pot",
    "cook": "start a full pot",
    "take-dish": "fetch a dish",
    "take-soup": "fill the dish with soup from a pot",
    "deliver": "bring the soup to the counter",
    "stand-by": "step to the nearest thing and wait",
}
HELD = ["nothing", "onion", "dish", "soup", "tomato"]
POTS = ["pots.empty", "pots.partial", "pots.full", "pots.cooking", "pots.ready"]
DISCRIMINATING = ("me.holding", "other.holding", *POTS)


class Follower(GreedyHumanModel):
    """Walks as the package's model does, towards what it is told instead of what it would choose."""

    goals = None

    def ml_action(self, state):
        start = state.players[self.agent_index].pos_and_or
        valid = lambda goals: [g for g in goals if self.mlam.motion_planner.is_valid_motion_start_goal_pair(start, g)]
        return valid(self.goals(state)) or valid(self.mlam.go_to_closest_feature_actions(state.players[self.agent_index]))


class World:
    def __init__(self, layout):
        self.layout = layout
        self.mdp = OvercookedGridworld.from_layout_name(layout)
        self.planner = MediumLevelActionManager.from_pickle_or_compute(self.mdp, NO_COUNTERS_PARAMS, force_compute=True)
        self.env = OvercookedEnv.from_mdp(
            self.mdp, horizon=HORIZON, info_level=0, start_state_fn=self.mdp.get_random_start_state_fn(random_start_pos=True)
        )
        self.swapped = False

    def describe(self):
        count = {"kind": "number"}
        held = {"kind": "enum", "values": HELD}
        facts = {
            "me.holding": held,
            "other.holding": held,
            **{pot: count for pot in POTS},
            "cook.left": count,
            "dist.onion": count,
            "dist.dish": count,
            "dist.pot": count,
            "dist.counter": count,
            "dist.other": count,
            "time.left": count,
            "stuck": {"kind": "boolean"},
            "last.verb": {"kind": "enum", "values": ["none", *PLANNERS]},
        }
        return {
            "name": f"Overcooked-{self.layout}",
            "teacher": "GreedyHumanModel of overcooked-ai",
            "facts": [{"id": id, **rest} for id, rest in facts.items()],
            "actions": [{"verb": verb, "does": DOES[verb]} for verb in PLANNERS],
            "versions": {"overcooked-ai": version("overcooked-ai"), "numpy": np.__version__},
        }

    def swap(self):
        self.swapped = not self.swapped

    def reset(self, seed):
        # The package draws from numpy's own generator.
        np.random.seed(seed)
        self.env.reset(regen_mdp=False)
        self.teacher, self.me, self.other = (self.agent(kind, i) for kind, i in ((GreedyHumanModel, 0), (Follower, 0), (GreedyHumanModel, 1)))
        self.last = "none"
        self.stuck = False
        self.soups = 0
        return self.point(0.0, False)

    def agent(self, kind, index):
        made = kind(self.planner, auto_unstuck=kind is Follower or index == 1)
        made.set_agent_index(index)
        return made

    def goals(self, verb, state):
        pots = self.mdp.get_pot_states(state)
        counters = self.mdp.get_counter_objects_dict(state, list(self.mdp.terrain_pos_dict["X"]))
        plan = getattr(self.planner, PLANNERS[verb])
        if verb in ("take-onion", "take-dish"):
            return plan(counters)
        if verb == "put-onion":
            return plan(pots)
        if verb == "cook":
            return plan(defaultdict(list, {"3_items": pots["3_items"]}))
        if verb == "take-soup":
            return plan(pots, only_nearly_ready=True)
        return plan(state.players[0]) if verb == "stand-by" else plan()

    def step(self, wanted):
        verb = wanted["verb"]
        if self.swapped:
            verb = {"take-onion": "take-dish", "take-dish": "take-onion"}.get(verb, verb)
        before = self.facts()
        total = 0.0
        done = False
        self.stuck = True
        self.me.goals = lambda state: self.goals(verb, state)
        for _ in range(LONGEST):
            state = self.env.state
            joint = (self.me.action(state)[0], self.other.action(state)[0])
            _, reward, done, _ = self.env.step(joint)
            total += float(reward)
            self.soups += reward > 0
            self.stuck = self.stuck and self.env.state.players_pos_and_or[0] == state.players_pos_and_or[0]
            now = self.facts()
            if done or any(now[f] != before[f] for f in DISCRIMINATING):
                break
        self.last = wanted["verb"]
        return self.point(total, done)

    def facts(self):
        state = self.env.state
        pots = self.mdp.get_pot_states(state)
        me, other = state.players
        held = lambda player: player.get_object().name if player.has_object() else "nothing"
        cooking = [state.get_object(pot) for pot in pots["cooking"]]
        facts = {
            "me.holding": held(me),
            "other.holding": held(other),
            "pots.empty": len(pots["empty"]),
            "pots.partial": len(pots["1_items"]) + len(pots["2_items"]),
            "pots.full": len(pots["3_items"]),
            "pots.cooking": len(cooking),
            "pots.ready": len(pots["ready"]),
            "dist.other": coarse(abs(me.position[0] - other.position[0]) + abs(me.position[1] - other.position[1])),
            "time.left": (HORIZON - state.timestep + 49) // 50 * 50,
            "stuck": self.stuck,
            "last.verb": self.last,
        }
        if cooking:
            facts["cook.left"] = coarse(min(soup.cook_time_remaining for soup in cooking))
        for name, terrain in (("onion", "O"), ("dish", "D"), ("pot", "P"), ("counter", "S")):
            reach = self.planner.motion_planner.min_cost_to_feature(me.pos_and_or, self.mdp.terrain_pos_dict[terrain])
            if np.isfinite(reach):
                facts[f"dist.{name}"] = coarse(int(reach))
        return facts

    def point(self, reward, done):
        facts = self.facts()
        x, y = self.env.state.players[0].position
        return {
            "facts": facts,
            "place": f"{x},{y},{self.env.state.timestep}",
            "lesson": str(self.soups),
            "reward": reward,
            "done": bool(done),
            "teacher": None if done else self.teach(facts),
        }

    def teach(self, facts):
        """What the model would set out to do: the last of the package's planners that it called."""
        called = []
        names = {planner: verb for verb, planner in PLANNERS.items()}
        state = self.env.state
        for planner, verb in names.items():
            plan = getattr(type(self.planner), planner)
            setattr(self.planner, planner, lambda *args, plan=plan, verb=verb, **more: (called.append(verb), plan(self.planner, *args, **more))[1])
        try:
            self.teacher.ml_action(state)
        finally:
            for planner in names:
                delattr(self.planner, planner)
        verb = called[-1]
        # Who holds what has no place to go to now stands by, whatever it is called: both walk to the nearest thing and wait.
        waits = {"onion": "put-onion", "dish": "take-soup"}.get(facts["me.holding"])
        ok = [verb, waits] if verb == "stand-by" and waits is not None and not self.goals(waits, state) else [verb]
        because = [is_("me.holding", facts["me.holding"])]
        said = [f"I hold {facts['me.holding']}."]
        if facts["me.holding"] == "nothing":
            soon = facts["pots.ready"] + facts["pots.cooking"]
            if verb == "take-dish":
                because += [{"f": "pots.ready" if facts["pots.ready"] else "pots.cooking", "op": ">", "v": 0}, {"f": "other.holding", "op": "!=", "v": "dish"}]
                said.append("A soup is or will soon be ready and nobody brings a dish.")
            elif verb == "cook":
                because.append({"f": "pots.full", "op": ">", "v": 0})
                said.append("A pot is full.")
            elif soon:
                because.append(is_("other.holding", facts["other.holding"]))
                said.append(f"The other one holds {facts['other.holding']}.")
            else:
                because += [{"f": "pots.ready", "op": "<=", "v": 0}, {"f": "pots.cooking", "op": "<=", "v": 0}]
                said.append("No soup is under way.")
        elif verb == "stand-by":
            because += [{"f": "pots.ready", "op": "<=", "v": 0}, {"f": "pots.cooking", "op": "<=", "v": 0}] if facts["me.holding"] == "dish" else [
                {"f": "pots.empty", "op": "<=", "v": 0},
                {"f": "pots.partial", "op": "<=", "v": 0},
            ]
            said.append("There is no pot for it now.")
        if self.swapped:
            verb, *ok = ({"take-onion": "take-dish", "take-dish": "take-onion"}.get(v, v) for v in [verb, *ok])
        said.append(f"So I should {verb.replace('-', ' ')}.")
        return {"act": act(verb), "ok": [act(v) for v in ok], "because": because, "chain": " ".join(said)}


if __name__ == "__main__":
    serve(World(sys.argv[1]))

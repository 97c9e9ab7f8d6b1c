# BabyAI levels of the minigrid package; the teacher is the package's own BabyAIBot. usage: env_babyai.py LEVEL
import sys
from collections import deque
from importlib.metadata import version

from world import Revisits, act, coarse, is_, serve

import gymnasium
import minigrid  # registers the levels
from minigrid.core.world_object import WorldObj
from minigrid.envs.babyai.core.verifier import GoToInstr, ObjDesc, OpenInstr, PickupInstr, PutNextInstr
from minigrid.utils.baby_ai_bot import BabyAIBot, DropSubgoal, GoNextToSubgoal, OpenSubgoal, PickupSubgoal

VERBS = {"left": 0, "right": 1, "forward": 2, "take": 3, "drop": 4, "open": 5}
DOES = {
    "left": "turn left",
    "right": "turn right",
    "forward": "walk on until something of note changes",
    "take": "pick up what lies ahead",
    "drop": "put down what is carried, ahead",
    "open": "open or unlock the door ahead",
}
DIRS = [(1, 0), (0, 1), (-1, 0), (0, -1)]
KINDS = ["unseen", "empty", "wall", "door-open", "door-closed", "door-locked", "key", "ball", "box"]
WAYS = ["forward", "left", "right", "back"]
# A change of one of these ends a walk: it is then worth deciding anew. Distances and sights by the way are not.
DISCRIMINATING = ("goal.seen", "nav.step.goal", "nav.step.key", "nav.step.frontier", "front.kind", "front.is-goal", "front.is-key", "carrying")
TURNED = {"left": "right", "right": "left"}


class Bot(BabyAIBot):
    """The package's bot with the same searches in the same order, over a queue that is not copied at every step: half of its time."""

    def _breadth_first_search(self, initial_states, accept_fn, ignore_blockers):
        queue = deque((state, None) for state in initial_states)
        get, mask = self.mission.unwrapped.grid.get, self.vis_mask
        previous = {}
        while queue:
            (i, j, di, dj), came = queue.popleft()
            if (i, j) in previous:
                continue
            cell = get(i, j)
            previous[i, j] = came
            if accept_fn((i, j), cell):
                path, at = [], (i, j)
                while at:
                    path.append(at)
                    at = previous[at]
                return path, (i, j), previous
            if not mask[i, j]:
                continue
            if cell and (cell.type == "wall" or (cell.type == "door" and not cell.is_open) or (cell.type != "door" and not ignore_blockers)):
                continue
            for k, l in ((di, dj), (dj, di), (-dj, -di), (-di, -dj)):
                queue.append(((i + k, j + l, k, l), (i, j)))
        return None, None, previous


class World:
    def __init__(self, level):
        self.level = level
        self.env = gymnasium.make(f"BabyAI-{level}-v0", disable_env_checker=True).unwrapped
        # The picture is wanted once a step by the player's memory and by the bot; encoding it is wanted by nobody here.
        looking = self.env.gen_obs_grid
        self.looked = None

        def look(agent_view_size=None):
            if self.looked is None:
                self.looked = looking(agent_view_size)
            return self.looked

        self.env.gen_obs_grid = look
        self.env.gen_obs = lambda: None
        self.swapped = False

    def describe(self):
        kinds = {"kind": "enum", "values": KINDS}
        ways = {"kind": "enum", "values": [*WAYS, "none"]}
        flag = {"kind": "boolean"}
        count = {"kind": "number"}
        facts = {
            "goal.verb": {"kind": "enum", "values": ["go", "open", "pick-up", "put-next"]},
            "goal.kind": {"kind": "enum", "values": ["ball", "box", "key", "door"]},
            "goal.seen": {**flag, "words": ["goal seen", "goal in sight"]},
            "goal.bearing": {"kind": "enum", "values": ["ahead", "ahead-right", "right", "behind-right", "behind", "behind-left", "left", "ahead-left"]},
            "goal.distance": count,
            "nav.step.goal": {**ways, "words": ["way to it", "way to the goal"]},
            "nav.dist.goal": count,
            "nav.blocked": flag,
            "nav.step.frontier": {**ways, "words": ["way to what I have not seen"]},
            "nav.dist.frontier": count,
            "front.kind": {**kinds, "words": ["ahead"]},
            "front.is-goal": flag,
            "left.kind": kinds,
            "right.kind": kinds,
            "carrying": {"kind": "enum", "values": ["nothing", "goal", "ball", "box", "key"], "words": ["carry", "carried"]},
            "key.needed": flag,
            "key.seen": {**flag, "words": ["key seen", "key in sight"]},
            "nav.step.key": {**ways, "words": ["way to the key"]},
            "front.is-key": flag,
            "nav.step.drop": {**ways, "words": ["way to where it can be put down"]},
            "front.is-drop": flag,
            "sees.count": count,
            "revisits": count,
            "stuck": flag,
            "last.verb": {"kind": "enum", "values": ["none", *VERBS]},
        }
        return {
            "name": f"BabyAI-{self.level}",
            "teacher": "BabyAIBot of minigrid",
            "facts": [{"id": id, **rest} for id, rest in facts.items()],
            "actions": [{"verb": verb, "does": DOES[verb]} for verb in VERBS],
            "versions": {"minigrid": version("minigrid"), "gymnasium": version("gymnasium")},
        }

    def swap(self):
        self.swapped = not self.swapped

    def reset(self, seed):
        self.looked = None
        self.env.reset(seed=seed)
        self.memory = {}
        self.revisits = Revisits()
        self.last = "none"
        self.bot = Bot(self.env)
        self.look()
        return self.point(0.0, False)

    def step(self, wanted):
        verb = wanted["verb"]
        taken = TURNED.get(verb, verb) if self.swapped else verb
        before = self.facts()
        total = 0.0
        ended = False
        moved = False
        while True:
            self.looked = None
            was = self.env.agent_pos
            _, reward, terminated, truncated, _ = self.env.step(VERBS[taken])
            total += float(reward)
            ended = terminated or truncated
            moved = moved or tuple(was) != tuple(self.env.agent_pos)
            self.look()
            if ended or taken != "forward" or tuple(was) == tuple(self.env.agent_pos):
                break
            now = self.facts()
            if any(now.get(f) != before.get(f) for f in DISCRIMINATING):
                break
            before = now
        self.last = verb
        return self.point(total, ended)

    # ---- what the player knows ------------------------------------------------------------------------------------------

    def look(self):
        """Takes what is in view into the memory: cell -> the thing there (None: empty floor)."""
        env = self.env
        _, mask = env.gen_obs_grid()
        size = env.agent_view_size
        (px, py), (fx, fy), (rx, ry) = env.agent_pos, env.dir_vec, env.right_vec
        left, top = px + fx * (size - 1) - rx * (size // 2), py + fy * (size - 1) - ry * (size // 2)
        for j in range(size):
            for i in range(size):
                if mask[i, j]:
                    x, y = int(left - fx * j + rx * i), int(top - fy * j + ry * i)
                    if 0 <= x < env.width and 0 <= y < env.height:
                        self.memory[x, y] = env.grid.get(x, y)
                        self.bot.vis_mask[x, y] = True
        self.memory[int(px), int(py)] = env.grid.get(int(px), int(py))

    def kind(self, cell):
        if cell not in self.memory:
            return "unseen"
        thing = self.memory[cell]
        if thing is None:
            return "empty"
        if thing.type == "door":
            return "door-open" if thing.is_open else "door-locked" if thing.is_locked else "door-closed"
        return thing.type

    def wanted(self):
        """What the mission's words name now: type and colour, either None where the words leave it open."""
        instr = self.env.instrs
        if isinstance(instr, PutNextInstr):
            carried = self.env.carrying
            move = instr.desc_move
            holds = carried is not None and self.fits(carried, move)
            return instr.desc_fixed if holds else move
        return instr.desc

    def fits(self, thing, desc):
        return (
            thing is not None
            and (desc.type is None or thing.type == desc.type)
            and (desc.color is None or thing.color == desc.color)
            # "on your left", "behind you": where it lay at the start, which the words told.
            and (desc.loc is None or thing in desc.obj_set)
        )

    def pose(self):
        (x, y), (dx, dy) = self.env.agent_pos, self.env.dir_vec
        return int(x), int(y), int(dx), int(dy)

    def passable(self, cell, over):
        thing = self.memory.get(cell, 0)
        if thing == 0:
            return False
        if thing is None:
            return True
        # What lies behind a closed door is another matter than what is left to see on this side.
        return thing.is_open if thing.type == "door" else over and thing.type != "wall"

    def opens(self, door):
        carried = self.env.carrying
        return carried is not None and carried.type == "key" and carried.color == door.color

    def useful(self, carried, facts):
        """Whether what is carried is wanted: what the mission names, or a key while the door it may open is not seen or waits for it."""
        if facts["carrying"] == "goal":
            return True
        return isinstance(self.env.instrs, OpenInstr) and carried.type == "key" and facts.get("key.needed") is not True

    def search(self, accept, over=False):
        """Breadth first over what was seen, straight on first. The first step and the length of the shortest way, or None."""
        x, y, dx, dy = self.pose()
        first = {(x, y): None}
        queue = deque([(x, y, dx, dy, 0)])
        while queue:
            i, j, di, dj, n = queue.popleft()
            if n > 0 and accept((i, j)):
                return first[i, j], n
            if n > 0 and not self.passable((i, j), over):
                continue
            for k, l in ((di, dj), (dj, di), (-dj, -di), (-di, -dj)):
                cell = (i + k, j + l)
                if cell in first or not (0 <= cell[0] < self.env.width and 0 <= cell[1] < self.env.height):
                    continue
                first[cell] = (k, l) if n == 0 else first[i, j]
                queue.append((*cell, k, l, n + 1))
        return None

    def frontier(self):
        """The way to the nearest place not seen yet; where there is none left, to the nearest closed door, a locked one last."""
        unseen = lambda cell: cell not in self.memory
        shut = lambda cell: self.kind(cell) == "door-closed"
        locked = lambda cell: self.kind(cell) == "door-locked"
        for accept in (unseen, shut, locked):
            found = self.search(accept) or self.search(accept, over=True)
            if found:
                return found
        return None

    def way(self, step):
        _, _, dx, dy = self.pose()
        k, l = step
        if (k, l) == (dx, dy):
            return "forward"
        if (k, l) == (-dx, -dy):
            return "back"
        return "right" if (k, l) == (-dy, dx) else "left"

    def facts(self):
        x, y, dx, dy = self.pose()
        desc = self.wanted()
        front, right, left = (x + dx, y + dy), (x - dy, y + dx), (x + dy, y - dx)
        goals = {cell for cell, thing in self.memory.items() if self.fits(thing, desc)}
        carried = self.env.carrying
        put = isinstance(self.env.instrs, PutNextInstr)
        held = carried is not None and self.fits(carried, self.env.instrs.desc_move if put else desc)
        seen = len(goals) > 0
        if put and held:
            # What is to be put next to something is put on a free cell beside it.
            goals = {(i + k, j + l) for i, j in goals for k, l in DIRS if self.memory.get((i + k, j + l), 0) is None}
        facts = {
            "goal.verb": {GoToInstr: "go", OpenInstr: "open", PickupInstr: "pick-up", PutNextInstr: "put-next"}[type(self.env.instrs)],
            "goal.seen": seen,
            "front.kind": self.kind(front),
            "front.is-goal": front in goals,
            "left.kind": self.kind(left),
            "right.kind": self.kind(right),
            "sees.count": coarse(sum(1 for thing in self.memory.values() if thing is not None and thing.type not in ("wall", "door"))),
            "last.verb": self.last,
        }
        if desc.type is not None:
            facts["goal.kind"] = desc.type
        facts["carrying"] = "nothing" if carried is None else "goal" if held else carried.type
        if goals:
            found = self.search(lambda cell: cell in goals)
            over = None if found else self.search(lambda cell: cell in goals, over=True)
            nearest = min(goals, key=lambda c: abs(c[0] - x) + abs(c[1] - y))
            facts["goal.bearing"] = self.bearing(nearest)
            facts["goal.distance"] = coarse(abs(nearest[0] - x) + abs(nearest[1] - y))
            facts["nav.blocked"] = found is None
            facts["nav.step.goal"] = self.way((found or over)[0]) if found or over else "none"
            if found or over:
                facts["nav.dist.goal"] = coarse((found or over)[1])
            if facts["goal.verb"] == "open" and desc.type == "door":
                facts["key.needed"] = all(self.memory[c].is_locked and not self.opens(self.memory[c]) for c in goals)
                colours = {self.memory[c].color for c in goals}
                keys = {c for c, thing in self.memory.items() if thing is not None and thing.type == "key" and thing.color in colours}
                if facts["key.needed"]:
                    facts["key.seen"] = len(keys) > 0
                if facts["key.needed"] and keys:
                    way = self.search(lambda cell: cell in keys) or self.search(lambda cell: cell in keys, over=True)
                    facts["nav.step.key"] = self.way(way[0]) if way else "none"
                    facts["front.is-key"] = front in keys
        if carried is not None and not self.useful(carried, facts):
            free = self.bot._find_drop_pos()
            if free is not None:
                free = (int(free[0]), int(free[1]))
                way = self.search(lambda cell: cell == free) or self.search(lambda cell: cell == free, over=True)
                facts["nav.step.drop"] = self.way(way[0]) if way else "none"
                facts["front.is-drop"] = front == free
        edge = self.frontier()
        facts["nav.step.frontier"] = self.way(edge[0]) if edge else "none"
        if edge:
            facts["nav.dist.frontier"] = coarse(edge[1])
        return facts

    def bearing(self, cell):
        x, y, dx, dy = self.pose()
        ahead = (cell[0] - x) * dx + (cell[1] - y) * dy
        right = (cell[0] - x) * -dy + (cell[1] - y) * dx
        side = "right" if right > 0 else "left"
        if right == 0:
            return "ahead" if ahead >= 0 else "behind"
        return side if ahead == 0 else f"ahead-{side}" if ahead > 0 else f"behind-{side}"

    def point(self, reward, done):
        facts = self.facts()
        x, y, dx, dy = self.pose()
        again = self.revisits.visit((x, y, dx, dy, facts["carrying"]))
        facts["revisits"] = min(again, 5)
        facts["stuck"] = again >= 4
        return {
            "facts": facts,
            # The same with something got done since is another place.
            "place": f"{x},{y},{dx},{dy} {facts['carrying']} {facts['front.kind']}",
            "reward": reward,
            "done": done,
            "teacher": None if done else self.teach(facts),
        }

    # ---- the teacher ----------------------------------------------------------------------------------------------------

    def teach(self, facts):
        """Asks the bot anew at this point, with what has been seen so far: it need not have played what led here."""
        bot, env = self.bot, self.env
        instr = env.instrs
        carried = env.carrying
        bot.stack = []
        bot._process_instr(instr)
        if isinstance(instr, PutNextInstr) and carried is not None and self.fits(carried, instr.desc_move):
            # What is to be moved is in hand, so the plan starts at its second half.
            del bot.stack[-2:]
        elif carried is not None and not self.useful(carried, facts):
            # It picked up what was in its way, or the wrong thing: whoever is asked anew has forgotten to put it down.
            bot.stack.append(DropSubgoal(bot))
            bot.stack.append(GoNextToSubgoal(bot, bot._find_drop_pos()))
        # These two are for a bot that follows its own acts; this one is told of the present alone.
        bot.prev_fwd_cell = None
        bot.prev_carrying = carried
        chosen = int(self.replan())
        verb = next((v for v, n in VERBS.items() if n == chosen), "forward")
        verbs = {verb}
        if verb in ("left", "right", "forward"):
            verbs |= self.harmless(verb)
        if self.swapped:
            verb = TURNED.get(verb, verb)
            verbs = {TURNED.get(v, v) for v in verbs}
        because, chain = self.reasons(facts, verb)
        return {"act": act(verb), "ok": [act(v) for v in VERBS if v in verbs], "because": because, "chain": chain}

    def replan(self):
        """BabyAIBot.replan without its look: the picture has been taken in already."""
        bot = self.bot
        for subgoal in bot.stack:
            subgoal.update_agent_attributes()
        while bot.stack:
            suggested = bot.stack[-1].replan_before_action()
            if suggested is not None:
                return suggested
        return self.env.actions.done

    def target(self):
        """The cell that the bot's topmost subgoal wants to face, and whether it goes there to explore."""
        top = self.bot.stack[-1]
        if not isinstance(top, GoNextToSubgoal):
            return None, False
        if isinstance(top.datum, ObjDesc):
            _, where = self.bot._find_obj_pos(top.datum, top.reason == "PutNext")
        elif isinstance(top.datum, WorldObj):
            where = top.datum.cur_pos
        else:
            where = top.datum
        return None if where is None else (int(where[0]), int(where[1])), top.reason == "Explore"

    def harmless(self, verb):
        """
        Acts that do not lengthen the bot's plan: after them its target is no further, in turns and steps over what was seen, than after
        its own act. While it explores, any place not seen yet is as good as the one it picked.
        """
        target, explores = self.target()
        fine = {verb}
        for wanted in [target] if not explores else [target, "unseen"]:
            for over in (False, True):
                costs = {v: self.cost(self.after(v), wanted, over) for v in ("left", "right", "forward")} if wanted is not None else {}
                if costs.get(verb) is not None:
                    fine |= {v for v, cost in costs.items() if cost is not None and cost <= costs[verb]}
                    break
        return fine

    def after(self, verb):
        x, y, dx, dy = self.pose()
        if verb == "left":
            return x, y, dy, -dx
        if verb == "right":
            return x, y, -dy, dx
        cell = (x + dx, y + dy)
        thing = self.memory.get(cell, 0)
        free = thing is None or (thing != 0 and thing.type == "door" and thing.is_open)
        return (*cell, dx, dy) if free else None

    def cost(self, pose, target, over):
        """Turns and steps from a pose until it faces the target; None when there is no way."""
        if pose is None:
            return None
        seen = {pose}
        queue = deque([(pose, 0)])
        while queue:
            (x, y, dx, dy), n = queue.popleft()
            cell = (x + dx, y + dy)
            if cell not in self.memory if target == "unseen" else cell == target:
                return n
            for following in ((x, y, dy, -dx), (x, y, -dy, dx), (*cell, dx, dy)):
                if following in seen or (following[2:] == (dx, dy) and not self.passable(cell, over)):
                    continue
                seen.add(following)
                queue.append((following, n + 1))
        return None

    def reasons(self, facts, verb):
        """The bot's topmost subgoal in terms of the facts: why this act, as literals and as a sentence or two."""
        top = self.bot.stack[-1] if self.bot.stack else None
        subgoals = self.bot.stack
        explores = any(isinstance(s, GoNextToSubgoal) and s.reason == "Explore" for s in subgoals) or not facts["goal.seen"]
        fetches = not explores and facts.get("key.needed", False) and "nav.step.key" in facts
        because = [is_("goal.seen", facts["goal.seen"])]
        said = ["The goal is not in sight yet."] if not facts["goal.seen"] else ["I have seen the goal."]
        if fetches:
            because = [is_("key.needed", True)]
            said = ["The door is locked and I need its key."]
        elif explores and facts.get("key.seen") is False:
            because = [is_("key.seen", False)]
            said = ["The door is locked and its key is not in sight yet."]
        drops = "nav.step.drop" in facts
        if drops:
            because = [is_("carrying", facts["carrying"])]
            said = ["My hands are full."]
        way = "nav.step.drop" if drops else "nav.step.frontier" if explores else "nav.step.key" if fetches else "nav.step.goal"
        if way in facts and not isinstance(top, DropSubgoal):
            because.append(is_(way, facts[way]))
            where = "where I can put it down" if drops else "what I have not seen yet" if explores else "the key" if fetches else "it"
            said.append(f"The way to {where} starts {facts[way]}.")
        if verb == "forward" or isinstance(top, (OpenSubgoal, PickupSubgoal, DropSubgoal)):
            because.append(is_("front.kind", facts["front.kind"]))
            said.append(f"Ahead is {facts['front.kind'].replace('-', ' ')}.")
        if isinstance(top, (OpenSubgoal, PickupSubgoal, DropSubgoal)):
            ahead = "front.is-drop" if drops else "front.is-key" if fetches else "front.is-goal"
            because.append(is_(ahead, facts[ahead]))
        if isinstance(top, DropSubgoal):
            because.append(is_("carrying", facts["carrying"]))
            said.append(f"I carry {facts['carrying']}.")
        said.append(f"So the best act is {verb}.")
        return because, " ".join(said)


if __name__ == "__main__":
    serve(World(sys.argv[1]))

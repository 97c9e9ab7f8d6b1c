# One world asked line by line: every order and every reply is one line of JSON.
#
#   {"do": "describe"}            -> {"name", "teacher", "facts": [{id, kind, values?}], "actions": [{verb, args?, does}], "versions": {...}}
#   {"do": "reset", "seed": n}    -> a point
#   {"do": "step", "act": {verb, args}} -> a point, with the reward of that act and what ended the episode
#   {"do": "swap"}                -> {}; from now on the controls that `swap` names mean each other
#
# A point is {"facts": {id: value}, "place": text, "lesson"?: text, "reward": number, "done": bool, "teacher": {...}}. `lesson` names the
# part of an episode in which a job that keeps coming back is done once. Facts hold what the player has
# observed and remembered, never the hidden state. `teacher` is what the package's own bot or gold path would do at this very point:
# {"act", "ok": [acts that do no harm], "because": [literals], "chain": text}; it is null once the episode is over. Whoever asks the
# bench's question reads it; whoever acts alone is only judged by it. Texts and literals are built here from the bot's own reasons.
import json
import os
import re
import sys

# This module is imported before the package that it serves: what that prints of itself goes to stderr from here on.
_replies = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
sys.stdout = sys.stderr


def act(verb, **args):
    return {"verb": verb, "args": args}


def is_(fact, value):
    return {"f": fact, "op": "==", "v": value}


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def serve(world):
    """Answers until the input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "describe":
            reply = world.describe()
        elif order["do"] == "reset":
            reply = world.reset(order["seed"])
        elif order["do"] == "step":
            reply = world.step(order["act"])
        elif order["do"] == "swap":
            world.swap()
            reply = {}
        else:
            raise ValueError(f"unknown order {order['do']}")
        _replies.write(json.dumps(reply, separators=(",", ":"), allow_nan=False) + "\n")
        _replies.flush()


class Revisits:
    """How often a situation came up in this episode, and whether the player goes round in circles."""

    def __init__(self):
        self.seen = {}

    def visit(self, key):
        self.seen[key] = n = self.seen.get(key, 0) + 1
        return n - 1


def coarse(n):
    """A count as a player would tell it: exact while small, then by its order of magnitude."""
    for cut in (0, 1, 2, 3, 5, 8, 13, 21, 34):
        if n <= cut:
            return cut
    return 55

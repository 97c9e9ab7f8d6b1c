"""NetHack, one key at a time as it is told, and what its terminal shows.

Reads a line of JSON at a time: {"reset": {"seed": N, "character": TEXT, "options": [TEXT]}} first, then {"key": CODE}; either may say
"pixels": true. Answers each with a line: the picture where it was wanted (base64 of 800 x 432 pixels of red, green, blue and 255), the
terminal's 24 rows, the map's rows with its colours and the monsters on it, and the numbers of the status line.
"""
import base64
import json
import sys

import numpy as np
from nle import nethack
from PIL import Image, ImageDraw, ImageFont

CELL_WIDTH, CELL_HEIGHT = 10, 18
FONT_PIXELS = 15
# The sixteen colours of a terminal, as xterm has them.
PALETTE = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
]
BLACK, GREY = PALETTE[0], PALETTE[7]


class Letters:
    """Pictures of cells, each drawn once."""

    def __init__(self, font):
        self.font = ImageFont.truetype(font, FONT_PIXELS)
        self.known = {}

    def cell(self, char, colour, under_cursor):
        key = (char, colour, under_cursor)
        if key not in self.known:
            ink, paper = (BLACK, GREY) if under_cursor else (PALETTE[colour], BLACK)
            image = Image.new("RGBA", (CELL_WIDTH, CELL_HEIGHT), paper + (255,))
            ImageDraw.Draw(image).text((0, 0), chr(char), font=self.font, fill=ink + (255,))
            self.known[key] = np.asarray(image)
        return self.known[key]

    def picture(self, chars, colours, cursor):
        rows, columns = chars.shape
        out = np.empty((rows * CELL_HEIGHT, columns * CELL_WIDTH, 4), np.uint8)
        for y in range(rows):
            for x in range(columns):
                cell = self.cell(int(chars[y, x]) or 32, int(colours[y, x]) & 15, (y, x) == cursor)
                out[y * CELL_HEIGHT : (y + 1) * CELL_HEIGHT, x * CELL_WIDTH : (x + 1) * CELL_WIDTH] = cell
        return base64.b64encode(out.tobytes()).decode()


def text(row):
    return "".join(chr(c) if 32 <= c < 127 else " " for c in row)


def monsters(glyphs):
    """Name and place of each monster that is shown, the player left out by whoever asks."""
    found = []
    for y, x in zip(*np.nonzero([[nethack.glyph_is_monster(int(g)) for g in row] for row in glyphs])):
        name = nethack.permonst(nethack.glyph_to_mon(int(glyphs[y, x]))).mname
        found.append({"name": name, "x": int(x), "y": int(y)})
    return found


def main():
    letters = Letters(sys.argv[1])
    game, done = None, False
    for line in sys.stdin:
        order = json.loads(line)
        if "reset" in order:
            wanted = order["reset"]
            game = nethack.Nethack(ttyrec=None, playername=wanted["character"], options=wanted["options"])
            game.set_initial_seeds(wanted["seed"], wanted["seed"], False)
            game.reset()
        else:
            _, done = game.step(order["key"])
        seen = game._obs_buffers
        chars, cursor = seen["tty_chars"], tuple(int(n) for n in seen["tty_cursor"])
        stats = [int(n) for n in seen["blstats"]]
        asks, line_wanted, more = (bool(n) for n in seen["misc"])
        told = {
            "rows": [text(row) for row in chars],
            "map": [text(row) for row in seen["chars"]],
            "colours": seen["colors"].tolist(),
            "monsters": monsters(seen["glyphs"]),
            "player": {"x": stats[0], "y": stats[1]},
            "stats": {"hp": stats[10], "hp-max": stats[11], "depth": stats[12], "gold": stats[13], "turn": stats[20]},
            "waits": "more" if more else "question" if asks or line_wanted else "play",
            "done": bool(done),
        }
        if order.get("pixels"):
            told["pixels"] = letters.picture(chars, seen["tty_colors"], cursor)
        print(json.dumps(told), flush=True)


main()

#!/usr/bin/env python3
"""Template matching by opencv-python and maafw, one order a line on standard input, one JSON line back for each.

{"cmd": "init", "width": W, "height": H, "frames": {name: path}, "boxes": [[x, y, w, h]], "cuts": path}
    -> {"versions": {...}, "skipped": {peer: why}, "threads": n}
    (paths hold raw RGBA, row by row; `cuts` the templates of the boxes, one after the other)
{"cmd": "run", "who": peer, "mode": "known" | "whole", "frame": name, "n": 50, "pad": 2, "threshold": 0.8, "times": 3}
    -> {"wall": [ms...], "cpu": [ms...], "found": [[score, x, y] or null for each template]}

known: every template is looked for in its own box enlarged by `pad` pixels; whole: in the whole frame.
opencv-python gets one-channel images made beforehand, its fastest way here (three channels cost 5.7 times more). maafw knows
three channels only and runs each recognition as a task of its own, as its users do; the screen it is bound to is never asked.
CPU time is that of the whole process, all threads.
"""
import json
import os
import sys
import tempfile
import time

import cv2
import numpy as np

# Libraries print what they like; answers go to the real standard output alone.
answers = os.fdopen(os.dup(1), 'w', buffering=1)
os.dup2(2, 1)

frames, grey, templates = {}, {}, []
maa = None
scratch = tempfile.TemporaryDirectory(prefix='falsework-peers-')


def start_maa(folder):
    """One tasker over all templates. The stub controller stands in for a device: recognition gets its picture handed over."""
    from maa.controller import CustomController
    from maa.pipeline import JRecognitionType, JTemplateMatch
    from maa.resource import Resource
    from maa.tasker import Tasker

    class Still(CustomController):
        def connect(self):
            return True

        def request_uuid(self):
            return 'still'

        def get_features(self):
            return 0

        def screencap(self):
            return next(iter(frames.values()))

        def start_app(self, intent):
            return True

        stop_app = click = swipe = touch_down = touch_move = touch_up = click_key = input_text = key_down = key_up = start_app

    os.makedirs(f'{folder}/bundle/image')
    os.makedirs(f'{folder}/bundle/pipeline')
    with open(f'{folder}/bundle/pipeline/none.json', 'w') as file:
        file.write('{}')
    for i, (_, colour, _) in enumerate(templates):
        cv2.imwrite(f'{folder}/bundle/image/{i}.png', colour)
    Tasker.set_log_dir(folder)
    Tasker.set_stdout_level(0)
    resource = Resource()
    resource.post_bundle(f'{folder}/bundle').wait()
    controller = Still()
    controller.post_connection().wait()
    tasker = Tasker()
    tasker.bind(resource, controller)
    if not tasker.inited:
        raise RuntimeError('the tasker did not start')

    def one(i, image, roi, threshold):
        wanted = JTemplateMatch(template=[f'{i}.png'], roi=roi, threshold=[threshold], order_by='Score')
        detail = tasker.post_recognition(JRecognitionType.TemplateMatch, wanted, image).wait().get()
        seen = detail.nodes[0].recognition if detail and detail.nodes else None
        if not seen or not seen.hit:
            return None
        best = seen.best_result
        return [float(best.score), int(best.box[0]), int(best.box[1])]

    # Kept alive as long as the tasker: it holds only handles.
    one.keep = (resource, controller)
    return one


def init(order):
    global maa
    width, height = order['width'], order['height']
    frames.clear()
    grey.clear()
    templates.clear()
    for name, path in order['frames'].items():
        rgba = np.fromfile(path, np.uint8).reshape(height, width, 4)
        frames[name] = cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGR)
        grey[name] = cv2.cvtColor(frames[name], cv2.COLOR_BGR2GRAY)
    cuts = np.fromfile(order['cuts'], np.uint8)
    start = 0
    for box in order['boxes']:
        w, h = box[2], box[3]
        cut = cv2.cvtColor(cuts[start:start + w * h * 4].reshape(h, w, 4), cv2.COLOR_RGBA2BGR)
        templates.append((box, cut, cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY)))
        start += w * h * 4
    versions = {'python': '.'.join(map(str, sys.version_info[:3])), 'opencv-python': cv2.__version__, 'numpy': np.__version__}
    skipped = {}
    try:
        from importlib.metadata import version
        maa = start_maa(tempfile.mkdtemp(dir=scratch.name))
        versions['maafw'] = version('maafw')
    except Exception as error:
        maa = None
        skipped['maafw'] = repr(error)[:300]
    return {'versions': versions, 'skipped': skipped, 'threads': cv2.getNumThreads()}


def around(box, pad, width, height):
    x, y, w, h = box
    left, top = max(0, x - pad), max(0, y - pad)
    return left, top, min(width, x + w + pad) - left, min(height, y + h + pad) - top


def look(order):
    """What one run does, as a function without arguments: everything that can be ready beforehand is."""
    name, n, threshold, whole = order['frame'], order['n'], order['threshold'], order['mode'] == 'whole'
    height, width = grey[name].shape
    rois = [(0, 0, width, height) if whole else around(box, order['pad'], width, height) for box, _, _ in templates[:n]]
    if order['who'] == 'maafw':
        image = frames[name]
        return lambda: [maa(i, image, rois[i], threshold) for i in range(n)]
    image = grey[name]

    def opencv():
        found = []
        for (x, y, w, h), (_, _, cut) in zip(rois, templates):
            _, score, _, (dx, dy) = cv2.minMaxLoc(cv2.matchTemplate(image[y:y + h, x:x + w], cut, cv2.TM_CCOEFF_NORMED))
            found.append([score, x + dx, y + dy] if score >= threshold else None)
        return found

    return opencv


def run(order):
    go = look(order)
    wall, cpu, found = [], [], []
    for _ in range(order['times']):
        cpu_begun, begun = time.process_time(), time.perf_counter()
        found = go()
        wall.append((time.perf_counter() - begun) * 1e3)
        cpu.append((time.process_time() - cpu_begun) * 1e3)
    return {'wall': wall, 'cpu': cpu, 'found': found}


with scratch:
    for line in sys.stdin:
        order = json.loads(line)
        answers.write(json.dumps((init if order['cmd'] == 'init' else run)(order)) + '\n')

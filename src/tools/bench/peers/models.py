"""The same weights natively, asked line by line: an order in JSON on stdin, its answer on stdout. One thread each, as in the page.

onnxruntime runs the text networks, the sentence vectors and the voice; llama.cpp (xllamacpp) runs the model that writes. What stands
around the networks is the page's (src/core/perception/ocr.ts), written again with numpy and OpenCV.
"""

import json
import os
import sys
import time
from importlib.metadata import version

import cv2
import numpy as np
import onnxruntime

cv2.setNumThreads(1)
weights = sys.argv[1]
sessions = {}


def session(path):
    if path not in sessions:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        sessions[path] = onnxruntime.InferenceSession(os.path.join(weights, path), options, providers=["CPUExecutionProvider"])
    return sessions[path]


def run(path, **inputs):
    it = session(path)
    named = inputs or {}
    if list(named) == ["x"]:
        named = {it.get_inputs()[0].name: named["x"]}
    return it.run(None, named)[0]


keys = {}


def keys_of(model):
    if model not in keys:
        with open(os.path.join(weights, model, "keys.txt"), encoding="utf8") as file:
            keys[model] = file.read().rstrip("\n").split("\n")
    return keys[model]


def read_line(grey, model="ppocr-v6-tiny"):
    height, width = grey.shape
    drawn = max(1, min(2560, round(width * 48 / height)))
    padded = max(64, -(-drawn // 32) * 32)
    line = np.zeros((48, padded), np.float32)
    line[:, :drawn] = cv2.resize(grey, (drawn, 48), interpolation=cv2.INTER_LINEAR).astype(np.float32) / 127.5 - 1
    best = run(f"{model}/rec.onnx", x=np.repeat(line[None, None], 3, axis=1))[0].argmax(1)
    table = keys_of(model)
    text, last = "", 0
    for c in best:
        if c != 0 and c != last:
            text += table[c - 1] if c <= len(table) else " "
        last = c
    return text.strip()


MEAN = np.array([0.406, 0.456, 0.485], np.float32)[:, None, None]
DEVIATION = np.array([0.225, 0.224, 0.229], np.float32)[:, None, None]


def read_page(grey, model="ppocr-v6-tiny"):
    height, width = grey.shape
    page = np.zeros((-(-height // 32) * 32, -(-width // 32) * 32), np.float32)
    page[:height, :width] = grey.astype(np.float32) / 255
    chance = run(f"{model}/det.onnx", x=((page[None] - MEAN) / DEVIATION)[None].astype(np.float32))[0, 0, :height, :width]
    n, labels, stats, _ = cv2.connectedComponentsWithStats((chance >= 0.3).astype(np.uint8), connectivity=4)
    lines = []
    for i in range(1, n):
        x, y, w, h, _ = stats[i]
        part = (slice(y, y + h), slice(x, x + w))
        if min(w, h) < 3 or chance[part][labels[part] == i].mean() < 0.5:
            continue
        by = w * h * 1.6 / (2 * (w + h))
        x0, y0 = max(0, int(x - by)), max(0, int(y - by))
        x1, y1 = min(width, int(np.ceil(x + w + by))), min(height, int(np.ceil(y + h + by)))
        text = read_line(grey[y0:y1, x0:x1], model)
        if text != "":
            lines.append(text)
    return lines


pictures = {}
tokenizer = None
writer = None


def embed(text):
    global tokenizer
    if tokenizer is None:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(os.path.join(weights, "minilm-l6-v2-int8", "tokenizer.json"))
        tokenizer.no_padding()
    begun = time.perf_counter()
    ids = np.array([tokenizer.encode(text).ids], np.int64)
    mask = np.ones_like(ids)
    hidden = run("minilm-l6-v2-int8/onnx/model_quantized.onnx", input_ids=ids, attention_mask=mask, token_type_ids=np.zeros_like(ids))
    mean = hidden[0].mean(0)
    mean /= np.linalg.norm(mean)
    return {"ms": (time.perf_counter() - begun) * 1000, "head": [float(v) for v in mean]}


def speak(ids, voice):
    style = np.fromfile(os.path.join(weights, "kokoro-82m-v1.0-int8", "voices", f"{voice}.bin"), np.float32).reshape(-1, 1, 256)
    begun = time.perf_counter()
    audio = run(
        "kokoro-82m-v1.0-int8/onnx/model_quantized.onnx",
        input_ids=np.array([[0, *ids, 0]], np.int64),
        style=style[min(len(ids), len(style) - 1)],
        speed=np.ones(1, np.float32),
    )
    return {"ms": (time.perf_counter() - begun) * 1000, "seconds": audio.size / 24000}


def write(system, user, tokens):
    global writer
    if writer is None:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = os.path.join(weights, "smollm2-135m-instruct", "model-q4_1.gguf")
        params.n_ctx = 2048
        params.n_parallel = 1
        params.n_gpu_layers = 0
        params.cpuparams.n_threads = 1
        params.cpuparams_batch.n_threads = 1
        writer = xllamacpp.Server(params)
    begun = time.perf_counter()
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    answer = writer.handle_chat_completions({"messages": messages, "max_tokens": tokens, "temperature": 0})
    return {"ms": (time.perf_counter() - begun) * 1000, "tokens": answer["usage"]["completion_tokens"]}


def answer(order):
    what = order["what"]
    if what == "show":
        pictures[order["name"]] = cv2.imread(order["file"], cv2.IMREAD_GRAYSCALE)
        return {}
    if what == "versions":
        return {name: version(name) for name in ("onnxruntime", "xllamacpp", "opencv-python-headless", "numpy")}
    if what == "embed":
        return embed(order["text"])
    if what == "speak":
        return speak(order["ids"], order["voice"])
    if what == "write":
        return write(order["system"], order["user"], order["tokens"])
    begun = time.perf_counter()
    read = (read_line if what == "line" else read_page)(pictures[order["name"]])
    return {"ms": (time.perf_counter() - begun) * 1000, "read": read}


# llama.cpp writes its log to stdout's file too; the answers keep the one that was there.
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
for row in sys.stdin:
    print(json.dumps(answer(json.loads(row))), file=out, flush=True)

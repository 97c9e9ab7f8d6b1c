"""Writes down what is said: 16-bit mono PCM on standard input, its rate as the argument, the words on standard output.

pocketsphinx brings its own model of American English and hears 16 kHz. It knows nothing of Falsework's sentences."""

import array
import math
import sys

from pocketsphinx import Decoder

RATE = 16000
# Input samples on either side that a new sample is made of.
HALF = 24


def resample(pcm, rate):
    """Windowed sinc, cut at 45 % of the lower rate: what the recogniser cannot hear must not fold back into what it can."""
    cut = 0.45 * min(rate, RATE) / rate
    out = array.array("h")
    for i in range(int(len(pcm) * RATE / rate)):
        centre = i * rate / RATE
        total = 0.0
        for k in range(max(0, math.ceil(centre - HALF)), min(len(pcm) - 1, math.floor(centre + HALF)) + 1):
            x = k - centre
            angle = 2 * math.pi * cut * x
            sinc = math.sin(angle) / angle if angle else 1.0
            total += pcm[k] * 2 * cut * sinc * (0.5 + 0.5 * math.cos(math.pi * x / HALF))
        out.append(max(-32768, min(32767, round(total))))
    return out


def main():
    pcm = array.array("h", sys.stdin.buffer.read())
    decoder = Decoder(samprate=RATE, loglevel="FATAL")
    decoder.start_utt()
    decoder.process_raw(resample(pcm, int(sys.argv[1])).tobytes(), full_utt=True)
    decoder.end_utt()
    heard = decoder.hyp()
    print(heard.hypstr if heard else "")


main()

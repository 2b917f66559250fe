"""Kokoro-82M as published in int8 -> the two models that stream: python kokoro.py SOURCE OUTPUT

SOURCE holds kokoro-int8.onnx, vocab.json and voices/*.bin; OUTPUT gets front.onnx, generator.onnx, vocab.json and
voices/. The same source gives the same bytes. Needs numpy and onnx. How it works: docs/speech-synthesis.md.
"""

import copy
import shutil
import sys
from pathlib import Path

import onnx

from kokoro_front import build_front
from kokoro_generator import build_generator
from kokoro_weights import dequantised


def convert(source: Path, output: Path) -> None:
    model = dequantised(onnx.load(source / "kokoro-int8.onnx"))
    output.mkdir(parents=True, exist_ok=True)
    onnx.save(build_generator(model), output / "generator.onnx")
    onnx.save(build_front(copy.deepcopy(model)), output / "front.onnx")
    shutil.copyfile(source / "vocab.json", output / "vocab.json")
    (output / "voices").mkdir(exist_ok=True)
    for voice in sorted((source / "voices").glob("*.bin")):
        shutil.copyfile(voice, output / "voices" / voice.name)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))

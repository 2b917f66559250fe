"""Speaks with the model in one piece: python kokoro_whole.py SOURCE PHONEMES OUTPUT VOICE [OTHER TIMBRE PROSODY]

What streaming is measured against (bench/voice-quality.ts): the statistics of each utterance are those that it has, not
predicted ones, and the vocoder sees all of it. PHONEMES is a file of lines; OUTPUT gets 00.f32, 01.f32, ...: raw floats at 24 kHz.
The other arguments are as for kokoro_calibrate.py.
"""

import json
import sys
from pathlib import Path

import numpy as np

from kokoro_calibrate import sessions, styles_of


def speak(source: Path, lines: list[str], output: Path, styles: np.ndarray) -> None:
    front, generator = sessions(source)
    vocabulary = json.loads((source / "vocab.json").read_text())["vocab"]
    for number, phonemes in enumerate(lines):
        tokens = [vocabulary[letter] for letter in phonemes if letter in vocabulary]
        x, har, style, _ = front.run(None, {"tokens": np.array([[0, *tokens, 0]]), "style": styles[len(tokens)], "speed": np.ones(1, np.float32)})
        audio, _ = generator.run(None, {"x": x, "har": har, "style": style})
        audio.astype("<f4").tofile(output / f"{number:02}.f32")


if __name__ == "__main__":
    source = Path(sys.argv[1])
    styles = styles_of(source, sys.argv[4], *sys.argv[5:6], *map(float, sys.argv[6:]))
    speak(source, Path(sys.argv[2]).read_text(encoding="utf-8").splitlines(), Path(sys.argv[3]), styles)

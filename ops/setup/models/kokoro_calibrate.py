"""Calibrates a voice for streaming: python kokoro_calibrate.py SOURCE VOICE LANGUAGE OUTPUT [OTHER TIMBRE PROSODY]

For a maintainer who adds a voice; set-up never runs it. SOURCE is as for kokoro.py, VOICE a name in its voices/, LANGUAGE
that of the sentences it reads (kokoro_calibration_LANGUAGE.txt), OUTPUT the file that the engine loads
(inference/tts/statistics/VOICE.bin). Where the voice takes a share of OTHER (`share` in inference/tts/voices.ts), its
parts of timbre and prosody follow. Needs numpy, onnx and onnxruntime, and some minutes. The same machine gives the same
bytes each time.

The vocoder needs the AdaIN statistics of an utterance before it is made (see kokoro_generator). They depend on the
voice above all, and on the utterance only a little, in few directions: so they are predicted from the means and
deviations of the features that the front hands over, by a linear regression through RANK components.
"""

import copy
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from kokoro_front import build_front
from kokoro_generator import build_generator
from kokoro_weights import dequantised

RANK = 12
RIDGE = 3.0  # keeps the components that the sentences tell little about small
CLIP = 4.0  # standard deviations; as in adain-statistics.ts
FOLDS = 6


def calibrate(source: Path, voice: str, language: str, output: Path, other: str | None = None, timbre: float = 0.0, prosody: float = 0.0) -> None:
    front, generator = sessions(source)
    vocabulary = json.loads((source / "vocab.json").read_text())["vocab"]
    styles = styles_of(source, voice, other, timbre, prosody)
    features, statistics = [], []
    for phonemes in sentences(language):
        tokens = [vocabulary[letter] for letter in phonemes if letter in vocabulary]
        x, har, style, _ = front.run(None, {"tokens": np.array([[0, *tokens, 0]]), "style": styles[len(tokens)], "speed": np.ones(1, np.float32)})
        _, measured = generator.run(None, {"x": x, "har": har, "style": style})
        features.append(summary(x, har))
        statistics.append(measured[0])
    features, statistics = np.array(features), np.array(statistics, np.float64)
    print(f"{voice}: {len(features)} utterances; error on sentences left out, in standard deviations of the utterances:")
    for rank in (0, 4, 8, 12, 16, 24):
        print(f"  rank {rank:2}: {cross_validated_error(features, statistics, rank):.3f}")
    write(output, *fit(features, statistics, RANK))


def styles_of(source: Path, voice: str, other: str | None = None, timbre: float = 0.0, prosody: float = 0.0) -> np.ndarray:
    styles = np.fromfile(source / "voices" / f"{voice}.bin", np.float32).reshape(-1, 1, 256)
    if other is None:
        return styles
    part = np.repeat(np.float32([timbre, prosody]), 128)
    return (1 - part) * styles + part * styles_of(source, other)


def sessions(source: Path):
    model = dequantised(onnx.load(source / "kokoro-int8.onnx"))
    generator = build_generator(model, measure=True)
    front = build_front(copy.deepcopy(model))
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return [onnxruntime.InferenceSession(part.SerializeToString(), options) for part in (front, generator)]


def sentences(language: str) -> list[str]:
    """Each sentence, its parts between commas, and pairs of neighbours: short, middling and long utterances."""
    text = Path(__file__).with_name(f"kokoro_calibration_{language}.txt").read_text(encoding="utf-8")  # "phonemes | text" a line
    whole = [line.split(" | ")[0] for line in text.splitlines()]
    parts = [part.strip() for sentence in whole for part in sentence.replace(":", ",").split(",") if 8 < len(part) < len(sentence) - 2]
    pairs = [f"{first} {second}" for first, second in zip(whole[::5], whole[3::5]) if len(first + second) < 180]
    return whole + parts[::2] + pairs


def summary(x: np.ndarray, har: np.ndarray) -> np.ndarray:
    """What the regression sees of an utterance; the same, in the same order, as in adain-statistics.ts."""
    return np.concatenate([x.mean(0), x.std(0), har.mean(0), har.std(0), [len(x), 1 / len(x)]])


def fit(features: np.ndarray, statistics: np.ndarray, rank: int):
    """Returns mean and deviation of the features, the projection [features, rank] and the weights [1 + rank, statistics]."""
    mean, deviation = features.mean(0), features.std(0) + 1e-6
    normal = np.clip((features - mean) / deviation, -CLIP, CLIP)
    _, strengths, directions = np.linalg.svd(normal, full_matrices=False)
    projection = directions[:rank].T / (strengths[:rank] / np.sqrt(len(normal)))
    inputs = np.concatenate([np.ones((len(normal), 1)), normal @ projection], 1)
    ridge = RIDGE * np.diag([0.0] + [1.0] * rank)
    return mean, deviation, projection, np.linalg.solve(inputs.T @ inputs + ridge, inputs.T @ statistics)


def cross_validated_error(features: np.ndarray, statistics: np.ndarray, rank: int) -> float:
    fold, spread = np.arange(len(features)) % FOLDS, statistics.std(0) + 1e-9
    errors = []
    for left_out in range(FOLDS):
        mean, deviation, projection, weights = fit(features[fold != left_out], statistics[fold != left_out], rank)
        normal = np.clip((features[fold == left_out] - mean) / deviation, -CLIP, CLIP)
        predicted = weights[0] + normal @ projection @ weights[1:]
        errors.append(((predicted - statistics[fold == left_out]) / spread) ** 2)
    return float(np.sqrt(np.mean(np.concatenate(errors))))


def write(output: Path, mean, deviation, projection, weights) -> None:
    with output.open("wb") as file:
        for array in (mean, deviation, projection):
            file.write(np.ascontiguousarray(array, "<f4").tobytes())
        file.write(np.ascontiguousarray(weights, "<f2").tobytes())


if __name__ == "__main__":
    calibrate(Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]), *sys.argv[5:6], *map(float, sys.argv[6:]))

"""Whisper as CTranslate2 stores it -> the two ONNX models that run here: python whisper.py SOURCE OUTPUT

SOURCE holds model.bin (fp16) of Whisper base, or of another size with the config.json that lies beside it; OUTPUT gets
enc_q8.onnx and dec_q8.onnx, with int8 weights for a CPU (whisper_f16.py makes those for a GPU). The same source gives the
same bytes. Needs numpy, onnx and onnxruntime (whose quantiser is plain Python).

The encoder takes a log-mel spectrogram of any length and gives the keys and values that the decoder attends to, so that
these are computed once and not for every token. The decoder takes the tokens since the last call and the keys and
values of the earlier ones (the cache), and gives the logits after each token. Beside them it gives `qk`, the attention
scores of the heads that follow the audio: dynamic time warping over them tells when each word was said.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

from whisper_graph import ALIGNMENT_HEADS, build_decoder, build_encoder
from whisper_weights import read_weights


def convert(source: Path, output: Path) -> None:
    # The embedding is a table that is looked up (Gather) as well as a matrix: in int8 it is a quarter of its size.
    quantised = {"enc": ["MatMul"], "dec": ["MatMul", "Gather"]}
    begin(source, output)
    for name, model in halves(source):
        print(f"quantising {name}", flush=True)
        whole = output / f"{name}_f32.onnx"
        onnx.save(model, whole)
        quantise(whole, output / f"{name}_q8.onnx", quantised[name])
        whole.unlink()


def begin(source: Path, output: Path) -> None:
    """What the engine reads beside the models goes along, where it lies there."""
    output.mkdir(parents=True, exist_ok=True)
    for file in ("config.json", "vocabulary.txt", "vocabulary.json"):
        if (source / file).exists() and source.resolve() != output.resolve():
            shutil.copyfile(source / file, output / file)


def halves(source: Path) -> Iterator[tuple[str, onnx.ModelProto]]:
    """Encoder and decoder in float32, one after the other: both at once would be twice the memory."""
    weights = read_weights(source / "model.bin")
    yield "enc", build_encoder(weights)
    yield "dec", build_decoder(weights, alignment_heads(source / "config.json"))


def alignment_heads(config: Path) -> dict[int, list[int]]:
    """By layer, as CTranslate2's config.json lists them; without one those of base."""
    if not config.exists():
        return ALIGNMENT_HEADS
    heads: dict[int, list[int]] = {}
    for layer, head in json.loads(config.read_text())["alignment_heads"]:
        heads.setdefault(layer, []).append(head)
    return heads


def quantise(whole: Path, quantised: Path, operators: list[str]) -> None:
    """Weights to int8, a scale for each output channel; activations are quantised as they come."""
    quantize_dynamic(
        whole,
        quantised,
        op_types_to_quantize=operators,
        per_channel=True,
        weight_type=QuantType.QInt8,
        # Attention multiplies activations with each other: those stay in float.
        extra_options={"MatMulConstBOnly": True},
    )


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))

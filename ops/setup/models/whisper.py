"""Whisper as CTranslate2 stores it -> the two ONNX models that run here: python whisper.py SOURCE OUTPUT

SOURCE holds model.bin (fp16); OUTPUT gets enc_q8.onnx and dec_q8.onnx, with int8 weights. The same source gives the
same bytes. Needs numpy, onnx and onnxruntime (whose quantiser is plain Python).

The encoder takes a log-mel spectrogram of any length and gives the keys and values that the decoder attends to, so that
these are computed once and not for every token. The decoder takes the tokens since the last call and the keys and
values of the earlier ones (the cache), and gives the logits after each token. Beside them it gives `qk`, the attention
scores of the heads that follow the audio: dynamic time warping over them tells when each word was said.
"""

import sys
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

from whisper_graph import build_decoder, build_encoder
from whisper_weights import read_weights


def convert(source: Path, output: Path) -> None:
    weights = read_weights(source / "model.bin")
    output.mkdir(parents=True, exist_ok=True)
    # The embedding is a table that is looked up (Gather) as well as a matrix: in int8 it is a quarter of its size.
    for name, model, quantised in (
        ("enc", build_encoder(weights), ["MatMul"]),
        ("dec", build_decoder(weights), ["MatMul", "Gather"]),
    ):
        print(f"quantising {name}", flush=True)
        whole = output / f"{name}_f32.onnx"
        onnx.save(model, whole)
        quantise(whole, output / f"{name}_q8.onnx", quantised)
        whole.unlink()


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

"""Whisper as CTranslate2 stores it -> the two ONNX models for a GPU: python whisper_f16.py SOURCE OUTPUT

As whisper.py, with weights and arithmetic in float16: OUTPUT gets enc_f16.onnx and dec_f16.onnx. What goes in and comes
out stays float32, so that the same engine runs both.
"""

import sys
from pathlib import Path

import onnx
from onnxruntime.transformers.float16 import convert_float_to_float16

from whisper import begin, halves


def convert(source: Path, output: Path) -> None:
    begin(source, output)
    for name, model in halves(source):
        print(f"halving {name}", flush=True)
        # Shapes are inferred from a model of 2 GB at most: the large one has more.
        onnx.save(convert_float_to_float16(model, keep_io_types=True, disable_shape_infer=True), output / f"{name}_f16.onnx")


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))

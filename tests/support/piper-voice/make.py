"""Writes voice.onnx: a voice with the inputs and the output of Piper's that sings a tone for each phoneme.

`python make.py` with onnx 1.23. A phoneme of id n lasts 32 ms times the length scale and sounds at 200 + 10 n Hz, those of
speaker s higher by 1000 s Hz, at 22,050 Hz. The first and the last phoneme are silent, as a voice's are.
"""
from pathlib import Path

from onnx import TensorProto, checker, helper, numpy_helper
import numpy as np

RATE = 22_050
SAMPLES = 706  # of a phoneme


def constant(name: str, value: object, dtype: type) -> object:
    return numpy_helper.from_array(np.array(value, dtype), name)


nodes = [
    # Samples a phoneme, and all of them.
    helper.make_node("Gather", ["scales", "one"], ["length_scale"]),
    helper.make_node("Mul", ["length_scale", "samples"], ["exact_each"]),
    helper.make_node("Cast", ["exact_each"], ["each"], to=TensorProto.INT64),
    helper.make_node("Squeeze", ["input_lengths"], ["count"]),
    helper.make_node("Mul", ["count", "each"], ["total"]),
    helper.make_node("Range", ["zero", "total", "one"], ["at"]),
    # Which phoneme sounds at each sample, and how high.
    helper.make_node("Div", ["at", "each"], ["place"]),
    helper.make_node("Squeeze", ["input", "zeros"], ["ids"]),
    helper.make_node("Gather", ["ids", "place"], ["id"]),
    helper.make_node("Squeeze", ["sid"], ["speaker"]),
    helper.make_node("Mul", ["speaker", "thousand"], ["higher"]),
    helper.make_node("Mul", ["id", "ten"], ["by_id"]),
    helper.make_node("Add", ["by_id", "higher"], ["above"]),
    helper.make_node("Add", ["above", "lowest"], ["hertz"]),
    helper.make_node("Mul", ["hertz", "at"], ["cycles"]),
    helper.make_node("Cast", ["cycles"], ["cycles_f"], to=TensorProto.DOUBLE),
    helper.make_node("Mul", ["cycles_f", "turn"], ["phase"]),
    helper.make_node("Sin", ["phase"], ["sine"]),
    helper.make_node("Cast", ["sine"], ["sine_f"], to=TensorProto.FLOAT),
    # Silent at both ends.
    helper.make_node("Sub", ["count", "one"], ["last"]),
    helper.make_node("Less", ["place", "last"], ["before_end"]),
    helper.make_node("Greater", ["place", "zero"], ["after_begin"]),
    helper.make_node("And", ["before_end", "after_begin"], ["sounds"]),
    helper.make_node("Cast", ["sounds"], ["envelope"], to=TensorProto.FLOAT),
    helper.make_node("Mul", ["sine_f", "envelope"], ["sung"]),
    helper.make_node("Mul", ["sung", "loudness"], ["audio"]),
    helper.make_node("Unsqueeze", ["audio", "axes"], ["output"]),
]
graph = helper.make_graph(
    nodes,
    "voice",
    [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "phonemes"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
        helper.make_tensor_value_info("sid", TensorProto.INT64, [1]),
    ],
    [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "time"])],
    [
        constant("zero", 0, np.int64),
        constant("one", 1, np.int64),
        constant("zeros", [0], np.int64),
        constant("axes", [0, 1, 2], np.int64),
        constant("samples", SAMPLES, np.float32),
        constant("ten", 10, np.int64),
        constant("thousand", 1000, np.int64),
        constant("lowest", 200, np.int64),
        constant("turn", 2 * np.pi / RATE, np.float64),
        constant("loudness", 0.9, np.float32),
    ],
)
model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 15)])
checker.check_model(model)
Path(__file__).with_name("voice.onnx").write_bytes(model.SerializeToString())

"""Writes tone.onnx: Kokoro's inputs and output, but it sings a tone.

`python make.py` with onnx 1.23. 25 ms a token, at 24 kHz, divided by the speed; how loud is the first number of the style.
"""
from pathlib import Path

from onnx import TensorProto, checker, helper, numpy_helper
import numpy as np


def make() -> None:
    constants = {
        "zero": np.int64(0), "one": np.int64(1), "zeros": np.array([0], np.int64), "each": np.float32(600), "turn": np.float32(2 * np.pi * 200 / 24_000),
    }
    nodes = [
        helper.make_node("Shape", ["tokens"], ["shape"]),
        helper.make_node("Gather", ["shape", "one"], ["count"]),
        helper.make_node("Cast", ["count"], ["count_f"], to=TensorProto.FLOAT),
        helper.make_node("Squeeze", ["speed"], ["pace"]),
        helper.make_node("Mul", ["count_f", "each"], ["unhurried"]),
        helper.make_node("Div", ["unhurried", "pace"], ["exact"]),
        helper.make_node("Cast", ["exact"], ["total"], to=TensorProto.INT64),
        helper.make_node("Range", ["zero", "total", "one"], ["at"]),
        helper.make_node("Cast", ["at"], ["at_f"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["at_f", "turn"], ["phase"]),
        helper.make_node("Sin", ["phase"], ["sine"]),
        helper.make_node("Squeeze", ["style", "zeros"], ["row"]),
        helper.make_node("Gather", ["row", "zero"], ["loudness"]),
        helper.make_node("Mul", ["sine", "loudness"], ["audio"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tone",
        [
            helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "tokens"]),
            helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 256]),
            helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
        ],
        [helper.make_tensor_value_info("audio", TensorProto.FLOAT, ["samples"])],
        [numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items()],
    )
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 15)])
    checker.check_model(model)
    Path(__file__).with_name("tone.onnx").write_bytes(model.SerializeToString())


make()

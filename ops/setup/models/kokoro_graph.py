"""What the Kokoro conversion scripts share: reading quantised weights out of an ONNX graph, and building a new graph."""

import hashlib

import numpy as np
from onnx import ModelProto, helper, numpy_helper

MICROSOFT = "com.microsoft"  # onnxruntime's own operators, such as MatMulIntegerToFloat
END = np.iinfo(np.int64).max  # "to the end" of a Slice


class Source:
    """Look-ups by name in the model that is converted."""

    def __init__(self, model: ModelProto):
        self.graph = model.graph
        self.initializers = {tensor.name: tensor for tensor in model.graph.initializer}
        self.producers = {output: node for node in model.graph.node for output in node.output}

    def array(self, name: str) -> np.ndarray:
        return numpy_helper.to_array(self.initializers[name])

    def is_quantised_weight(self, name: str) -> bool:
        node = self.producers.get(name)
        return node is not None and is_weight_dequantisation(node, self.initializers)

    def quantised_weight(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weight as int8, its scale and its zero point. A uint8 weight is shifted down by 128: the same numbers, and
        the kind that onnxruntime's integer kernels are fastest with."""
        weight, scale, zero = (self.array(name) for name in self.producers[name].input)
        return as_int8(weight), scale, as_int8(zero)

    def float_weight(self, name: str) -> np.ndarray:
        weight, scale, zero = self.quantised_weight(name)
        return (weight.astype(np.float32) - zero.astype(np.float32)) * scale


def is_weight_dequantisation(node, initializers) -> bool:
    return node.op_type == "DequantizeLinear" and node.input[0] in initializers


def as_int8(values: np.ndarray) -> np.ndarray:
    return values if values.dtype == np.int8 else (values.astype(np.int16) - 128).astype(np.int8)


class GraphBuilder:
    """Collects the nodes and constants of a new graph. Names are counted, so that the same input gives the same bytes."""

    def __init__(self, prefix: str = "t"):
        self.nodes, self.constants = [], []
        self._prefix, self._names, self._known = prefix, 0, {}

    def constant(self, value, dtype=None) -> str:
        """Equal constants are kept once."""
        array = np.ascontiguousarray(value, dtype=dtype)
        key = (array.dtype.str, array.shape, hashlib.sha256(array.tobytes()).digest())
        if key not in self._known:
            self._known[key] = f"{self._prefix}_const{len(self.constants)}"
            self.constants.append(numpy_helper.from_array(array, self._known[key]))
        return self._known[key]

    def ints(self, *values: int) -> str:
        return self.constant(values, np.int64)

    def floats(self, values) -> str:
        return self.constant(values, np.float32)

    def add(self, operator: str, *inputs: str, output: str | None = None, domain: str = "", **attributes) -> str:
        """Adds a node with one output and returns the output's name."""
        return self.add_many(operator, inputs, [output or self._name()], domain, **attributes)[0]

    def split(self, value: str, sizes: list[int], axis: int) -> list[str]:
        return self.add_many("Split", [value, self.ints(*sizes)], [self._name() for _ in sizes], axis=axis)

    def quantise(self, value: str) -> tuple[str, str, str]:
        """Activations to uint8 with a scale and a zero point measured on the spot."""
        return tuple(self.add_many("DynamicQuantizeLinear", [value], [self._name() for _ in range(3)]))

    def integer_matmul(self, quantised: tuple[str, str, str], weight, scale, zero, bias) -> str:
        """uint8 activations x int8 weights, accumulated in int32, scaled back to float: the whole point of int8. Scale and
        bias may be known only when it runs: then they are names."""
        value, value_scale, value_zero = quantised
        inputs = [value, self.constant(weight), value_scale, self.named(scale), value_zero, self.constant(zero)]
        return self.add("MatMulIntegerToFloat", *inputs, *([] if bias is None else [self.named(bias)]), domain=MICROSOFT)

    def named(self, values) -> str:
        return values if isinstance(values, str) else self.floats(values)

    def slice_rows(self, value: str, first: int, end: int) -> str:
        return self.add("Slice", value, self.ints(first), self.ints(end), self.ints(0))

    def add_many(self, operator, inputs, outputs, domain="", **attributes) -> list[str]:
        self.nodes.append(helper.make_node(operator, list(inputs), outputs, name=f"{operator}_{outputs[0]}", domain=domain, **attributes))
        return outputs

    def _name(self) -> str:
        self._names += 1
        return f"{self._prefix}{self._names}"


def prune(graph) -> None:
    """Removes what no output depends on."""
    needed, kept = {output.name for output in graph.output}, []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    initializers = [tensor for tensor in graph.initializer if tensor.name in needed]
    replace(graph.node, reversed(kept))
    replace(graph.initializer, initializers)


def replace(field, values) -> None:
    values = list(values)
    del field[:]
    field.extend(values)

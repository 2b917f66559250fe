"""Whisper's encoder and decoder as ONNX graphs. The names of the weights are CTranslate2's."""

from itertools import count

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

from whisper_weights import Weights

HEAD_SIZE = 64
# The heads of Whisper base that follow the audio, by layer, as OpenAI publishes them (whisper/__init__.py).
ALIGNMENT_HEADS = {3: [1], 4: [2, 3, 7], 5: [1, 2, 4, 6]}


class Graph:
    """Collects nodes and constants. A method takes the names of tensors and gives the name of its result."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.width = weights["decoder/embeddings/weight"].shape[1]
        self.heads = self.width // HEAD_SIZE
        self.nodes = []
        self.constants = []
        self._results = 0

    def constant(self, value: np.ndarray) -> str:
        name = f"w{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def weight(self, name: str) -> str:
        return self.constant(self.weights[name])

    def node(self, operator: str, inputs: list[str], output: str | None = None, **attributes) -> str:
        output = output or f"t{self._results}"
        self._results += 1
        self.nodes.append(helper.make_node(operator, inputs, [output], name=f"{operator}_{self._results}", **attributes))
        return output

    def add(self, a: str, b: str) -> str:
        return self.node("Add", [a, b])

    def axis_length(self, tensor: str, axis: int) -> str:
        return self.node("Slice", [self.node("Shape", [tensor]), self.integers(axis), self.integers(axis + 1)])

    def layer_norm(self, x: str, name: str) -> str:
        gamma, beta = self.weight(f"{name}/gamma"), self.weight(f"{name}/beta")
        return self.node("LayerNormalization", [x, gamma, beta], axis=-1, epsilon=1e-5)

    def matrix(self, x: str, weight: np.ndarray, bias: np.ndarray) -> str:
        product = self.node("MatMul", [x, self.constant(weight.T)])
        return self.add(product, self.constant(bias))

    def linear(self, x: str, name: str) -> str:
        return self.matrix(x, self.weights[f"{name}/weight"], self.weights[f"{name}/bias"])

    def projections(self, name: str) -> list[tuple[np.ndarray, np.ndarray]]:
        """CTranslate2 stacks query, key and value (or key and value) in one matrix: its parts, with their biases."""
        weight, bias = self.weights[f"{name}/weight"], self.weights[f"{name}/bias"]
        parts = weight.shape[0] // self.width
        return list(zip(np.split(weight, parts), np.split(bias, parts)))

    def project(self, x: str, name: str) -> list[str]:
        return [self.split_heads(self.matrix(x, weight, bias)) for weight, bias in self.projections(name)]

    def split_heads(self, x: str, output: str | None = None) -> str:
        by_head = self.node("Reshape", [x, self.integers(1, -1, self.heads, HEAD_SIZE)])
        return self.node("Transpose", [by_head], output, perm=[0, 2, 1, 3])

    def merge_heads(self, x: str) -> str:
        by_time = self.node("Transpose", [x], perm=[0, 2, 1, 3])
        return self.node("Reshape", [by_time, self.integers(1, -1, self.width)])

    def attention_scores(self, query: str, key: str) -> str:
        scaled = self.node("Mul", [query, self.constant(np.float32(HEAD_SIZE**-0.5))])
        return self.node("MatMul", [scaled, self.node("Transpose", [key], perm=[0, 1, 3, 2])])

    def attend(self, scores: str, value: str) -> str:
        return self.merge_heads(self.node("MatMul", [self.node("Softmax", [scores], axis=-1), value]))

    def feed_forward(self, x: str, name: str) -> str:
        hidden = self.node("Gelu", [self.linear(self.layer_norm(x, f"{name}/layer_norm"), f"{name}/linear_0")])
        return self.add(x, self.linear(hidden, f"{name}/linear_1"))

    def model(self, inputs: list, outputs: list) -> ModelProto:
        graph = helper.make_graph(self.nodes, "w", inputs, outputs, self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def tensor(name: str, shape: list, kind: int = TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def layers(weights: Weights, side: str) -> list[int]:
    """The numbers of the layers of `encoder` or `decoder`."""
    numbers = []
    for layer in count():
        if f"{side}/layer_{layer}/ffn/linear_0/weight" not in weights:
            return numbers
        numbers.append(layer)


def build_encoder(weights: Weights) -> ModelProto:
    """mel [1, bands, T] -> for each decoder layer i: keys ck<i> and values cv<i> [1, heads, T / 2, 64]."""
    g = Graph(weights)
    x = "mel"
    for name, strides in (("conv1", {}), ("conv2", {"strides": [2]})):
        convolved = g.node("Conv", [x, g.weight(f"encoder/{name}/weight"), g.weight(f"encoder/{name}/bias")], pads=[1, 1], **strides)
        x = g.node("Gelu", [convolved])
    x = g.node("Transpose", [x], perm=[0, 2, 1])
    length = g.axis_length(x, 1)
    positions = g.node("Slice", [g.weight("encoder/position_encodings/encodings"), g.integers(0), length, g.integers(0)])
    x = g.add(x, positions)

    for layer in layers(weights, "encoder"):
        name = f"encoder/layer_{layer}"
        query, key, value = g.project(g.layer_norm(x, f"{name}/self_attention/layer_norm"), f"{name}/self_attention/linear_0")
        attended = g.attend(g.attention_scores(query, key), value)
        x = g.add(x, g.linear(attended, f"{name}/self_attention/linear_1"))
        x = g.feed_forward(x, f"{name}/ffn")
    x = g.layer_norm(x, "encoder/layer_norm")

    outputs = []
    for layer in layers(weights, "decoder"):
        for output, (weight, bias) in zip((f"ck{layer}", f"cv{layer}"), g.projections(f"decoder/layer_{layer}/attention/linear_1")):
            outputs.append(tensor(g.split_heads(g.matrix(x, weight, bias), output), [1, g.heads, "S", HEAD_SIZE]))
    bands = weights["encoder/conv1/weight"].shape[1]
    return g.model([tensor("mel", [1, bands, "T"])], outputs)


def build_decoder(weights: Weights, alignment_heads: dict[int, list[int]] = ALIGNMENT_HEADS) -> ModelProto:
    """tokens [1, N], the cache pk<i>, pv<i> [1, heads, P, 64] and the encoder's ck<i>, cv<i> [1, heads, S, 64] ->
    logits [1, N, vocabulary], the cache with the new tokens nk<i>, nv<i>, and qk, the scores of the alignment heads
    [1, heads, N, S]."""
    g = Graph(weights)
    embeddings = weights["decoder/embeddings/weight"]
    table = g.constant(embeddings)
    new = g.axis_length("tokens", 1)
    past = g.axis_length("pk0", 2)
    all_ = g.add(past, new)
    embedded = g.node("Gather", [table, "tokens"])
    positions = g.node("Slice", [g.weight("decoder/position_encodings/encodings"), past, all_, g.integers(0)])
    x = g.add(embedded, positions)
    mask = _causal_mask(g, past, all_)

    inputs, outputs, scores = [tensor("tokens", [1, "N"], TensorProto.INT64)], [tensor("logits", [1, "N", len(embeddings)])], []
    for layer in layers(weights, "decoder"):
        name = f"decoder/layer_{layer}"
        query, key, value = g.project(g.layer_norm(x, f"{name}/self_attention/layer_norm"), f"{name}/self_attention/linear_0")
        key = g.node("Concat", [f"pk{layer}", key], f"nk{layer}", axis=2)
        value = g.node("Concat", [f"pv{layer}", value], f"nv{layer}", axis=2)
        inputs += [tensor(f"{kind}{layer}", [1, g.heads, axis, HEAD_SIZE]) for kind, axis in (("pk", "P"), ("pv", "P"), ("ck", "S"), ("cv", "S"))]
        outputs += [tensor(f"{kind}{layer}", [1, g.heads, "Q", HEAD_SIZE]) for kind in ("nk", "nv")]
        masked = g.node("Where", [mask, g.attention_scores(query, key), g.constant(np.float32(-1e9))])
        x = g.add(x, g.linear(g.attend(masked, value), f"{name}/self_attention/linear_1"))

        (query,) = g.project(g.layer_norm(x, f"{name}/attention/layer_norm"), f"{name}/attention/linear_0")
        to_audio = g.attention_scores(query, f"ck{layer}")
        attended = g.attend(to_audio, f"cv{layer}")
        if layer in alignment_heads:
            scores.append(g.node("Gather", [to_audio, g.integers(*alignment_heads[layer])], axis=1))
        x = g.add(x, g.linear(attended, f"{name}/attention/linear_2"))
        x = g.feed_forward(x, f"{name}/ffn")

    outputs.append(tensor(g.node("Concat", scores, "qk", axis=1), [1, sum(map(len, alignment_heads.values())), "N", "S"]))
    g.node("MatMul", [g.layer_norm(x, "decoder/layer_norm"), g.constant(embeddings.T)], "logits")
    return g.model(inputs, outputs)


def _causal_mask(g: Graph, past: str, all_: str) -> str:
    """Whether the token in row n (counted from `past`) may see the token in column m: only those before and itself."""
    zero, one = g.constant(np.int64(0)), g.constant(np.int64(1))

    def scalar(length: str) -> str:
        return g.node("Squeeze", [length, g.integers(0)])

    rows = g.node("Unsqueeze", [g.node("Range", [scalar(past), scalar(all_), one]), g.integers(1)])
    columns = g.node("Unsqueeze", [g.node("Range", [zero, scalar(all_), one]), g.integers(0)])
    return g.node("LessOrEqual", [columns, rows])

"""Builds Kokoro's vocoder anew, so that it can run in chunks and in int8.

Inputs: x, har, style (see kokoro_front) and statistics [1, 18432]. Output: audio [300 x frames] at 24 kHz.

Two things differ from the original:
  * Everything is time-major [time, channels] and each convolution is one integer matrix product over gathered rows
    (im2col), which keeps a CPU's int8 units busy.
  * AdaIN normalises each channel by its mean and deviation over the whole utterance, which is why the original must see
    all of it before it can say anything. Here they are an input: the caller predicts them, and the rest is convolution,
    which needs only a few frames to the left and right.

`measure=True` builds the graph that measures the statistics of whole utterances, to calibrate that prediction.
"""

import numpy as np
from onnx import ModelProto, TensorProto, helper

from kokoro_graph import MICROSOFT, GraphBuilder, Source

GENERATOR = "/decoder/decoder/generator/"
PARAMETERS = "decoder.decoder.generator."
KERNELS, DILATIONS = (3, 7, 11), (1, 3, 5)
HAR_WIDTH = 22
LAYERS = 48  # AdaIN layers, each with a mean and a log deviation a channel
STATISTICS_WIDTH = 18_432
VARIANCE_FLOOR = 1e-5

# sin(pi r)^2 for |r| <= 1/2 as a polynomial in r^2: least squares over 4,001 points, largest error 0.002.
SIN2 = (9.813748390816773, -30.95841651465179, 30.93961974207459)


def build_generator(model: ModelProto, measure: bool = False) -> ModelProto:
    """`model` as kokoro_weights returns it; it is not changed."""
    vocoder = Vocoder(Source(model), measure)
    vocoder.build()
    vector = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    statistics = vector("statistics", [1, STATISTICS_WIDTH])
    inputs = [vector("x", ["frames", 512]), vector("har", ["har_rows", HAR_WIDTH]), vector("style", [1, 128])]
    outputs = [vector("audio", ["samples"])]
    (outputs if measure else inputs).append(statistics)
    graph = helper.make_graph(vocoder.g.nodes, "kokoro-generator", inputs, outputs, vocoder.g.constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20), helper.make_opsetid(MICROSOFT, 1)], ir_version=9)


class Vocoder:
    def __init__(self, source: Source, measure: bool):
        self.source, self.measure, self.g = source, measure, GraphBuilder()
        self.layer = 0
        self.measured: list[str] = []
        self.given: list[str] = []

    def build(self) -> None:
        """iSTFTNet: two stages of upsampling (x 10, x 6), each joined by the harmonic source and three residual blocks,
        then magnitudes and phases of a 20-point spectrum, 5 samples apart."""
        g = self.g
        if not self.measure:
            sizes = [size for size in self.adain_channels() for _ in range(2)]
            self.given = g.split("statistics", sizes, axis=1)

        x = g.add("LeakyRelu", "x", alpha=0.1)
        rows = g.add("Mul", self.rows("x"), g.ints(10))
        x = g.add("Add", self.upsample(x, "Mul_output_0", "ups.0", 10), self.stage("noise_res.0", self.har_at_tenth(rows), rows))
        x = g.add("LeakyRelu", self.blocks(x, range(3), rows), alpha=0.1)

        rows = self.rows("har")
        noise = self.stage("noise_res.1", self.har_at_full(), rows)
        x = self.upsample(x, "Mul_1_output_0", "ups.1", 6)
        x = g.add("Concat", g.slice_rows(x, 1, 2), x, axis=0)  # reflection by one row on the left
        x = g.add("LeakyRelu", self.blocks(g.add("Add", x, noise), range(3, 6), rows), alpha=0.01)
        self.to_audio(x, rows)
        if self.measure:
            g.add("Concat", *self.measured, output="statistics", axis=1)

    # --- the parts ---

    def stage(self, name: str, x: str, rows: str) -> str:
        return self.residual_block(x, name, self.gather_indices(rows))

    def blocks(self, x: str, numbers: range, rows: str) -> str:
        """The mean of three residual blocks of different widths."""
        g, indices = self.g, self.gather_indices(rows)
        first, second, third = (self.residual_block(x, f"resblocks.{i}", indices) for i in numbers)
        return g.add("Mul", g.add("Add", g.add("Add", first, second), third), g.floats([1 / 3]))

    def residual_block(self, x: str, name: str, indices) -> str:
        for j, dilation in enumerate(DILATIONS):
            y = self.snake(self.adain(x, f"{name}/adain1.{j}"), f"{name}.alpha1.{j}")
            if self.measure:
                y = self.adain(self.convolution(y, f"{name}/convs1.{j}", dilation, indices), f"{name}/adain2.{j}")
            else:  # known in advance, it costs nothing more than the scale and the bias that the product has anyway
                y = self.convolution(y, f"{name}/convs1.{j}", dilation, indices, self.adain_terms(f"{name}/adain2.{j}"))
            y = self.snake(y, f"{name}.alpha2.{j}")
            y = self.convolution(y, f"{name}/convs2.{j}", 1, indices)
            x = self.g.add("Add", y, x)
        return x

    def adain(self, x: str, name: str) -> str:
        """Adaptive instance normalisation: (x - mean) / deviation, then scale and shift from the style."""
        factor, shift = self.adain_terms(name, x)
        return self.g.add("Add", self.g.add("Mul", x, factor), shift)

    def adain_terms(self, name: str, x: str | None = None) -> tuple[str, str]:
        """AdaIN as `x * factor + shift`. `x` is needed only to measure it."""
        g, layer = self.g, self.layer
        self.layer += 1
        bias = self.parameter(f"{name.replace('/', '.')}.fc.bias")
        channels = bias.size // 2
        one_plus = np.concatenate([np.ones(channels, np.float32), np.zeros(channels, np.float32)])
        style = g.add("MatMul", "style", g.floats(self.weight(f"{name}/fc/Gemm_MatMul")))
        scale, shift = g.split(g.add("Add", style, g.floats(bias + one_plus)), [channels, channels], axis=1)
        if self.measure:
            mean = g.add("ReduceMean", x, g.ints(0), keepdims=1)
            distance = g.add("Sub", x, mean)  # squared only now: the difference of two large squares may be negative
            squares = g.add("ReduceMean", g.add("Mul", distance, distance), g.ints(0), keepdims=1)
            variance = g.add("Add", squares, g.floats([VARIANCE_FLOOR]))
            log_deviation = g.add("Mul", g.add("Log", variance), g.floats([0.5]))
            self.measured += [mean, log_deviation]
        else:
            mean, log_deviation = self.given[2 * layer : 2 * layer + 2]
        factor = g.add("Mul", scale, g.add("Exp", g.add("Neg", log_deviation)))
        return factor, g.add("Sub", shift, g.add("Mul", mean, factor))

    def snake(self, x: str, parameter: str) -> str:
        """x + sin(alpha x)^2 / alpha, the sine by a polynomial: ONNX's Sin is not vectorised. 1 / alpha goes into its coefficients."""
        g = self.g
        alpha = self.parameter(parameter).reshape(1, -1)
        turns = g.add("Mul", x, g.floats(alpha / np.float32(np.pi)))
        remainder = g.add("Sub", turns, g.add("Round", turns))
        square = g.add("Mul", remainder, remainder)
        c1, c2, c3 = (g.floats(np.float32(c) / alpha) for c in SIN2)
        inner = g.add("Add", g.add("Mul", square, g.add("Add", g.add("Mul", square, c3), c2)), c1)
        return g.add("Add", x, g.add("Mul", square, inner))

    def convolution(self, x: str, name: str, dilation: int, indices, then: tuple[str, str] | None = None) -> str:
        """`then`: a factor and a shift for each channel of the result."""
        g = self.g
        weight, scale, zero = self.quantised(f"{name}/Conv")
        channels_out, channels_in, width = weight.shape
        padding = dilation * (width - 1) // 2
        value, value_scale, value_zero = g.quantise(x)
        padded = g.add("Pad", value, g.ints(padding, 0, padding, 0), value_zero)
        columns = g.add("Reshape", g.add("Gather", padded, indices[width, dilation], axis=0), g.ints(-1, width * channels_in))
        matrix = weight.transpose(2, 1, 0).reshape(width * channels_in, channels_out)
        bias = self.parameter(f"{name.replace('/', '.')}.bias")
        if then is not None:
            factor, shift = (g.add("Squeeze", term, g.ints(0)) for term in then)
            scale, bias = g.add("Mul", factor, g.floats(scale)), g.add("Add", g.add("Mul", factor, g.floats(bias)), shift)
        return g.integer_matmul((columns, value_scale, value_zero), matrix, scale, zero, bias)

    def upsample(self, x: str, weight_name: str, name: str, stride: int) -> str:
        """A transposed convolution of width 2 x stride: each output row sees two input rows, so it is a matrix product over
        pairs of neighbours."""
        g = self.g
        weight, bias = self.source.array(GENERATOR + weight_name), self.parameter(f"{name}.bias")
        channels_in, channels_out, _ = weight.shape
        nothing = g.floats(np.zeros((1, channels_in)))
        pairs = g.add("Concat", g.add("Concat", x, nothing, axis=0), g.add("Concat", nothing, x, axis=0), axis=1)
        halves = [half.transpose(0, 2, 1).reshape(channels_in, stride * channels_out) for half in (weight[:, :, :stride], weight[:, :, stride:])]
        matrix, scale, zero = per_column_int8(np.concatenate(halves, 0))
        rows = g.integer_matmul(g.quantise(pairs), matrix, scale, zero, np.tile(bias, stride))
        return g.slice_rows(g.add("Reshape", rows, g.ints(-1, channels_out)), stride // 2, -(stride - stride // 2))

    def har_at_tenth(self, rows: str) -> str:
        """The harmonic source at the first stage's rate: a convolution of width 12 and stride 6."""
        g, weight = self.g, self.weight("noise_convs.0/Conv")
        starts = g.add("Mul", self.counting(rows), g.ints(6))
        index = g.add("Add", g.add("Unsqueeze", starts, g.ints(1)), g.constant(np.arange(12)[None], np.int64))
        padded = g.add("Pad", "har", g.ints(3, 0, 3, 0))
        columns = g.add("Reshape", g.add("Gather", padded, index, axis=0), g.ints(-1, 12 * HAR_WIDTH))
        product = g.add("MatMul", columns, g.floats(weight.transpose(2, 1, 0).reshape(12 * HAR_WIDTH, 256)))
        return g.add("Add", product, g.floats(self.parameter("noise_convs.0.bias")))

    def har_at_full(self) -> str:
        g, weight = self.g, self.weight("noise_convs.1/Conv")
        return g.add("Add", g.add("MatMul", "har", g.floats(weight[:, :, 0].T)), g.floats(self.parameter("noise_convs.1.bias")))

    def to_audio(self, x: str, rows: str) -> None:
        """The last convolution gives log magnitudes and phases; inverse transform; overlap-add of 20 samples every 5."""
        g, weight = self.g, self.source.array(GENERATOR + "Mul_2_output_0")  # [22, 128, 7]
        products = g.add("MatMul", g.add("Pad", x, g.ints(3, 0, 3, 0)), g.floats(weight.transpose(1, 2, 0).reshape(128, 7 * HAR_WIDTH)))
        taps = g.split(products, [HAR_WIDTH] * 7, axis=1)
        y = self.total([g.add("Slice", tap, g.ints(j), g.add("Add", rows, g.ints(j)), g.ints(0)) for j, tap in enumerate(taps)])
        log_magnitude, phase = g.split(g.add("Add", y, g.floats(self.parameter("conv_post.bias"))), [11, 11], axis=1)
        magnitude, phase = g.add("Exp", log_magnitude), g.add("Sin", phase)
        complex_bins = g.add("Concat", g.add("Mul", magnitude, g.add("Cos", phase)), g.add("Mul", magnitude, g.add("Sin", phase)), axis=1)
        basis = self.parameter("stft.istft.stft.inverse_basis")[:, 0, :] * self.source.array(GENERATOR + "istft/stft/Constant_19_output_0")
        hops = g.split(g.add("MatMul", complex_bins, g.floats(basis)), [5] * 4, axis=1)
        overlapped = self.total([g.add("Pad", hop, g.ints(j, 0, 3 - j, 0)) for j, hop in enumerate(hops)])
        g.add("Slice", g.add("Reshape", overlapped, g.ints(-1)), g.ints(10), g.ints(-10), g.ints(0), output="audio")

    # --- small things ---

    def rows(self, value: str) -> str:
        return self.g.add("Slice", self.g.add("Shape", value), self.g.ints(0), self.g.ints(1))

    def counting(self, rows: str) -> str:
        """0, 1, 2, ... rows - 1"""
        zero, one = self.g.constant(0, np.int64), self.g.constant(1, np.int64)
        return self.g.add("Range", zero, self.g.add("Squeeze", rows, self.g.ints(0)), one)

    def gather_indices(self, rows: str) -> dict[tuple[int, int], str]:
        """For each kernel and dilation: which padded input rows an output row is computed from."""
        g, column = self.g, self.g.add("Unsqueeze", self.counting(rows), self.g.ints(1))
        return {(width, dilation): g.add("Add", column, g.constant((np.arange(width) * dilation)[None], np.int64)) for width in KERNELS for dilation in DILATIONS}

    def total(self, values: list[str]) -> str:
        result, *rest = values
        for value in rest:
            result = self.g.add("Add", result, value)
        return result

    def adain_channels(self) -> list[int]:
        """Channels of each AdaIN layer, in the order in which build() makes them."""
        blocks = ["noise_res.0", "resblocks.0", "resblocks.1", "resblocks.2", "noise_res.1", "resblocks.3", "resblocks.4", "resblocks.5"]
        return [self.parameter(f"{block}.adain{k}.{j}.fc.bias").size // 2 for block in blocks for j in range(3) for k in (1, 2)]

    def parameter(self, name: str) -> np.ndarray:
        return self.source.array(PARAMETERS + name)

    def quantised(self, name: str):
        return self.source.quantised_weight(f"{GENERATOR}{name}_quant_wf")

    def weight(self, name: str) -> np.ndarray:
        return self.source.float_weight(f"{GENERATOR}{name}_quant_wf")


def per_column_int8(matrix: np.ndarray):
    """Symmetric int8 with a scale a column."""
    scale = np.abs(matrix).max(0) / 127
    return np.round(matrix / scale).astype(np.int8), scale.astype(np.float32), np.zeros(matrix.shape[1], np.int8)

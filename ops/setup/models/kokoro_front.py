"""Cuts Kokoro in two and builds the first part: phonemes -> all that the vocoder needs.

Inputs: tokens [1, N], style [1, 256], speed [1]. Outputs, time-major:
  x [frames, 512]          decoder features, 12.5 ms a frame
  har [60 frames + 1, 22]  spectrum of the harmonic source (the pitch)
  style_dec [1, 128]       the half of the style that the vocoder uses
  durations [N]            of each token, in steps of 25 ms

BERT's and the decoder's matrices, most of the work, run in int8; what makes pitch and durations stays float, where
rounding would be heard.
"""

import numpy as np
from onnx import ModelProto, TensorProto, helper

from kokoro_graph import END, MICROSOFT, GraphBuilder, Source, is_weight_dequantisation, prune, replace

FEATURES = "/decoder/decoder/decode.3/Div_4_output_0"
HARMONICS = "/decoder/decoder/generator/Concat_3_output_0"
VOCODER_STYLE = "/decoder/Slice_output_0"
DURATIONS = "/encoder/Gather_output_0"
INT8_MATMULS = "/encoder/bert"
INT8_CONVOLUTIONS = ("/decoder/decoder/decode.", "/decoder/decoder/encode")

FFT, HOP = 20, 5  # of the harmonic source's spectrum
BINS = FFT // 2 + 1


def build_front(model: ModelProto) -> ModelProto:
    """Changes `model` (from kokoro_weights) in place and returns it."""
    source, build = Source(model), GraphBuilder("front")
    for node in model.graph.node:
        if is_weight_dequantisation(node, source.initializers):
            continue
        has_weight = len(node.input) > 1 and source.is_quantised_weight(node.input[1])
        if node.op_type == "MatMul" and has_weight and INT8_MATMULS in node.name:
            integer_matmul(node, source, build)
        elif node.op_type == "Conv" and has_weight and any(part in node.name for part in INT8_CONVOLUTIONS):
            integer_convolution(node, source, build)
        elif node.op_type == "STFT":
            spectrum(node, source, build)
        else:
            for i, name in enumerate(node.input):
                if source.is_quantised_weight(name):
                    node.input[i] = build.floats(source.float_weight(name))
            build.nodes.append(node)

    for name, output in ((FEATURES, "x"), (HARMONICS, "har")):
        build.add("Transpose", build.add("Squeeze", name, build.ints(0)), output=output, perm=[1, 0])
    build.add("Identity", VOCODER_STYLE, output="style_dec")
    build.add("Cast", DURATIONS, output="durations", to=TensorProto.INT64)

    graph = model.graph
    replace(graph.node, build.nodes)
    graph.initializer.extend(build.constants)
    floats = {"x": ["frames", 512], "har": ["har_rows", 2 * BINS], "style_dec": [1, 128]}
    replace(graph.output, [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in floats.items()])
    graph.output.append(helper.make_tensor_value_info("durations", TensorProto.INT64, ["tokens"]))
    del graph.value_info[:]
    prune(graph)
    return model


def integer_matmul(node, source: Source, build: GraphBuilder) -> None:
    """The weights of these layers have a scale a column and are symmetric: their zero points are 0."""
    weight, scale, _ = source.quantised_weight(node.input[1])
    build.add("DynamicQuantizeMatMul", node.input[0], build.constant(weight), build.floats(scale.reshape(-1)),
              build.constant(np.zeros(scale.size, np.int8)), output=node.output[0], domain=MICROSOFT)


def integer_convolution(node, source: Source, build: GraphBuilder) -> None:
    """A convolution of width 1 or 3 as one integer matrix product over shifted copies of its input."""
    weight, scale, zero = source.quantised_weight(node.input[1])
    channels_out, channels_in, width = weight.shape
    rows = build.add("Transpose", build.add("Squeeze", node.input[0], build.ints(0)), perm=[1, 0])
    value, value_scale, value_zero = build.quantise(rows)
    if width == 3:
        padded = build.add("Pad", value, build.ints(1, 0, 1, 0), value_zero)
        value = build.add("Concat", build.slice_rows(padded, 0, -2), value, build.slice_rows(padded, 2, END), axis=1)
    matrix = weight.transpose(2, 1, 0).reshape(width * channels_in, channels_out)
    bias = source.array(node.input[2]) if len(node.input) > 2 else None
    result = build.integer_matmul((value, value_scale, value_zero), matrix, scale, zero, bias)
    build.add("Unsqueeze", build.add("Transpose", result, perm=[1, 0]), build.ints(0), output=node.output[0])


def spectrum(node, source: Source, build: GraphBuilder) -> None:
    """The short-time Fourier transform as one matrix product: onnxruntime's own STFT is slow. [1, samples] -> [1, rows, 11, 2]"""
    window = source.array(node.input[2])
    angle = 2 * np.pi * np.outer(np.arange(FFT), np.arange(BINS)) / FFT
    basis = np.stack([np.cos(angle), -np.sin(angle)], 2) * window[:, None, None]
    offset = np.zeros((BINS, 2), np.float32)
    for real_bin in (0, BINS - 1):
        basis[:, real_bin, 1] = 0
        offset[real_bin, 1] = 1e-9  # keeps the phase of a real bin on the side where the original has it
    hops = build.add("Reshape", node.input[0], build.ints(-1, HOP))
    overlap = FFT // HOP
    frames = build.add("Concat", *[build.slice_rows(hops, j, j - overlap + 1 if j < overlap - 1 else END) for j in range(overlap)], axis=1)
    product = build.add("MatMul", frames, build.floats(basis.reshape(FFT, 2 * BINS)))
    shifted = build.add("Add", product, build.floats(offset.reshape(1, 2 * BINS)))
    build.add("Reshape", shifted, build.ints(1, -1, BINS, 2), output=node.output[0])

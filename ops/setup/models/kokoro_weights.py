"""Takes the dynamic quantisation out of Kokoro: the weights stay int8, the arithmetic becomes float.

The published model quantises every activation of every layer on the spot, which costs quality where it matters (the
pitch, the durations) and gains little speed. Here each

    DynamicQuantizeLinear -> ConvInteger | MatMulInteger -> (Add int32 bias) -> Cast -> Mul(scales)

becomes `DequantizeLinear(weight) -> Conv | MatMul`. The next steps then decide layer by layer what runs in integers.
"""

from onnx import ModelProto, helper

from kokoro_graph import prune, replace


def dequantised(model: ModelProto) -> ModelProto:
    """Changes `model` in place and returns it."""
    graph = model.graph
    initializers = {tensor.name for tensor in graph.initializer}
    producers = {output: node for node in graph.node for output in node.output}
    consumers = {}
    for node in graph.node:
        for name in node.input:
            consumers.setdefault(name, []).append(node)

    replacements, removed, weights = {}, set(), []
    for node in graph.node:
        if node.op_type not in ("ConvInteger", "MatMulInteger"):
            continue
        chain, bias, output_scale = follow_to_float(node, producers, consumers)
        activation = producers[node.input[0]]
        weight = node.input[1]
        if weight in initializers:
            weight_scale = next(name for name in output_scale.input if name != activation.output[1])
            weights.append(helper.make_node("DequantizeLinear", [weight, weight_scale, *node.input[3:4]], [f"{node.name}_wf"], name=f"{node.name}_dq"))
            weight = weights[-1].output[0]
        else:  # both sides were activations, as in attention
            weight = producers[weight].input[0]
        operator = node.op_type.removesuffix("Integer")
        replacements[id(node)] = helper.make_node(operator, [activation.input[0], weight, *bias], [chain[-1].output[0]], name=f"{node.name}_f")
        replacements[id(node)].attribute.extend(node.attribute)
        removed.update(id(link) for link in chain)

    replace(graph.node, weights + [replacements.get(id(node), node) for node in graph.node if id(node) not in removed])
    prune(graph)
    return model


def follow_to_float(node, producers, consumers):
    """From an integer operator to the `Mul` that makes floats of its result.

    Returns the nodes in between (with the `Mul`), the float bias as a list of none or one, and the node that computes
    the product of both scales."""
    chain, bias = [], []
    (following,) = consumers[node.output[0]]
    if following.op_type == "Add":
        chain.append(following)
        rounded = producers[next(name for name in following.input if name != node.output[0])]
        while rounded.op_type != "Div":  # the bias was divided by the scales, then rounded to int32
            rounded = producers[rounded.input[0]]
        bias = [rounded.input[0]]
        (following,) = consumers[following.output[0]]
    (multiply,) = consumers[following.output[0]]
    assert (following.op_type, multiply.op_type) == ("Cast", "Mul"), "the model is not quantised as expected"
    scales = producers[next(name for name in multiply.input if name != following.output[0])]
    return [*chain, following, multiply], bias, scales

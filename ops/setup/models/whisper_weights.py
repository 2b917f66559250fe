"""Reads the weights out of a CTranslate2 model.bin.

The format (CTranslate2, python/ctranslate2/specs/model_spec.py), little-endian: version u32, the model's name, revision
u32, count u32; then for each variable its name, rank u8, dimensions u32 each, type u8, length in bytes u32, data. A name
is its length u16 and as many bytes, the last of them zero.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


class Weights:
    """The variables by name, as float32."""

    def __init__(self, variables: dict[str, np.ndarray]) -> None:
        self._variables = variables

    def __getitem__(self, name: str) -> np.ndarray:
        return np.ascontiguousarray(self._variables[name].astype(np.float32))

    def __contains__(self, name: str) -> bool:
        return name in self._variables


def read_weights(file: Path) -> Weights:
    return Weights(dict(_variables(file.read_bytes())))


def _variables(data: bytes) -> Iterator[tuple[str, np.ndarray]]:
    position = 0

    def number(kind: str) -> int:
        nonlocal position
        (value,) = struct.unpack_from("<" + kind, data, position)
        position += struct.calcsize("<" + kind)
        return value

    def name() -> str:
        nonlocal position
        length = number("H")
        text = data[position : position + length - 1].decode()
        position += length
        return text

    number("I"), name(), number("I")
    for _ in range(number("I")):
        variable = name()
        shape = [number("I") for _ in range(number("B"))]
        dtype = np.dtype(TYPES[number("B")])
        length = number("I")
        yield variable, np.frombuffer(data, dtype, length // dtype.itemsize, position).reshape(shape)
        position += length

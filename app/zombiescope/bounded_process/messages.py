"""Requests and answers between this process and one that reads files of strangers, as bytes.

They are pickles. A process that a file took over could send any, so an answer is read by an `Unpickler` that builds
data alone: classes of records and of Arrow, numpy and the standard library's dates, and what these are rebuilt by.
The other side trusts its requests: they come from us.
"""

from __future__ import annotations

import dataclasses
import io
import pickle
from typing import Any

import msgspec

__all__ = ["UnsafeAnswer", "dumped", "trusted", "untrusted"]

_BUILTINS = frozenset({"bytearray", "complex", "dict", "frozenset", "list", "range", "set", "slice", "tuple"})
_DATA = frozenset({"collections", "datetime", "decimal", "pathlib", "zoneinfo", "numpy"})
# Of Arrow: classes and functions that build tables in memory; others open files.
_ARROW = frozenset(
    {
        *("Array", "ChunkedArray", "Field", "KeyValueMetadata", "RecordBatch", "Schema", "Table"),
        *("_reconstruct_record_batch", "_reconstruct_table", "_restore_array", "_recordbatch_reconstruct"),
        *("_table_reconstruct", "chunked_array", "field", "py_buffer", "schema", "type_for_alias"),
        *(
            "dictionary",
            "duration",
            "decimal128",
            "fixed_size_binary",
            "list_",
            "large_list",
            "map_",
            "struct",
        ),
        *("time32", "time64", "timestamp"),
    }
)
# Functions, not classes, that data is rebuilt by.
_REBUILT_BY = frozenset(
    {
        ("copyreg", "_reconstructor"),
        ("copyreg", "__newobj__"),
        ("msgspec._core", "rebuild"),
        ("msgspec._utils", "rebuild"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy.core.multiarray", "scalar"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy.core.numeric", "_frombuffer"),
        ("numpy._core.numeric", "_frombuffer"),
    }
)


class UnsafeAnswer(pickle.UnpicklingError):
    """An answer names something that is no data."""


class _DataUnpickler(pickle.Unpickler):
    """Builds data alone."""

    def find_class(self, module: str, name: str) -> Any:
        """The class or function that a pickle names. Raises UnsafeAnswer for all but data."""
        if "." in name:  # an attribute of an attribute would reach anything that a module imports
            raise UnsafeAnswer(f"{module}.{name}")
        top = module.partition(".")[0]
        if (module, name) in _REBUILT_BY or (module == "builtins" and name in _BUILTINS):
            return super().find_class(module, name)
        if module == "pyarrow.lib" and name in _ARROW:
            return super().find_class(module, name)
        if top in _DATA:
            value = super().find_class(module, name)
            if isinstance(value, type):
                return value
        elif top == "zombiescope":
            value = super().find_class(module, name)
            if isinstance(value, type) and (
                dataclasses.is_dataclass(value) or issubclass(value, msgspec.Struct)
            ):
                return value
        raise UnsafeAnswer(f"{module}.{name}")


def dumped(value: Any) -> bytes:
    """A value as bytes."""
    return pickle.dumps(value, protocol=5)


def trusted(data: bytes) -> Any:
    """What our own process sent."""
    return pickle.loads(data)  # noqa: S301


def untrusted(data: bytes) -> Any:
    """What a process that read a stranger's file sent. Raises UnsafeAnswer where it is more than data."""
    return _DataUnpickler(io.BytesIO(data)).load()

"""The inputs of a run: files, folders, globs, URLs and standard input, each as a local file while it is read."""

from __future__ import annotations

import glob
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from zombiescope.errors import InputError
from zombiescope.usecases.scoring.folders import is_remote, remote

__all__ = ["STDIN", "Input", "estimated_rows", "find_inputs", "local_file"]

STDIN = "-"
_FORMS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt", ".parquet")
_PACKED = (".gz", ".zst")
_ZSTD = b"\x28\xb5\x2f\xfd"
_STEP = 2**20


@dataclass(frozen=True)
class Input:
    """A file of records: its path or URL, and what tells whether it is still the same (None of standard input)."""

    name: str
    size: int | None = None
    changed: str | None = None


def find_inputs(names: Sequence[str]) -> list[Input]:
    """The files that the names stand for: in the order given, those of a folder or glob in the order of their names.

    names: paths, globs, folders (searched through), URLs of these, or `-`. Raises InputError where one stands for no
    file.
    """
    inputs: dict[str, Input] = {}
    for name in names:
        group = [Input(STDIN)] if name == STDIN else _remote_files(name) if is_remote(name) else _files(name)
        if not group:
            raise InputError(f"{name}: no file of records there", f"Files are known by {', '.join(_FORMS)}.")
        for item in group:
            inputs.setdefault(item.name, item)
    return list(inputs.values())


def estimated_rows(inputs: Sequence[Input]) -> int | None:
    """About how many records the inputs hold, by the length of the first lines; None where it is not known."""
    total = 0.0
    for item in inputs:
        path = Path(item.name)
        if item.size is None or is_remote(item.name) or path.suffix in _PACKED:
            return None
        if path.suffix == ".parquet":
            import pyarrow.parquet

            try:
                total += pyarrow.parquet.read_metadata(path).num_rows
            except (OSError, pa.ArrowInvalid):
                return None
            continue
        with path.open("rb") as file:
            head = file.read(_STEP)
        total += item.size / max(len(head) / max(head.count(b"\n"), 1), 1)
    return round(total)


def _known(name: str) -> bool:
    for ending in _PACKED:
        name = name.removesuffix(ending)
    return name.lower().endswith(_FORMS)


def _files(name: str) -> list[Input]:
    path = Path(name)
    if path.is_dir():
        paths = sorted(p for p in path.rglob("*") if p.is_file() and _known(p.name) and not _hidden(p, path))
    elif path.exists() or not glob.has_magic(name):
        paths = [path]  # a name without such a file is reported when it is opened
    else:
        paths = [Path(p) for p in sorted(glob.glob(name, recursive=True)) if Path(p).is_file()]
    return [_local(p) for p in paths]


def _hidden(path: Path, top: Path) -> bool:
    """Whether a file or a folder above it is none of the data (_SUCCESS, .crc, _temporary)."""
    return any(part.startswith((".", "_")) or part.endswith(".part") for part in path.relative_to(top).parts)


def _local(path: Path) -> Input:
    try:
        state = path.stat()
    except OSError:
        return Input(str(path))
    return Input(str(path), state.st_size, str(state.st_mtime_ns))


def _remote_files(url: str) -> list[Input]:
    files, path = remote(url)
    try:
        if glob.has_magic(path):
            paths = sorted(p for p in files.glob(path) if _known(p))
        elif files.isdir(path):
            paths = sorted(p for p in files.find(path) if _known(p) and ".part/" not in p)
        else:
            paths = [path]
        infos = [(files.unstrip_protocol(p), files.info(p)) for p in paths]
    except OSError as error:
        raise InputError(f"{url} cannot be read: {error or type(error).__name__}") from None
    return [
        Input(name, info.get("size"), str(info.get("ETag") or info.get("mtime") or info.get("LastModified")))
        for name, info in infos
    ]


@contextmanager
def local_file(name: str) -> Iterator[Path]:
    """The input as a local file that the readers know, for the time of the context.

    What is remote, packed by zstd, or comes from standard input is copied to a temporary folder in pieces of 1 MB.
    """
    path = Path(name)
    if name != STDIN and not is_remote(name) and not _is_zstd(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="zombiescope-") as held:
        copy = Path(held, "stdin" if name == STDIN else name.rsplit("/", 1)[-1])
        try:
            if name == STDIN:
                with copy.open("wb") as file:
                    shutil.copyfileobj(sys.stdin.buffer, file, _STEP)
            elif is_remote(name):
                files, there = remote(name)
                files.get_file(there, str(copy))
            else:
                copy = path
            if _is_zstd(copy):
                copy = _unpacked(copy, Path(held, "unpacked"))
        except OSError as error:
            raise InputError(f"{name} cannot be read: {error or type(error).__name__}") from None
        yield copy


def _is_zstd(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == _ZSTD
    except OSError:
        return False  # the reader says what is wrong


def _unpacked(path: Path, into: Path) -> Path:
    into.mkdir()
    out = into / path.name.removesuffix(".zst")
    with pa.input_stream(str(path), compression="zstd") as packed, out.open("wb") as file:
        shutil.copyfileobj(packed, file, _STEP)
    return out

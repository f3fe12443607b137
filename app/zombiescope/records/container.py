"""What a file comes in (gzip, zstandard, xz, bzip2, ZIP, a folder, a workbook, a graph file, any encoding), undone:
the text or Parquet file within, in UTF-8.

Plain UTF-8 and gzipped UTF-8 are read where they stand. Everything else is unpacked or transcoded into a folder that is
removed when the reading ends, at most `_MOST` bytes of it.
"""

from __future__ import annotations

import bz2
import codecs
import lzma
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from zombiescope.errors import InputError
from zombiescope.records import graph_files, lines
from zombiescope.records.encoding import Encoding, detect
from zombiescope.records.understanding import Choices, Question

__all__ = ["Material", "unpacked"]

_MOST = 8 * 2**30
_STEP = 2**20
_LEVELS = 4  # of containers within containers
_READABLE = re.compile(
    r"\.(csv|tsv|tab|txt|json|jsonl|ndjson|js|parquet|xlsx|xlsm|xlsb|xls|ods|graphml|gexf|gz|zst)$",
    re.IGNORECASE,
)
_WORKBOOK = re.compile(r"\.(xlsx|xlsm|xlsb|xls|ods)$", re.IGNORECASE)
_FOLLOWERS = re.compile(r"follower|fans|粉丝|粉絲|abonn|seguidor|フォロワー|подписчик", re.IGNORECASE)
_OTHER_LISTS = re.compile(r"following|followed|friend|block|mute|request|unfollow", re.IGNORECASE)
_NOT_LISTS = re.compile(r"(^|/)(__MACOSX/|\.|readme|manifest)", re.IGNORECASE)
_RETURN = re.compile(rb"\r(?!\n)")
_FORM = Literal["table", "json", "parquet"]


@dataclass(frozen=True)
class Material:
    """A file that can be read: `path` is UTF-8 text (gzipped or not) or Parquet; `name` is what the user named.

    container, encoding: what was undone, for the user. unit: "line", or "row" where the text was made from a workbook.
    member: the file of an archive or the sheet that was taken. questions: what the user has to choose.
    """

    path: Path
    name: str
    form: _FORM
    container: str
    encoding: str = "UTF-8"
    unit: str = "line"
    member: str | None = None
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Step:
    """A file on the way: its path, its own name (which tells its form), and what was undone so far."""

    path: Path
    label: str
    undone: tuple[str, ...] = ()
    member: str | None = None
    unit: str = "line"
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()


@contextmanager
def unpacked(path: Path, choices: Choices) -> Iterator[Material]:
    """The material of a file or folder; what was unpacked is removed afterwards.

    Raises InputError where there is no such file, or it is empty, damaged or of a kind that is not read.
    """
    with tempfile.TemporaryDirectory(prefix="zombiescope-") as folder:
        yield _material(path, choices, Path(folder))


def _material(path: Path, choices: Choices, folder: Path) -> Material:
    step = _Step(path, path.name)
    if path.is_dir():
        step = _of_folder(path, choices, folder)
    for level in range(_LEVELS):
        start = lines.peek(step.path)
        target = folder / f"level{level}"
        undo = _undo(step, start)
        if undo is None:
            break
        step = undo(step, target, choices)
    return _of_text(step, path.name, choices, folder)


def _undo(step: _Step, start: bytes) -> Callable[[_Step, Path, Choices], _Step] | None:
    """What has to be undone of a file that starts so."""
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_zip
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _of_workbook
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        return _of_zstandard
    if start.startswith(b"\xfd7zXZ\x00"):
        return _of_xz
    if start.startswith(b"BZh"):
        return _of_bzip2
    if start.startswith(b"\x1f\x8b") and _holds_other(step.path):
        return _of_gzip
    head = start.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if head.startswith((b"<?xml", b"<graphml", b"<gexf")) and "graph file" not in step.undone:
        return _of_graph
    return None


def _holds_other(path: Path) -> bool:
    """Whether a gzip file holds anything but UTF-8 text or JSON."""
    with lines.gunzipped(path) as file:
        try:
            start = file.read(16)
            if start.startswith((b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", b"<?xml")) or b"\0" in start:
                return True
        except lines.TORN:
            return False
    with lines.gunzipped(path) as file:
        try:
            return detect(file).name != "utf-8"
        except lines.TORN:
            return False


def _of_folder(path: Path, choices: Choices, folder: Path) -> _Step:
    names = sorted(str(p.relative_to(path)) for p in path.rglob("*") if p.is_file())
    wanted, questions = _members(names, choices, f"{path} is a folder")
    files = [path / name for name in wanted]
    target = files[0] if len(files) == 1 else _joined(files, folder / "joined")
    return _Step(
        target, wanted[0], ("folder",), member=wanted[0], questions=questions, notes=_of_several(wanted)
    )


def _of_zip(step: _Step, target: Path, choices: Choices) -> _Step:
    try:
        archive = zipfile.ZipFile(step.path)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"{step.label} is no ZIP file that can be read: {error}") from None
    with archive:
        names = archive.namelist()
        if any(name in names for name in ("xl/workbook.xml", "xl/workbook.bin", "content.xml")):
            return _of_workbook(step, target, choices)
        wanted, questions = _members(
            [n for n in names if not n.endswith("/")], choices, f"{step.label} is a ZIP archive"
        )
        target.mkdir()
        files = []
        for i, name in enumerate(wanted):
            part = target / f"{i}{PurePosixPath(name).suffix}"
            try:
                with archive.open(name) as file:
                    _copy(file, part, f"{step.label}: {name}")
            except (
                zipfile.BadZipFile,
                RuntimeError,
                NotImplementedError,
                OSError,
                EOFError,
                *lines.TORN,
            ) as error:
                raise InputError(f"{step.label}: {name} cannot be unpacked: {error}") from None
            files.append(part)
    one = files[0] if len(files) == 1 else _joined(files, target / "joined")
    return replace(
        step,
        path=one,
        label=wanted[0],
        undone=(*step.undone, "ZIP"),
        member=wanted[0],
        questions=(*step.questions, *questions),
        notes=(*step.notes, *_of_several(wanted)),
    )


def _members(names: list[str], choices: Choices, what: str) -> tuple[list[str], tuple[Question, ...]]:
    """Which files hold the list: the one named, the only one, or those that are called followers."""
    readable = [n for n in names if _READABLE.search(n) and not _NOT_LISTS.search(n)]
    if choices.member is not None and any(n == choices.member for n in names):
        return [choices.member], ()
    if not readable:
        raise InputError(
            f"{what} without a file that can be read",
            "Followers are read from CSV, TSV, JSON, JSONL, Parquet, XLSX, ODS and GraphML.",
        )
    called = [n for n in readable if _FOLLOWERS.search(PurePosixPath(n).name)]
    pool = called or [n for n in readable if not _OTHER_LISTS.search(PurePosixPath(n).name)] or readable
    series: dict[str, list[str]] = {}
    for name in pool:
        series.setdefault(re.sub(r"\d+", "#", name), []).append(name)
    if len(series) == 1:
        return next(iter(series.values())), ()
    shown = tuple(pool[:8])
    question = Question(
        "member",
        f"{what} with {len(pool)} files that could be the list",
        tuple(f"--member {n!r}" for n in shown),
        shown,
    )
    return [pool[0]], (question,)


def _of_several(names: list[str]) -> tuple[str, ...]:
    return (f"{len(names)} files were read as one list: {names[0]} to {names[-1]}",) if len(names) > 1 else ()


def _joined(files: list[Path], target: Path) -> Path:
    """Files of one kind, one after the other: of tables the header once, of JSON each file's values in turn."""
    target = target.with_suffix(files[0].suffix)
    header: bytes | None = None
    with target.open("wb") as out:
        for path in files:
            data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
            if data.lstrip()[:1] not in (b"[", b"{") and path.suffix != ".js":
                first, _, rest = data.partition(b"\n")
                if header is not None and first.strip() != header.strip():
                    raise InputError(
                        f"{path.name} has other columns than {files[0].name}", "Name one with --member."
                    )
                data = data if header is None else rest
                header = first
            out.write(data if data.endswith(b"\n") else data + b"\n")
    return target


def _of_workbook(step: _Step, target: Path, choices: Choices) -> _Step:
    from zombiescope.records import spreadsheets

    book = spreadsheets.Workbook(step.path, step.label)
    sheets = book.sheet_names()
    if not sheets:
        raise InputError(f"{step.label} holds no follower: its sheets are empty")
    questions = step.questions
    if choices.member is not None and choices.member in sheets:
        sheet = choices.member
    else:
        called = [s for s in sheets if _FOLLOWERS.search(s)]
        sheet = called[0] if len(called) == 1 else sheets[0]
        if len(sheets) > 1 and len(called) != 1:
            shown = tuple(sheets[:8])
            questions = (
                *questions,
                Question(
                    "member",
                    f"{step.label} has {len(sheets)} sheets",
                    tuple(f"--member {s!r}" for s in shown),
                    shown,
                ),
            )
    out = target.with_suffix(".csv")
    if not book.write_csv(sheet, out):
        raise InputError(f"{step.label} holds no follower: its sheets are empty")
    return replace(
        step,
        path=out,
        label=f"{step.label}.csv",
        undone=(*step.undone, f"workbook, sheet {sheet}"),
        member=sheet,
        unit="row",
        questions=questions,
    )


def _of_graph(step: _Step, target: Path, _: Choices) -> _Step:
    out = target.with_suffix(".jsonl")
    graph_files.write_nodes(step.path, out, step.label)
    return replace(
        step, path=out, label=f"{step.label}.jsonl", undone=(*step.undone, "graph file"), unit="row"
    )


def _of_gzip(step: _Step, target: Path, _: Choices) -> _Step:
    return _decompressed(step, target, "gzip", lambda: lines.gunzipped(step.path), ".gz")


def _of_bzip2(step: _Step, target: Path, _: Choices) -> _Step:
    return _decompressed(step, target, "bzip2", lambda: bz2.open(step.path), ".bz2")


def _of_xz(step: _Step, target: Path, _: Choices) -> _Step:
    return _decompressed(step, target, "xz", lambda: lzma.open(step.path), ".xz")


def _of_zstandard(step: _Step, target: Path, _: Choices) -> _Step:
    import zstandard

    return _decompressed(step, target, "zstandard", lambda: zstandard.open(step.path), ".zst")


def _decompressed(
    step: _Step, target: Path, kind: str, opened: Callable[[], IO[bytes]], suffix: str
) -> _Step:
    label = step.label.removesuffix(suffix)
    out = target.with_suffix(PurePosixPath(label).suffix)
    try:
        with opened() as file:
            _copy(file, out, step.label)
    except InputError:
        raise
    except Exception as error:
        if (
            not isinstance(error, (OSError, EOFError, ValueError, lzma.LZMAError))
            and "zstd" not in str(type(error)).lower()
        ):
            raise
        raise InputError(f"{step.label}: the {kind} data is damaged: {error}") from None
    return replace(step, path=out, label=label, undone=(*step.undone, kind))


def _copy(file: IO[bytes], target: Path, name: str) -> None:
    size = 0
    with target.open("wb") as out:
        while block := file.read(_STEP):
            size += len(block)
            if size > _MOST:
                raise InputError(
                    f"{name} unpacks to more than {_MOST // 2**30} GB", "Give the part that is the list."
                )
            out.write(block)


def _of_text(step: _Step, name: str, choices: Choices, folder: Path) -> Material:
    """The material of a file that is text or Parquet."""
    undone = step.undone
    material = Material(
        step.path,
        name,
        "parquet",
        ", ".join((*undone, "Parquet")),
        "-",
        "row",
        step.member,
        step.questions,
        step.notes,
    )
    if lines.peek(step.path).startswith(b"PAR1"):
        return material
    encoding = _encoding(step, name, choices)
    path, questions = step.path, step.questions
    if encoding.others:
        questions = (
            *questions,
            Question(
                "encoding",
                f"the text may be in {' or '.join(encoding.others)}",
                tuple(f"--encoding {other}" for other in encoding.others),
                encoding.others,
            ),
        )
    with lines.opened(step.path, name) as file:
        returns = encoding.name == "utf-8" and _ends_in_returns(lines.head(file))
    if encoding.name != "utf-8" or returns:
        path = folder / f"utf8{PurePosixPath(step.label.removesuffix('.gz')).suffix}"
        _transcode(step.path, path, encoding.name, name)
    with lines.opened(path, name) as file:
        head = lines.head(file).lstrip()
    label = step.label.removesuffix(".gz").lower()
    named_table = label.endswith((".csv", ".tsv", ".tab", ".txt"))
    named_json = label.endswith((".jsonl", ".ndjson", ".json", ".js"))
    if head[:9].lower() in (b"<!doctype", b"<html>") or head[:5].lower() == b"<html":
        raise InputError(f"{name} is a web page", "Export the list as CSV or JSON.")
    is_json = named_json or (head.startswith((b"{", b"[")) and not named_table)
    kind = "JSON" if is_json else "text table"
    return replace(
        material,
        path=path,
        form="json" if is_json else "table",
        container=", ".join((*undone, "gzip", kind) if path.name.endswith(".gz") else (*undone, kind)),
        encoding="UTF-8" if encoding.name == "utf-8" else encoding.name.upper(),
        unit=step.unit,
        questions=questions,
    )


def _encoding(step: _Step, name: str, choices: Choices) -> Encoding:
    if step.unit == "row":
        return Encoding("utf-8")
    if choices.encoding is not None:
        try:
            return Encoding(codecs.lookup(choices.encoding).name)
        except LookupError:
            raise InputError(
                f"--encoding {choices.encoding}: there is no such encoding", "utf-8, gb18030, cp1252, ..."
            ) from None
    with lines.opened(step.path, name) as file:
        try:
            return detect(file)
        except lines.TORN:
            return Encoding("utf-8")


def _ends_in_returns(head: bytes) -> bool:
    """Whether the first line ends in a carriage return alone, as spreadsheets for the Macintosh write CSV."""
    quoted = False
    for i, byte in enumerate(head):
        if byte == 0x22:
            quoted = not quoted
        elif not quoted and byte in b"\r\n":
            return byte == 0x0D and head[i + 1 : i + 2] not in (b"\n", b"")
    return False


def _transcode(path: Path, target: Path, encoding: str, name: str) -> None:
    """Write a text in UTF-8, its lines ended by line feeds. Bytes that are not of the encoding stay as they are, and
    their rows are rejected."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape")
    returns: bool | None = None
    rest = b""
    with lines.opened(path, name) as file, target.open("wb") as out:
        try:
            last = False
            while not last:
                block = file.read(_STEP)
                last = not block
                text = rest + decoder.decode(block, final=last).encode("utf-8", "surrogateescape")
                if returns is None:
                    returns = _ends_in_returns(text)
                if returns:
                    # A return at the end may be the first half of a line's end.
                    rest = b"\r" if text.endswith(b"\r") and not last else b""
                    text = _RETURN.sub(b"\n", text[: len(text) - len(rest)])
                out.write(text)
        except UnicodeError as error:
            raise InputError(
                f"{name} is not in {encoding}: {error}", "Name its encoding with --encoding."
            ) from None

"""In which encoding a text is, from its bytes: UTF-8 where it is valid, else the encoding whose letters it uses.

Each candidate must decode all the text, and most characters beyond ASCII must be of the script and the frequent
part of its character set: GB2312's first level for Chinese, kana for Japanese, hangul for Korean, and for encodings of
one byte a letter the alphabet of a language that is written in them (`records.alphabets`). Candidates that give the
same text are one; of those that fit alike and differ the user chooses, as where none fits: charset-normalizer then
names the likeliest.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from zombiescope.records import alphabets

__all__ = ["Encoding", "detect", "pieces"]

_STEP = 2**20
_SAMPLE = 2**18  # bytes of lines beyond ASCII that are looked at
_FITS = 0.8
_FEWEST = 6  # letters that tell a script
_FEW = 3  # bytes that may as well be damage, unless they stand within words
_WITHIN = re.compile(rb"[A-Za-z][\x80-\xff][A-Za-z]")
_CLOSE = 0.05
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Encoding:
    """name: as Python names it. others: encodings that fit as well, of which the user has to choose. damaged: lines
    that are not of the encoding, and are rejected."""

    name: str
    others: tuple[str, ...] = ()
    damaged: int = 0


def detect(file: IO[bytes]) -> Encoding:
    """The encoding of all that `file` has from here on."""
    head = file.read(_STEP)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return Encoding(name)
    if wide := _without_mark(head):
        return Encoding(wide)
    valid = damaged = 0
    high: list[bytes] = []
    size = 0
    for piece in pieces(file, head):
        if piece.isascii() or _is_utf8(piece):
            valid += not piece.isascii()
            continue
        for line in piece.splitlines(keepends=True):
            if line.isascii():
                continue
            if _is_utf8(line):
                valid += 1
            else:
                damaged += 1
            if size < _SAMPLE:
                high.append(line)
                size += len(line)
    if not damaged:
        return Encoding("utf-8")
    if valid > damaged:
        return Encoding("utf-8", damaged=damaged)
    return _legacy(b"".join(high), mixed=valid > 0) or Encoding("utf-8", damaged=damaged)


def pieces(file: IO[bytes], head: bytes = b"") -> Iterator[bytes]:
    """What the file has, after `head`, in pieces of whole lines."""
    rest = b""
    block = head or file.read(_STEP)
    while block:
        block = rest + block
        cut = block.rfind(b"\n") + 1
        if cut:
            yield block[:cut]
        rest = block[cut:]
        if len(rest) > 32 * _STEP:
            yield rest
            rest = b""
        block = file.read(_STEP)
    if rest:
        yield rest


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _without_mark(head: bytes) -> str | None:
    """UTF-16 without a byte-order mark: every other byte of Western text is 0."""
    start = head[:4096]
    if len(start) < 8 or b"\0" not in start:
        return None
    even, odd = start[::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _legacy(sample: bytes, *, mixed: bool) -> Encoding | None:
    """The encoding whose letters the lines use. mixed: other lines are UTF-8, so that the file may as well be damaged
    UTF-8, which is the answer where no encoding fits."""
    high = sum(byte > 0x7F for byte in sample)
    if high < _FEW and not _WITHIN.search(sample):
        return None
    scores: dict[str, float] = {}
    texts: dict[str, str] = {}
    for name, score in _CANDIDATES.items():
        try:
            text = sample.decode(name)
        except UnicodeDecodeError:
            continue
        letters = [c for c in text if c > "\x7f" and not c.isspace()]
        if letters and (len(letters) >= _FEWEST or name in _SINGLE_BYTE) and text not in texts.values():
            scores[name], texts[name] = score(letters, text), text
    ranked = sorted(scores, key=lambda name: -scores[name])
    if not ranked or scores[ranked[0]] < _FITS:
        if mixed or not ranked or high < _FEWEST:
            return None
        likely = [name for name in ranked if scores[name] > 0][:4] or ranked[:4]
        from charset_normalizer import from_bytes

        guess = from_bytes(sample).best()
        if guess is not None and guess.encoding not in ("ascii", "utf_8"):
            likely = list(dict.fromkeys([guess.encoding, *likely]))
        return Encoding(likely[0], others=(*likely, "utf-8"))
    close = [name for name in ranked if scores[name] >= scores[ranked[0]] - _CLOSE]
    return Encoding(close[0], others=tuple(close) if len(close) > 1 else ())


def _share(letters: Iterable[str], fits: Callable[[str], bool]) -> float:
    values = [fits(c) for c in letters]
    return sum(values) / len(values)


def _lead(char: str, charset: str) -> int:
    """The first byte of a character in a set of characters, 0 where it is not in it."""
    try:
        data = char.encode(charset)
    except UnicodeEncodeError:
        return 0
    return data[0] if len(data) == 2 else 0


def _chinese(letters: list[str], _: str) -> float:
    leads = [_lead(c, "gb2312") for c in letters]
    common = sum(0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA3 for lead in leads) / len(leads)
    beyond = sum(lead >= 0xC9 for lead in leads) / len(leads)
    # Hangul in EUC-KR looks like the first third of the level alone.
    return common if beyond > 0.15 or len(leads) < 12 else common * 0.7


def _traditional(letters: list[str], _: str) -> float:
    return _share(letters, lambda c: 0xA1 <= _lead(c, "big5") <= 0xC6)


def _japanese(letters: list[str], _: str) -> float:
    kana = _share(letters, lambda c: "\u3041" <= c <= "\u30ff")
    script = _share(letters, lambda c: "\u3000" <= c <= "\u9fff" or "\uff01" <= c <= "\uff5e")
    return script if kana >= 0.15 else 0.0


def _korean(letters: list[str], _: str) -> float:
    return _share(letters, lambda c: "가" <= c <= "힣")


def _of_alphabets(*languages: str) -> Callable[[list[str], str], float]:
    return lambda _, text: alphabets.fit(text, languages)


_WESTERN = ("fr", "es", "de", "pt", "it", "da", "sv")
_CENTRAL = ("pl", "cs", "hu", "ro", "hr")
_SINGLE_BYTE = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859_2": _CENTRAL,
    "cp1254": ("tr",),
    "cp1251": ("ru", "uk"),
    "koi8_r": ("ru",),
    "cp1253": ("el",),
    "cp1255": ("he",),
    "cp1256": ("ar",),
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
}
_CANDIDATES: dict[str, Callable[[list[str], str], float]] = {
    "gb18030": _chinese,
    "big5": _traditional,
    "cp932": _japanese,
    "euc_jp": _japanese,
    "cp949": _korean,
    **{name: _of_alphabets(*languages) for name, languages in _SINGLE_BYTE.items()},
}

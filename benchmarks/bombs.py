"""Small or plain bodies that unpack or decode to much more than they are."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["BOMBS"]

MEGA = 2**20
Bomb = tuple[str, bytes]  # the form of /v1/uploads, and the body

_LINE = b"weibo,1,2016-12-15T00:00:00Z," + b"x" * 400 + b"\n"
_HEAD = b"platform,id,observed_at,bio\n"


def parquet(rows: int, length: int, compression: str) -> bytes:
    """References of `rows` rows to one text: the file counts them as they are encoded."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * length]))
    when = pa.scalar(1_577_836_800_000_000, pa.timestamp("us", tz="UTC"))
    table = pa.table(
        {
            "platform": pa.repeat(pa.scalar("weibo"), rows),
            "id": pa.array([str(one) for one in range(rows)]),
            "observed_at": pa.repeat(when, rows),
            **dict.fromkeys(("bio", "location", "display_name", "url"), text),
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink, compression=compression)
    return sink.getvalue()


def zipped(size: int) -> bytes:
    """A CSV of so many bytes in a ZIP."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("followers.csv", _HEAD + _LINE * (size // len(_LINE)))
    return sink.getvalue()


def workbook(rows: int) -> bytes:
    """An XLSX with one sheet of so many rows that all hold one long text."""
    sheet = "".join(
        ['<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">']
        + ["<sheetData>"]
        + [
            f'<row r="{one}"><c r="A{one}" t="inlineStr"><is><t>{"x" * 300}</t></is></c></row>'
            for one in range(1, rows + 1)
        ]
        + ["</sheetData></worksheet>"]
    )
    main = "http://schemas.openxmlformats.org"
    parts = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{main}/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{main}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{main}/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<?xml version="1.0"?><workbook xmlns="{main}/spreadsheetml/2006/main" '
        f'xmlns:r="{main}/officeDocument/2006/relationships"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<?xml version="1.0"?><Relationships xmlns="{main}/package/2006/'
        f'relationships"><Relationship Id="r1" Type="{main}/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return sink.getvalue()


def arrow(rows: int, length: int) -> bytes:
    """A stream whose batch refers to one text from every row."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * length]))
    ids = pa.array([str(one) for one in range(rows)])
    table = pa.table({"platform": pa.repeat(pa.scalar("weibo"), rows), "id": ids, "bio": text})
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue()


BOMBS: Mapping[str, Callable[[], Bomb]] = {
    "Parquet, 500,000 references to 5 kB, zstd": lambda: ("parquet", parquet(500_000, 5_000, "zstd")),
    "Parquet, 1,000,000 references to 9 kB, zstd": lambda: ("parquet", parquet(1_000_000, 9_000, "zstd")),
    "ZIP of 1 GB of CSV": lambda: ("zip", zipped(1000 * MEGA)),
    "XLSX of 500,000 rows of one text": lambda: ("xlsx", workbook(500_000)),
    "gzipped CSV": lambda: ("csv", gzip.compress(_HEAD + _LINE * 10_000)),
    "60 MB of {} lines": lambda: ("ndjson", b"{}\n" * (20 * MEGA)),
    "60 MB of {} in an array": lambda: ("json", b"[" + b"{}," * (20 * MEGA) + b"{}]"),
    "one record of 30 million posts": lambda: (
        "ndjson",
        b'{"platform":"x","id":"1","recent_posts":[' + b"{}," * (20 * MEGA) + b"{}]}",
    ),
    "60 MB of [": lambda: ("json", b"[" * (60 * MEGA)),
    "CSV of 60 MB in one line": lambda: ("csv", b"a," * (30 * MEGA)),
    "Arrow, 20,000 references to 100 kB": lambda: ("arrow", arrow(20_000, 100_000)),
}

"""Tables of labels as spreadsheets save them."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zombiescope.errors import InputError
from zombiescope.usecases.label_table import rows_of

ROW = {"id": "1023456789012345678", "handle": "使馆", "label": "zombie"}
EXCEL_UTF8 = "\ufeffid,handle,label\r\n1023456789012345678,使馆,zombie\r\n".encode()
EXCEL_UNICODE_TEXT = "id\thandle\tlabel\r\n1023456789012345678\t使馆\tzombie\r\n".encode("utf-16")
GERMAN_EXCEL = "\ufeffsep=;\r\nid;handle;label\r\n1023456789012345678;使馆;zombie\r\n".encode()
WPS = (
    "id,handle,label\r\n1023456789012345678,使馆,zombie\r\n" + "1,大使馆官方微博今天我们在这里见面,\r\n" * 3
).encode("gb18030")
NUMBERS = "ID,Handle,Label\n1023456789012345678,使馆,zombie".encode()
COMMENTED = (
    '\ufeff"# SIMULATED",,\r\n,,\r\nid,handle,label\r\n1023456789012345678,使馆,zombie\r\n,,\r\n'.encode()
)


@pytest.mark.parametrize(
    "data", [EXCEL_UTF8, EXCEL_UNICODE_TEXT, GERMAN_EXCEL, WPS, NUMBERS, COMMENTED], ids=range(6)
)
def test_what_spreadsheets_save_is_read(data: bytes) -> None:
    """Excel's three ways, WPS in a Chinese system, Numbers, and a comment that a spreadsheet put in quotes."""
    line, row = next(iter(rows_of(data, "labels.csv")))
    assert row == ROW
    assert line >= 2


def test_a_workbook_is_read() -> None:
    """Saved as XLSX: the first sheet's rows; a number is written out."""
    (_, row), *_ = rows_of(workbook([["id", "label"], [12345, "genuine"]]), "labels.xlsx")
    assert row == {"id": "12345", "label": "genuine"}


def test_a_file_that_is_no_workbook_is_one_clear_error() -> None:
    """A ZIP archive of something else."""
    with pytest.raises(InputError, match=r"labels\.xlsx is no workbook"):
        list(rows_of(b"PK\x03\x04 and nothing more", "labels.xlsx"))


def test_bytes_that_are_no_text_are_one_clear_error() -> None:
    """UTF-8 with a line that is none: no label of such a file is taken."""
    with pytest.raises(InputError, match="encoding"):
        list(rows_of("id,label\n使馆,zombie\n大使,zombie\n".encode() + b"\xff\xfe,zombie\n", "labels.csv"))


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(lambda text: f"x{text}")


@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=10), st.sampled_from(",;\t"))
def test_every_cell_comes_back(cells: list[tuple[str, str, str]], delimiter: str) -> None:
    """Whatever the cells hold, of all delimiters."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["id", "handle", "label"])
    writer.writerows(cells)
    given_back = [tuple(row.values()) for _, row in rows_of(out.getvalue().encode("utf-8-sig"), "x.csv")]
    assert given_back == cells


def workbook(rows: list[list[object]]) -> bytes:
    """The least XLSX that holds these rows."""
    cells = "".join(
        "<row>"
        + "".join(
            f'<c t="inlineStr"><is><t>{cell}</t></is></c>'
            if isinstance(cell, str)
            else f"<c><v>{cell}</v></c>"
            for cell in row
        )
        + "</row>"
        for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            "</Types>",
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="labels" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        book.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
        )
    return out.getvalue()

"""Workbooks as spreadsheets write them, made of their parts."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'

FORMATS = (
    "General",
    "dd/mm/yyyy",
    "mm/yyyy",
    "yyyy",
    "h:mm",
    "000000000000",
    "d-mmm",
    '[$-42A]"ngày" d\\-m\\-yy;@',
)
"""What the cells' style numbers stand for."""


def text(said: str) -> str:
    """A cell of text."""
    return f'<c t="inlineStr"><is><t>{escape(said)}</t></is></c>'


def number(said: object, style: int = 0) -> str:
    """A cell of a number."""
    return f'<c s="{style}"><v>{said}</v></c>'


def sheet(*rows: Sequence[str]) -> str:
    """A sheet of rows of cells."""
    lines = "".join(f'<row r="{n}">{"".join(cells)}</row>' for n, cells in enumerate(rows, start=1))
    return f"<worksheet {_MAIN}><sheetData>{lines}</sheetData></worksheet>"


def parts(sheet_xml: str, shared: Sequence[str] = (), properties: str = "") -> dict[str, str]:
    """The parts of a workbook of a hidden sheet without rows and one that is shown."""
    numbers = range(len(FORMATS))
    codes = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{escape(FORMATS[n])}"/>' for n in numbers)
    used = "".join(f'<xf numFmtId="{164 + n}"/>' for n in numbers) + '<xf numFmtId="14"/>'
    texts = "".join(f"<si>{one}</si>" for one in shared)
    targets = {
        "worksheet": "worksheets/sheet1.xml",
        "hidden/worksheet": "worksheets/hidden.xml",
        "styles": "/xl/styles.xml",
        "sharedStrings": "sharedStrings.xml",
    }
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_TYPES}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets.items())
    )
    return {
        "_rels/.rels": f'{_RELATIONS}<Relationship Id="r" Type="{_TYPES}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_TYPES}">{properties}<sheets>'
        '<sheet name="H" sheetId="1" state="hidden" r:id="r1"/><sheet name="S" sheetId="2" r:id="r0"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"{_RELATIONS}{relations}</Relationships>",
        "xl/styles.xml": f"<styleSheet {_MAIN}><numFmts>{codes}</numFmts>"
        f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{used}</cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f"<sst {_MAIN}>{texts}</sst>",
        "xl/worksheets/sheet1.xml": sheet_xml,
        "xl/worksheets/hidden.xml": sheet(),
    }


def packed(of: Mapping[str, str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for path, content in of.items():
            archive.writestr(path, content)
    return file.getvalue()


def workbook(*rows: Sequence[str], shared: Sequence[str] = (), properties: str = "") -> bytes:
    """A workbook of these rows."""
    return packed(parts(sheet(*rows), shared, properties))

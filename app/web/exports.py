"""Rows as CSV or XLSX: one mechanism for every list. The same rows, the same columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile, TemporaryDirectory
from typing import IO, Any

import xlsxwriter
from starlette.responses import StreamingResponse

from app.core.money import Money
from app.core.rates import BASIS_POINTS, Rate

FORMATS = ("csv", "xlsx")
MOST_ROWS = 100_000
"""A longer list is for the open data files, not for a spreadsheet."""
_IN_MEMORY = 2_000_000
_CHUNK = 64_000
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MOST_TEXT = 32_767
"""Characters that a cell of a spreadsheet holds."""


def export(kind: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingResponse:
    """A file ``name.kind`` to keep; ``rows`` are read to the end before the answer begins."""
    file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # closed when the answer has left
    (_write_csv if kind == "csv" else _write_xlsx)(file, columns, rows)
    file.seek(0)
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"'}
    return StreamingResponse(_chunks(file), media_type=_MEDIA[kind], headers=headers)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The same as text, for tests and small files."""
    file = io.BytesIO()
    _write_csv(file, columns, rows)
    return file.getvalue().decode()


def _write_csv(file: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_plain(value) for value in row])
    text.detach()


def _plain(value: object) -> str:  # noqa: PLR0911  # one return per kind
    """A cell as text. What a spreadsheet would compute is quoted, so that a name cannot run a formula."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case Money():
            return value.amount
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case _:
            text = str(value)
            return f"'{text}" if text.lstrip(" ").startswith(_STARTS_A_FORMULA) else text


def _write_xlsx(file: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with TemporaryDirectory(prefix="grappe-export-") as folder:
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "tmpdir": folder, "default_date_format": "yyyy-mm-dd"}
        )
        sheet = book.add_worksheet("Rows")
        head = book.add_format({"bold": True, "bottom": 1})
        formats = {
            "money": book.add_format({"num_format": "#,##0.00"}),
            "rate": book.add_format({"num_format": "0.00%"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "instant": book.add_format({"num_format": 'yyyy-mm-dd hh:mm:ss "UTC"'}),
        }
        sheet.freeze_panes(1, 0)
        for column, label in enumerate(columns):
            sheet.set_column(column, column, 22)
            sheet.write_string(0, column, label, head)
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write_cell(sheet, (line, column), value, formats)
        book.close()


def _write_cell(sheet: Any, at: tuple[int, int], value: object, formats: dict[str, Any]) -> None:  # noqa: ANN401  # the library has no types
    """A cell of its own kind: figures stay figures, text is never a formula or a link."""
    match value:
        case None | "":
            pass
        case bool():
            sheet.write_string(*at, _plain(value))
        case int():
            sheet.write_number(*at, value)
        case Money():
            sheet.write_number(*at, Decimal(value.cents) / 100, formats["money"])
        case Rate():
            sheet.write_number(*at, Decimal(value.basis_points) / BASIS_POINTS, formats["rate"])
        case datetime():
            sheet.write_datetime(*at, value.astimezone(UTC).replace(tzinfo=None), formats["instant"])
        case date():
            sheet.write_datetime(*at, value, formats["date"])
        case _:
            sheet.write_string(*at, str(value)[:_MOST_TEXT])


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk

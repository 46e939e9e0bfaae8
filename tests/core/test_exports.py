"""Sheets that people take away: nothing in them is calculated, and nothing typed is changed where it need not be."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import load_workbook

from portal.core import sheets

FORMULAS = [
    "=1+1", '=HYPERLINK("http://evil.example","x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1",
    "＝1+1", "＋1", "－1", "＠SUM(A1)", "　＝1", "+86-138-0000",
]  # fmt: skip
PLAIN = ["+86 138 0000 1234", "+8613800001234", "陈可", "3-5", "a=b", "", "50%"]


def from_csv(cell):
    text = sheets.as_csv(["h"], [[cell]]).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))[1][0]


def from_xlsx(cell):
    return load_workbook(io.BytesIO(sheets.as_xlsx(["h"], [[cell]]))).active["A2"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_a_spreadsheet_would_calculate_is_guarded_in_csv(text):
    assert from_csv(text).startswith("'")


@pytest.mark.parametrize("text", FORMULAS)
def test_in_xlsx_it_is_a_cell_of_text_as_it_was_typed(text):
    cell = from_xlsx(text)
    assert cell.data_type == "s"
    assert cell.value == text.replace("\r", "\n")  # XML knows one sign for the end of a line
    assert cell.number_format == "@"


@pytest.mark.parametrize("text", PLAIN)
def test_a_phone_number_and_plain_words_stay_as_they_are(text):
    assert from_csv(text) == text
    assert (from_xlsx(text).value or "") == text


def test_numbers_stay_numbers_and_signs_of_control_are_no_error():
    assert from_xlsx(-5).value == -5
    assert from_csv(-5) == "-5"
    assert from_xlsx("a\x00b\x1fc").value == "abc"


def test_headings_are_guarded_too():
    assert sheets.as_csv(["=1"], []).decode("utf-8-sig").startswith("'=1")


def test_every_sheet_of_the_portal_is_written_here():
    """One guard for all: nobody else writes CSV or XLSX for others, benches and tests aside."""
    root = Path(settings.BASE_DIR)
    found = {
        str(path.relative_to(root))
        for app in ("portal", "media", "locations", "studios", "services", "bookings", "cms", "demo")
        for path in (root / app).rglob("*.py")
        if re.search(r"csv\.(?:writer|DictWriter)|Workbook\(|text/csv", path.read_text())
    }
    assert found - {"services/directory/bench.py"} == {
        "portal/core/sheets.py", "portal/payments/views/paying.py", "cms/events/views/desk.py",
    }  # fmt: skip

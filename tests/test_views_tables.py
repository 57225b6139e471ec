import csv
import io

import pandas as pd
from hypothesis import given
from hypothesis import strategies as some

from thor_metrics.views.tables import Head, csv_file, safe_cell, styled

HEADS = [
    Head("name", "Buurt"),
    Head("count", "Aantal", "count"),
    Head("rate", "Per km²", "rate", 1),
    Head("change", "Verschil", "change"),
]

ROWS = pd.DataFrame(
    {
        "name": ["Wyck", "=HYPERLINK(1)"],
        "count": pd.array([1234, pd.NA], dtype="Int64"),
        "rate": [12.54, None],
        "change": [-3, 41],
    }
)


def read(content):
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_file_is_what_a_dutch_spreadsheet_opens():
    content = csv_file(ROWS, HEADS, hide_below=5)
    assert content.startswith(b"\xef\xbb\xbf")
    header, first, second = read(content)
    assert header == ["Buurt", "Aantal", "Per km²", "Verschil"]
    assert first == ["Wyck", "1234", "12,5", "-3"]
    assert second == ["'=HYPERLINK(1)", "minder dan 5", "", "41"]


def shown(frame, heads):
    html = styled(frame, heads).to_html()
    return [cell.partition("<")[0] for cell in html.split('class="data ')[1:]], html


def test_screen_shows_dutch_figures():
    _, html = shown(ROWS, HEADS)
    for text in ("1.234", "12,5", "\u22123", "+41", "minder dan 5", "–"):
        assert f">{text}<" in html


def test_hidden_numbers_do_not_travel_to_the_browser():
    values = styled(ROWS, HEADS).data["Aantal"].tolist()
    assert values == [1234.0, -1.0]


def test_zero_is_shown():
    _, html = shown(ROWS.assign(count=0), HEADS)
    assert ">0<" in html
    assert "minder dan" not in html


def test_change_may_be_minus_one():
    _, html = shown(ROWS.assign(change=-1), HEADS)
    assert ">\u22121<" in html


@given(some.text())
def test_no_cell_starts_as_a_formula(text):
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe_cell(text).removeprefix("'").endswith(text.removeprefix("'"))


@given(some.lists(some.text(some.characters(blacklist_categories=("Cs",)), max_size=8), max_size=5))
def test_every_row_comes_back(names):
    frame = pd.DataFrame({"name": pd.array(names, dtype="object")})
    rows = csv_file(frame, [Head("name", "Naam")])
    back = list(csv.reader(io.StringIO(rows.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(back) == len(names) + 1

"""The briefing: slides in the order asked, honest when there is nothing, one file, one sheet."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from thor_metrics.model import Period
from thor_metrics.report import deck
from thor_metrics.report.briefing import Occasion, photo
from thor_metrics.report.document import Bullets, Section, Text


def occasion(**changed: object) -> Occasion:
    asked = {
        "gebied": "Oost", "day": dt.date(2026, 3, 3), "shift": "nacht",
        "since": dt.date(2026, 2, 24), "visits": pd.DataFrame(),
    }  # fmt: skip
    return Occasion(**{**asked, **changed})  # type: ignore[arg-type]


def test_a_night_shift_runs_past_midnight() -> None:
    assert occasion().words() == "di 03-03-2026, nacht (22-06 uur)"


def test_the_weeks_before_end_where_the_shift_begins() -> None:
    assert occasion().weeks(4).period == Period(dt.date(2026, 2, 3), dt.date(2026, 3, 3))


@pytest.mark.parametrize("figures", [0, 1, 2])
def test_slides_say_their_number_and_what_was_written_does_not_run(figures: int) -> None:
    drawn = photo(b"jpeg", "Voor", 'De "plek"', width=4, height=3)
    page = deck.as_slides(
        [
            Section("<script>alert(1)</script>", (Text("Plat"), *[drawn] * figures)),
            Section("Twee", (Bullets(("een", "twee")),)),
        ],
        foot="Oost",
        sample=True,
    )
    assert "<script>" not in page
    assert 'aria-label="2 van 2"' in page
    assert "verzonnen gegevens" in page
    assert page.count("data:image/jpeg") == figures


def test_the_file_needs_nothing_from_elsewhere() -> None:
    slides = deck.as_slides([Section("Een", (Text("Plat"),))], foot="Oost", sample=False)
    page = deck.as_deck(slides, title="Briefing Oost", seconds=30).decode()
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert '"seconds": 30' in page

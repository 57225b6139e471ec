import tomllib

import pandas as pd
import pytest

from tests.conftest import ROOT
from thor_metrics.indicators.change import Change, Compared
from thor_metrics.model import Hours, Period, Selection
from thor_metrics.views import look, texts

NOW, BEFORE = Period.parse("2026-H1"), Period.parse("2025-H1")
DAYS = Compared(NOW, BEFORE, None)


def change(count=312, before=271, certainty="waarschijnlijk", **more):
    given = {"note": "", "days": DAYS, "break_in_series": False, "hidden": False} | more
    return Change(count, before, 1.1, 1.0, 1.2, certainty, **given)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (change(), "41 meer dan in 2025-H1 (waarschijnlijk echt)"),
        (change(200, 271, "zeker"), "71 minder dan in 2025-H1 (zeker)"),
        (change(272, 271, "kan toeval zijn"), "1 meer dan in 2025-H1 (kan toeval zijn)"),
        (change(271, 271, "kan toeval zijn"), "evenveel als in 2025-H1 (kan toeval zijn)"),
        (
            change(3, 1, "", note="te weinig om te vergelijken"),
            "2 meer dan in 2025-H1 (te weinig om te vergelijken)",
        ),
        (
            change(break_in_series=True),
            "41 meer dan in 2025-H1 (waarschijnlijk echt; let op: ander meldsysteem)",
        ),
        (
            change(before=None, certainty="", days=Compared(NOW, None, None)),
            "geen gegevens van een jaar eerder",
        ),
        (
            change(days=Compared(NOW, Period.parse("2025-10-04/2025-10-31"), None)),
            "41 meer dan in de periode 04-10-2025 t/m 31-10-2025 (waarschijnlijk echt)",
        ),
        (change(None, 271, hidden=True), "de verandering sinds 2025-H1 is te klein om te tonen"),
    ],
)
def test_change_in_words(given, words):
    assert texts.change_words(given) == words


def test_running_period_says_up_to_which_day():
    cut = Compared(NOW, BEFORE, Period.parse("2026-03").last_day)
    sentence = texts.headline(Selection(NOW), change(days=cut), names={}, city="Maastricht")
    assert "in 2026-H1 (t/m 31-03-2026)" in sentence
    assert "dan in dezelfde dagen een jaar eerder" in sentence


def test_headline_says_what_where_and_when():
    chosen = Selection(
        NOW, gebied="Centrum", buurt="BU1", rubrieken=("wrak",), weekdays=(4, 5), hours=Hours(20, 4)
    )
    names = {"BU1": "Wyck", "wrak": "Fietswrakken"}
    assert texts.headline(chosen, change(), names=names, city="Maastricht", tail="Einde.") == (
        "312 meldingen over fietswrakken in Wyck in 2026-H1 (vr en za 20-04 uur), 41 meer dan in "
        "2025-H1 (waarschijnlijk echt). Einde."
    )


def test_hidden_headline_gives_no_number_away():
    sentence = texts.headline(
        Selection(NOW, themes=("sociaal",)), change(None, None, "", hidden=True), names={}, city="X"
    )
    assert sentence.startswith("minder dan 5 meldingen over sociale overlast")


def test_own_period_and_other_series():
    chosen = Selection(Period.parse("2026-01-03/2026-02-07"), series="controls")
    sentence = texts.headline(chosen, change(1), names={}, city="Maastricht")
    assert sentence.startswith("1 controle in Maastricht van 03-01-2026 t/m 07-02-2026, ")


def week(**counts):
    frame = pd.DataFrame(
        [(day, hour, 0) for day in range(7) for hour in range(24)],
        columns=["weekday", "hour", "count"],
    )
    for cell, count in counts.items():
        day, hour = map(int, cell[1:].split("_"))
        frame.loc[day * 24 + hour, "count"] = count
    return frame


def test_busiest_stretch_runs_past_midnight():
    # Friday 22 and 23 hours, and after midnight, which is Saturday 0 and 1 hour.
    hours = week(c4_22=10, c4_23=10, c5_0=10, c5_1=10, c5_22=10, c5_23=10, c6_0=10, c6_1=10, c2_9=5)
    found = texts.busiest(hours)
    assert found is not None
    assert (found.weekdays, found.hours, found.count) == ((4, 5), Hours(22, 2), 80)
    assert found.share == pytest.approx(80 / 85)


def test_night_after_sunday_is_mondays():
    hours = week(c6_23=30, c0_0=30)
    found = texts.busiest(hours, length=2, days=1)
    assert found is not None
    assert (found.weekdays, found.hours, found.count) == ((6,), Hours(23, 1), 60)


def test_stretch_until_midnight_ends_at_24():
    found = texts.busiest(week(c3_20=9, c3_21=9, c3_22=9, c3_23=9), days=1)
    assert found is not None
    assert str(found.hours) == "20-24"


def test_too_little_is_not_called_busy():
    assert texts.busiest(week(c3_20=19)) is None
    assert texts.busiest_words(None) == ""


@pytest.mark.parametrize("appearance", [look.LIGHT, look.DARK])
def test_colours_can_be_read(appearance):
    for colour in (appearance.ink, appearance.more, appearance.less, appearance.primary):
        assert look.contrast(colour, appearance.surface) >= 4.5
    for step, ink in zip(appearance.steps, appearance.on_steps, strict=True):
        assert look.contrast(ink, step) >= 4.5


@pytest.mark.parametrize("appearance", [look.LIGHT, look.DARK])
def test_steps_of_amount_go_one_way(appearance):
    lightness = [look.contrast(step, "#000000") for step in appearance.steps]
    ordered = sorted(lightness, reverse=appearance is look.LIGHT)
    assert lightness == ordered
    assert len(set(appearance.steps)) == 9


def test_every_theme_has_its_own_colour():
    from thor_metrics.model import THEMES

    assert {theme.key for theme in THEMES} == set(look.THEME_COLOURS)
    assert len(set(look.THEME_COLOURS.values())) == len(THEMES)


def test_theme_colours_are_those_of_the_configuration():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    for name, appearance in (("light", look.LIGHT), ("dark", look.DARK)):
        theme = config["theme"][name]
        assert theme["primaryColor"] == appearance.primary
        assert theme["textColor"] == appearance.ink
        assert theme["backgroundColor"] == appearance.surface
        assert theme["secondaryBackgroundColor"] == appearance.quiet
        assert theme["chartCategoricalColors"] == list(look.THEME_COLOURS.values())

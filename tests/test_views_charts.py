"""Charts are tested on what they tell Vega-Lite to draw, and on the rows they draw it from."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from thor_metrics.views import charts
from thor_metrics.views.look import DARK, LIGHT, contrast, rgb

DRAWINGS = {
    "sparkline": lambda: charts.sparkline(colour="#009E73"),
    "bars": lambda: charts.bars(label="name", value="count", chosen="Wyck", pick="keuze"),
    "weekday_bars": charts.weekday_bars,
    "hour_bars": charts.hour_bars,
    "week_heat": lambda: charts.week_heat(brush="vak", ringed=True),
    "differences": lambda: charts.week_heat(brush="vak", ringed=True, differences=True),
    "calendar": lambda: charts.calendar(ringed=True, event=True, school=True, market=(2,)),
}

#: Columns a chart may name: those its docstring promises, and what it works out itself.
COLUMNS = {
    "sparkline": {"month", "count", "words"},
    "bars": {"name", "count", "place", "shown", "words"},
    "weekday_bars": {"name", "count", "high", "shown", "words"},
    "hour_bars": {"name", "count", "words"},
    "week_heat": {"weekday", "hour", "share", "shown", "words", "right", "below", "ink",
                  "middle", "centre", "above", "under", "before", "after"},
    "differences": {"weekday", "hour", "colour", "shown", "words", "right", "below", "ink",
                    "middle", "centre", "above", "under", "before", "after"},
    "calendar": {"monday", "day", "share", "words", "month", "ink"},
}  # fmt: skip


def week(count=lambda day, hour: day * 24 + hour):
    rows = [(day, hour, float(count(day, hour))) for day in range(7) for hour in range(24)]
    frame = pd.DataFrame(rows, columns=["weekday", "hour", "count"])
    return frame.assign(shown=frame["count"].astype(str), words="een zin")


def encodings(spec):
    return [layer["encoding"] for layer in spec["layer"]]


@pytest.mark.parametrize("name", DRAWINGS)
def test_description_holds_no_rows_and_knows_its_columns(name):
    spec = DRAWINGS[name]()
    assert "data" not in spec
    assert "datasets" not in spec
    fields = {
        channel["field"]
        for encoding in encodings(spec)
        for channel in encoding.values()
        if isinstance(channel, dict) and "field" in channel
    }
    assert fields <= COLUMNS[name]


@pytest.mark.parametrize("name", DRAWINGS)
def test_each_caller_gets_a_copy_of_its_own(name):
    first = DRAWINGS[name]()
    first["layer"].clear()
    assert DRAWINGS[name]()["layer"]


@pytest.mark.parametrize("name", DRAWINGS)
def test_numbers_and_months_are_dutch(name):
    locale = DRAWINGS[name]()["config"]["locale"]
    assert locale["number"]["decimal"] == ","
    assert locale["time"]["shortDays"][1] == "ma"


@pytest.mark.parametrize("name", DRAWINGS)
def test_tooltip_is_one_sentence(name):
    found = [
        encoding["tooltip"] for encoding in encodings(DRAWINGS[name]()) if "tooltip" in encoding
    ]
    assert found
    assert all(tooltip == {"field": "words", "type": "nominal"} for tooltip in found)


# --- the week -------------------------------------------------------------------------------------


def test_week_has_a_cell_an_hour_and_monday_on_top():
    rows = charts.week_cells(week()).to_dict("records")
    assert len(rows) == 168
    assert [rows[0][side] for side in ("weekday", "below", "hour", "right")] == [0, 1, 0, 1]
    assert encodings(charts.week_heat())[0]["y"]["scale"]["domain"] == [7, 0]  # Monday is 0


def test_week_has_lines_between_the_parts_of_the_day():
    (rule,) = [layer for layer in charts.week_heat()["layer"] if layer["mark"]["type"] == "rule"]
    assert rule["transform"][0]["filter"]["oneOf"] == [6, 12, 18]


def test_a_week_of_noughts_is_quiet_and_not_strong():
    cells = charts.week_cells(week(lambda day, hour: 0))
    assert set(cells["share"]) == {0.0}
    hidden = charts.week_cells(week().assign(count=pd.NA))
    assert hidden["share"].isna().all()
    assert set(hidden["ink"]) == {LIGHT.ink}


def test_hidden_cells_stay_missing():
    hours = week().astype({"count": "Int64"})
    hours.loc[5, "count"] = pd.NA
    counts = charts.week_cells(hours)["count"]
    assert np.isnan(counts[5])
    assert counts[6] == 6.0


def test_brush_has_a_name_and_both_directions():
    (brush,) = charts.week_heat(brush="vak")["params"]
    assert brush["name"] == "vak"
    assert brush["select"]["encodings"] == ["x", "y"]
    assert "params" not in charts.week_heat()


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_cell_text_can_be_read_on_its_cell(look):
    ink = charts.week_cells(week(), look=look)["ink"].tolist()
    assert ink[0] == look.on_steps[0]
    assert ink[-1] == look.on_steps[-1]
    assert ink[0] != ink[-1]


def rings(cells):
    return {side: int((cells[side] > 0).sum()) for side in ("above", "under", "before", "after")}


def test_lines_go_round_adjacent_hours_together_and_no_layer_without_any():
    words = week().assign(certainty="kan toeval zijn")
    words.loc[(words["weekday"] == 4) & (words["hour"] >= 22), "certainty"] = "zeker"
    # Two hours in a row: two lines above and below, one at each end, none in between.
    assert rings(charts.week_cells(words)) == {"above": 2, "under": 2, "before": 1, "after": 1}
    assert len(charts.week_heat(ringed=True)["layer"]) == len(charts.week_heat()["layer"]) + 4


def test_likely_has_a_thinner_line_and_none_towards_what_is_surer():
    words = week().assign(certainty="")
    words.loc[[50, 51], "certainty"] = ["waarschijnlijk", "zeker"]
    cells = charts.week_cells(words)
    assert cells.loc[51, "before"] > cells.loc[50, "before"] > 0
    assert cells.loc[50, "after"] == 0
    assert cells.loc[51, "above"] == cells.loc[51, "before"]


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_more_and_less_than_expected_have_colours_that_can_be_read(look):
    surprise = np.linspace(-9, 9, 168)
    cells = charts.difference_cells(week().assign(surprise=surprise, certainty=""), look=look)
    least, middle, most = (rgb(cells["colour"][place]) for place in (0, 83, 167))
    assert (least[0] < least[1], most[0] > most[1]) == (True, True)  # green one way, red other
    assert max(abs(a - b) for a, b in zip(middle, rgb(look.quiet), strict=True)) < 8
    for colour, ink in zip(cells["colour"], cells["ink"], strict=True):
        assert contrast(colour, ink) >= 4.5


def test_hour_without_an_expectation_has_no_colour():
    cells = charts.difference_cells(week().assign(surprise=np.nan))
    assert set(cells["colour"]) == {LIGHT.surface}


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_amounts_start_at_nought_in_the_colours_of_the_look(look):
    scale = encodings(charts.week_heat(look=look))[0]["color"]["scale"]
    assert scale["domain"] == [0, 1]
    assert scale["range"] == list(look.steps)


# --- bars and lines -------------------------------------------------------------------------------


def test_bars_keep_the_order_given_and_start_at_nought():
    spec = charts.bars(label="name", value="count", pick="keuze")
    encoding = encodings(spec)[0]
    assert encoding["y"]["sort"] is None
    assert encoding["x"]["scale"]["zero"] is True
    (pick,) = spec["params"]
    assert (pick["name"], pick["select"]["fields"]) == ("keuze", ["name"])


def test_chosen_bar_is_in_focus():
    spec = charts.bars(label="name", value="count", chosen="Wyck")
    assert "Wyck" in str(encodings(spec)[0]["opacity"])


def test_sparkline_starts_at_nought_and_marks_the_last_month():
    spec = charts.sparkline(colour="#009E73")
    assert encodings(spec)[0]["y"]["scale"]["zero"] is True
    point = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "point")
    assert point["transform"][0]["joinaggregate"][0]["op"] == "max"


# --- the calendar ---------------------------------------------------------------------------------


def days(first, count):
    dates = [first + dt.timedelta(number) for number in range(count)]
    return pd.DataFrame({"date": dates, "count": range(count), "words": "x"})


def test_calendar_goes_on_over_new_year():
    (title, cells), *others = charts.calendar_cells(days(dt.date(2025, 12, 27), 10)).items()
    assert (title, others) == ("2025-2026", [])
    assert cells["monday"].tolist()[:3] == ["2025-12-22", "2025-12-22", "2025-12-29"]
    assert cells["day"].tolist()[:3] == ["za", "zo", "ma"]


def test_long_calendar_has_a_chart_a_year_and_loses_no_day():
    found = charts.calendar_cells(days(dt.date(2024, 1, 1), 366 + 365))
    assert {year: len(cells) for year, cells in found.items()} == {"2024": 366, "2025": 365}


def test_no_days_no_calendar():
    assert charts.calendar_cells(days(dt.date(2024, 1, 1), 0)) == {}


def test_calendar_writes_the_month_on_its_first_day_and_marks_special_days():
    two_weeks = days(dt.date(2026, 4, 29), 14)
    fifth = [day == dt.date(2026, 5, 5) for day in two_weeks["date"]]
    (cells,) = charts.calendar_cells(two_weeks.assign(ringed=fifth, school=True)).values()
    assert cells.loc[cells["month"] != "", ["month", "day"]].to_numpy().tolist() == [["mei", "vr"]]
    assert cells.loc[cells["ringed"], "count"].tolist() == [6]
    assert (cells["school"].all(), cells["event"].any()) == (True, False)


def test_calendar_has_a_layer_for_what_there_is_and_names_the_market():
    plain, full = charts.calendar(), DRAWINGS["calendar"]()
    assert len(full["layer"]) == len(plain["layer"]) + 3
    assert "wo (markt)" in str(full)
    assert "(markt)" not in str(plain)


def test_calendar_years_share_one_scale():
    found = charts.calendar_cells(days(dt.date(2024, 12, 31), 401))
    assert [cells["share"].max() for cells in found.values()] == [0.0, 365 / 400, 1.0]

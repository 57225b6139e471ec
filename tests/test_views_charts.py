"""Charts are tested on what they tell Vega-Lite to draw."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from thor_metrics.views import charts
from thor_metrics.views.look import DARK, LIGHT


def week(count=lambda day, hour: day * 24 + hour):
    rows = [(day, hour, float(count(day, hour))) for day in range(7) for hour in range(24)]
    frame = pd.DataFrame(rows, columns=["weekday", "hour", "count"])
    return frame.assign(shown=frame["count"].astype(str), words="een zin")


def data_of(spec):
    (rows,) = [rows for rows in spec["datasets"].values() if len(rows) > 100]
    return rows


def test_week_has_a_cell_an_hour_and_monday_on_top():
    spec = charts.week_heat(week()).to_dict()
    rows = data_of(spec)
    assert len(rows) == 168
    assert [rows[0][side] for side in ("weekday", "below", "hour", "right")] == [0, 1, 0, 1]
    y = spec["layer"][0]["encoding"]["y"]
    assert y["scale"]["domain"] == [7, 0]  # position 0, Monday, is at the top


def test_week_has_lines_between_the_parts_of_the_day():
    spec = charts.week_heat(week()).to_dict()
    lines = [rows for rows in spec["datasets"].values() if len(rows) == 3]
    assert [row["hour"] for row in lines[0]] == [6, 12, 18]


def test_hidden_cells_stay_missing():
    hours = week()
    hours.loc[5, "count"] = np.nan
    rows = data_of(charts.week_heat(hours).to_dict())
    assert rows[5]["count"] is None
    assert rows[6]["count"] == 6.0


def test_brush_has_a_name_and_both_directions():
    (brush,) = charts.week_heat(week(), brush="vak").to_dict()["params"]
    assert brush["name"] == "vak"
    assert brush["select"]["encodings"] == ["x", "y"]


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_cell_text_can_be_read_on_its_cell(look):
    rows = data_of(charts.week_heat(week(), look=look).to_dict())
    lightest, strongest = rows[0], rows[-1]
    assert lightest["ink"] == look.on_steps[0]
    assert strongest["ink"] == look.on_steps[-1]
    assert lightest["ink"] != strongest["ink"]


def test_unusual_cells_are_ringed_and_no_empty_layer_otherwise():
    plain = charts.week_heat(week()).to_dict()
    ringed = charts.week_heat(week().assign(ringed=lambda rows: rows["hour"] == 3)).to_dict()
    assert len(ringed["layer"]) == len(plain["layer"]) + 1


def test_amounts_start_at_nought_and_colours_are_those_of_the_look():
    scale = charts.amount_scale(pd.Series([3.0, 8.0, np.nan]), LIGHT).to_dict()
    assert scale["domain"] == [0, 8.0]
    assert scale["range"] == list(LIGHT.steps)


def test_nothing_at_all_still_has_a_scale():
    assert charts.amount_scale(pd.Series([np.nan]), LIGHT).to_dict()["domain"] == [0, 1.0]


def test_bars_keep_the_order_given_and_start_at_nought():
    frame = pd.DataFrame(
        {"name": ["Wyck", "Amby"], "count": [3, pd.NA], "shown": ["3", "minder dan 5"]}
    ).assign(words="een zin")
    spec = charts.bars(frame, label="name", value="count", pick="keuze").to_dict()
    encoding = spec["layer"][0]["encoding"]
    assert encoding["y"]["sort"] == ["Wyck", "Amby"]
    assert encoding["x"]["scale"]["zero"] is True
    (pick,) = spec["params"]
    assert (pick["name"], pick["select"]["fields"]) == ("keuze", ["name"])


def test_chosen_bar_is_in_focus():
    frame = pd.DataFrame({"name": ["Wyck"], "count": [3], "shown": ["3"], "words": ["x"]})
    spec = charts.bars(frame, label="name", value="count", chosen="Wyck").to_dict()
    assert "Wyck" in str(spec["layer"][0]["encoding"]["opacity"])


def test_sparkline_starts_at_nought_and_marks_the_last_month():
    months = pd.DataFrame({"month": ["2026-01", "2026-02"], "count": [4, 9], "words": "x"})
    spec = charts.sparkline(months, colour="#009E73").to_dict()
    assert spec["layer"][0]["encoding"]["y"]["scale"]["zero"] is True
    assert any(
        len(rows) == 1 and rows[0]["month"] == "2026-02" for rows in spec["datasets"].values()
    )


def days(first, count):
    dates = [first + dt.timedelta(number) for number in range(count)]
    return pd.DataFrame({"date": dates, "count": range(count), "words": "x"})


def test_calendar_has_a_chart_an_iso_year_and_loses_no_day():
    found = charts.calendar(days(dt.date(2025, 12, 27), 10))
    # 27 and 28 December are in ISO year 2025, from Monday the 29th on it is 2026.
    assert {year: len(data_rows(chart)) for year, chart in found.items()} == {2025: 2, 2026: 8}


def data_rows(chart):
    (rows,) = chart.to_dict()["datasets"].values()
    return rows


def test_calendar_writes_the_month_on_its_first_day_and_rings_holidays():
    marks = {dt.date(2026, 5, 5): "Bevrijdingsdag"}
    (chart,) = charts.calendar(days(dt.date(2026, 4, 29), 14), marks=marks).values()
    rows = data_rows(chart)
    assert [row["month"] for row in rows if row["month"]] == ["mei"]
    assert [row["count"] for row in rows if row["ringed"]] == [6]
    assert len(chart.to_dict()["layer"]) == 3


def test_calendar_without_holidays_has_no_empty_layer():
    (chart,) = charts.calendar(days(dt.date(2026, 6, 1), 7)).values()
    assert len(chart.to_dict()["layer"]) == 2


@pytest.mark.parametrize("draw", [charts.weekday_bars, charts.hour_bars])
def test_upright_bars_leave_room_for_the_tallest(draw):
    by = "weekday" if draw is charts.weekday_bars else "hour"
    frame = week().groupby(by, as_index=False)["count"].sum().assign(shown="1", words="x")
    top = frame["count"].max()
    domain = draw(frame).to_dict()["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert domain[0] == 0
    assert domain[1] >= top


def test_numbers_and_months_are_dutch():
    locale = charts.week_heat(week()).to_dict()["config"]["locale"]
    assert locale["number"]["decimal"] == ","
    assert locale["time"]["shortDays"][1] == "ma"

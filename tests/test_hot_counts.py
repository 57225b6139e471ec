"""The numbers of `hot` equal numbers made independently, with pandas and geopandas only, from the
same files: another reader, another join, another placement."""

import datetime as dt
import json

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

from sample_data import write_sample_city
from tests.conftest import ROOT
from thor_metrics import geo, ingest
from thor_metrics.cli import app
from thor_metrics.settings import load_settings
from thor_metrics.sources.package import open_package
from thor_metrics.store import Store


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A small city on disk, loaded through the door."""
    folder = tmp_path_factory.mktemp("city")
    paths = write_sample_city(
        folder / "files", start=dt.date(2026, 3, 1), until=dt.date(2026, 8, 31), scale=0.15
    )
    settings = load_settings(ROOT / "settings.toml", data_dir=folder / "data")
    store = Store(settings.data_dir)
    ingest.sync_areas(settings, store)
    for path in paths[:2]:
        for package in open_package([path], max_mb=100):
            ingest.load(package, settings, store)
    return folder


@pytest.fixture(scope="module")
def rows(city):
    """Every report that counts, read with pandas alone."""
    files = city / "files"
    truth = json.loads(next(files.rglob("waarheid.json")).read_text(encoding="utf-8"))
    return pd.concat(
        [_signalen(files / "signalen"), _new_system(files / "meldingen_nieuw_systeem.csv")],
        ignore_index=True,
    ).assign(
        theme=lambda frame: [
            _theme(truth, pair) for pair in zip(frame["main"], frame["sub"], strict=True)
        ]
    )


def _theme(truth, pair):
    for row in truth["categories"]:
        if pair in {tuple(value) for value in row.values() if isinstance(value, list)}:
            return row["theme"]
    raise AssertionError(pair)


def _signalen(folder):
    signals = pd.read_csv(folder / "signals.csv")
    places = pd.read_csv(folder / "locations.csv").set_index("id")
    kinds = pd.read_csv(folder / "categories.csv").set_index("id")
    states = pd.read_csv(folder / "statuses.csv").set_index("id")
    where = places.loc[signals["location_id"]]
    points = gpd.GeoSeries(
        gpd.points_from_xy(where["lat"], where["lng"]),
        crs="EPSG:4326",  # lat holds the longitude
    ).to_crs("EPSG:28992")
    moment = signals["incident_date_start"].fillna(signals["created_at"])
    local = pd.to_datetime(moment, utc=True, format="ISO8601").dt.tz_convert("Europe/Amsterdam")
    frame = pd.DataFrame(
        {
            "at": local.dt.tz_localize(None),
            "main": kinds.loc[signals["category_assignment_id"], "main"].to_numpy(),
            "sub": kinds.loc[signals["category_assignment_id"], "sub"].to_numpy(),
            "x": points.x.to_numpy(),
            "y": points.y.to_numpy(),
            "timed": True,
        }
    )
    counted = signals["parent"].isna() & (
        states.loc[signals["status_id"], "state"].to_numpy() != "a"
    )
    return frame[counted.to_numpy()]


def _new_system(file):
    raw = pd.read_csv(file, sep=";", decimal=",", thousands=".", dtype={"Zaaknummer": str})
    raw = raw.drop_duplicates("Zaaknummer")
    raw = raw[raw["Status"] != "Ingetrokken"]
    time = raw["Tijdstip melding"]
    at = pd.to_datetime(raw["Meldingsdatum"] + " " + time.fillna("12:00"), format="%d-%m-%Y %H:%M")
    return pd.DataFrame(
        {
            "at": at,
            "main": raw["Hoofdcategorie"],
            "sub": raw["Subcategorie"],
            "x": raw["X-coördinaat"],
            "y": raw["Y-coördinaat"],
            "timed": time.notna(),
        }
    )


def hot(city, *words):
    """Ask the command line."""
    answer = CliRunner().invoke(app, ["--data", str(city / "data"), "hot", *words, "--json"])
    assert answer.exit_code == 0, answer.output
    return pd.DataFrame(json.loads(answer.stdout)["rows"])


def test_cells_of_a_theme_over_a_half_year(city, rows):
    got = hot(city, "cells", "--period", "2026-H1", "--theme", "afval")
    mine = rows[(rows["theme"] == "afval") & (rows["at"] < "2026-07-01")].dropna(subset=["x"])
    wanted = mine.groupby([mine["x"] // 100, mine["y"] // 100]).size()

    found = got.set_index(["cell_x", "cell_y"])["count"]
    assert len(mine) > 300
    assert found.to_dict() == {(int(x), int(y)): n for (x, y), n in wanted.items()}


def test_hours_across_midnight_belong_to_the_evening(city, rows):
    got = hot(
        city, "times", "--period", "2026-04-01/2026-08-31", "--theme", "evenementen",
        "--weekday", "vr,za", "--hours", "20-4",
    )  # fmt: skip
    shift = rows["at"] - pd.Timedelta(hours=4)  # the night until four belongs to the day before
    mine = rows[
        rows["timed"]
        & (rows["theme"] == "evenementen")
        & shift.dt.day_of_week.isin([4, 5])
        & ((rows["at"].dt.hour >= 20) | (rows["at"].dt.hour < 4))
        & (rows["at"] >= "2026-04-01")
        & (rows["at"] < "2026-09-01")
    ]
    wanted = mine.groupby([mine["at"].dt.day_of_week, mine["at"].dt.hour]).size()

    found = got[got["count"] > 0].set_index(["weekday", "hour"])["count"]
    assert len(mine) > 30
    assert found.to_dict() == wanted.to_dict()
    assert {(5, 0), (6, 0)} & set(found.index), "something after midnight"


def test_buurten_on_mondays_over_the_change_of_system(city, rows):
    got = hot(city, "areas", "--period", "2026-05-01/2026-08-31", "--weekday", "ma")
    settings = load_settings(ROOT / "settings.toml", data_dir=city / "data")
    areas = geo.load_areas(settings).frame()
    mine = rows[(rows["at"].dt.day_of_week == 0) & (rows["at"] >= "2026-05-01")].dropna(
        subset=["x"]
    )
    points = gpd.GeoDataFrame(
        mine, geometry=gpd.points_from_xy(mine["x"], mine["y"]), crs="EPSG:28992"
    )
    wanted = gpd.sjoin(points, areas, predicate="within").groupby("code").size()

    found = got[got["count"] > 0].set_index("area")["count"]
    assert int(wanted.sum()) > 300
    assert (found - wanted).abs().max() <= _named_only(rows), "only rows with a buurt but no point"


def _named_only(rows):
    return int(rows["x"].isna().sum())

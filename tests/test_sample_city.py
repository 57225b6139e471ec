"""The sample city keeps its promises: shapes of the files, planted truth, same bytes again.

Files are read here with pandas alone, not with the program they are meant to be loaded by.
"""

import json
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyproj
import pytest

from sample_data import write_sample_city
from sample_data.city import build_city, read_buurten, wgs84
from sample_data.days import days_between, easter, planned_top_days, unplanned_top_days
from sample_data.draws import mixed, unit
from sample_data.incidents import CHILD, World, report
from sample_data.kinds import CHANNELS, KINDS, THEMES
from sample_data.planted import ACTIONS, BREAK, HOTSPOTS, HOTTIMES
from sample_data.rhythms import week_rates

SEED = 20230101
START, UNTIL = date(2025, 9, 1), date(2026, 8, 31)
SCALE = 0.1

HEADERS = {
    "signalen/signals.csv": "id,signal_uuid,source,text,text_extra,incident_date_start,"
    "incident_date_end,created_at,updated_at,operational_date,expire_date,image,upload,"
    "extra_properties,category_assignment_id,location_id,reporter_id,status_id,priority,"
    "priority_created_at,parent,type,type_created_at,directing_departments_assignment_id",
    "signalen/locations.csv": "id,lat,lng,stadsdeel,buurt_code,address,address_text,created_at,"
    "updated_at,extra_properties,_signal_id,address_street,address_number,address_postalcode,"
    "address_city,area_code,area_name",
    "signalen/categories.csv": "id,main,sub,departments,created_at,updated_at,extra_properties,"
    "_signal_id,deadline,deadline_factor_3",
    "signalen/statuses.csv": "id,text,user,target_api,state_display,extern,created_at,updated_at,"
    "extra_properties,_signal_id,state",
    "signalen/reporters.csv": "id,email,phone,is_anonymized,created_at,updated_at,"
    "extra_properties,_signal_id",
    "meldingen_nieuw_systeem.csv": "Zaaknummer;Meldingsdatum;Tijdstip melding;Datum afgehandeld;"
    "Hoofdcategorie;Subcategorie;Status;Bron;Straatnaam;Huisnummer;Postcode;Buurt;"
    "X-coördinaat;Y-coördinaat;Eerste reactie op;Soort reactie",
    "controles.csv": "Controlenummer;Datum;Starttijd;Eindtijd;Thema;Type controle;Locatie;"
    "Buurtcode;Aanleiding;Aantal gecontroleerd;Aantal overtredingen;Waarschuwingen;Sancties;"
    "Kosten verhaald (EUR);Inzet (uren);Team;X-coördinaat;Y-coördinaat;Partner",
    "sancties.csv": "Sanctienummer;Datum;Soort;Aantal;Bedrag (EUR);Controlenummer;Thema;Buurtcode;"
    "Dader bekend;Geïnd (aantal);Geïnd (EUR);Geconstateerd (aantal)",
    "objecten.csv": "Objectnummer;Soort;Naam;Capaciteit;Buurtcode;X-coördinaat;Y-coördinaat",
}
PLAN_FILES = (
    "scanautodagen.csv", "topdagen.csv", "inzet.csv", "verwijderingen.csv", "activiteiten.csv",
    "evenementen.csv", "stallingen.csv", "enquetes.csv", "subjecten.csv",
)  # fmt: skip
OBSERVATION_HEADER = (
    "Waarnemingnummer", "Datum", "Tijd", "Soort", "Aantal", "Thema", "Locatie", "Buurtcode", "X",
    "Y", "Controlenummer",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    write_sample_city(folder, start=START, until=UNTIL, seed=SEED, scale=SCALE)
    return folder


@pytest.fixture(scope="module")
def truth(folder):
    return json.loads((folder / "waarheid.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def signalen(folder):
    names = ("signals", "locations", "categories", "statuses", "reporters")
    return {name: _read(folder / "signalen" / f"{name}.csv", ",") for name in names}


@pytest.fixture(scope="module")
def new_system(folder):
    return _read(folder / "meldingen_nieuw_systeem.csv", ";")


@pytest.fixture(scope="module")
def controls(folder):
    table = _read(folder / "controles.csv", ";")
    counts = ["Aantal gecontroleerd", "Aantal overtredingen", "Waarschuwingen", "Sancties"]
    return table.astype(dict.fromkeys(counts, int)).assign(day=_days(table["Datum"]))


@pytest.fixture(scope="module")
def sanctions(folder):
    return _read(folder / "sancties.csv", ";").astype({"Aantal": int})


@pytest.fixture(scope="module")
def observations(folder):
    book = openpyxl.load_workbook(folder / "waarnemingen.xlsx", read_only=True)
    rows = list(book.active.iter_rows(values_only=True))
    book.close()
    return rows


@pytest.fixture(scope="module")
def meldingen(signalen, new_system):
    """Every melding of both systems as a loader ought to see it: no children, no repeats."""
    signals = signalen["signals"]
    current = signalen["categories"].set_index("id").loc[signals["category_assignment_id"]]
    place = signalen["locations"].set_index("id").loc[signals["location_id"]]
    theme_of = {kind.old: kind.theme for kind in KINDS} | {kind.new: kind.theme for kind in KINDS}
    to_rd = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:28992", always_xy=True)
    # The names of the columns lie: lat is the longitude.
    x, y = to_rd.transform(place["lat"].astype(float), place["lng"].astype(float))
    old = pd.DataFrame({
        "moment": _local(signals["created_at"]),
        "occurred": _local(signals["incident_date_start"]),
        "category": list(zip(current["main"], current["sub"], strict=True)),
        "channel": signals["source"].map(dict(zip(
            ("app", "online", "Telefoon – KCC", "E-mail", "Interne melding"), CHANNELS,
            strict=True))),
        "x": x, "y": y,
    })[signals["parent"].eq("").to_numpy()]  # fmt: skip
    unique = new_system.drop_duplicates()
    new = pd.DataFrame({
        "moment": _days(unique["Meldingsdatum"])
        + pd.to_timedelta(unique["Tijdstip melding"].replace("", "00:00") + ":00"),
        "category": list(zip(unique["Hoofdcategorie"], unique["Subcategorie"], strict=True)),
        "channel": unique["Bron"].map(dict(zip(
            ("App", "Website", "Telefoon", "E-mail", "Medewerker"), CHANNELS, strict=True))),
        "x": _decimal(unique["X-coördinaat"]), "y": _decimal(unique["Y-coördinaat"]),
    })  # fmt: skip
    rows = pd.concat([old, new], ignore_index=True)
    return rows.assign(theme=rows["category"].map(theme_of))


@pytest.fixture(scope="module")
def full_size():
    """All years at full size, before they are written: enough rows to measure shares."""
    world = World.build(build_city(SEED), SEED, 1.0)
    rows = report(world, date(2023, 1, 1), date(2026, 10, 31), lambda share: None)
    return world.city, rows[rows["role"] != CHILD]


def _read(file, separator):
    return pd.read_csv(file, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8")


def _days(text):
    return pd.to_datetime(text, format="%d-%m-%Y")


def _decimal(text):
    return pd.to_numeric(text.str.replace(",", "."), errors="coerce")


def _utc(text):
    return pd.to_datetime(text.replace("", None), format="ISO8601", utc=True)


def _local(text):
    return _utc(text).dt.tz_convert("Europe/Amsterdam").dt.tz_localize(None)


def _near(rows, x, y, radius):
    return np.hypot(rows["x"].to_numpy() - x, rows["y"].to_numpy() - y) <= radius


# The files


def test_files_come_back_in_load_order_without_the_truth(tmp_path):
    steps = []
    files = write_sample_city(
        tmp_path / "new" / "folder",
        start=date(2026, 6, 25),
        until=date(2026, 7, 5),
        scale=0.05,
        progress=lambda step, share: steps.append((step, share)),
    )
    # So small a scan car stands still for eleven days and no month is over: two files less.
    assert [file.name for file in files] == [
        "signalen", "meldingen_nieuw_systeem.csv", "controles.csv", "waarnemingen.xlsx",
        "sancties.csv", "objecten.csv", "topdagen.csv", "inzet.csv", "verwijderingen.csv",
        "activiteiten.csv", "evenementen.csv", "stallingen.csv", "enquetes.csv",
    ]  # fmt: skip
    assert all(file.exists() for file in files)
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert steps[-1] == ("klaar", 1.0)


@pytest.mark.parametrize("name", HEADERS)
def test_header_is_exact(folder, name):
    first_line = (folder / name).read_bytes().split(b"\r\n", 1)[0].decode("utf-8")
    assert first_line == HEADERS[name]


def test_lines_end_as_in_the_real_export(folder):
    for name in HEADERS:
        content = (folder / name).read_bytes()
        assert content.endswith(b"\r\n"), name
        assert content.count(b"\n") == content.count(b"\r\n"), name


def test_rows_per_file_are_those_of_the_truth(folder, truth, observations):
    counted = {name: len(_read(folder / name, "," if name.startswith("signalen") else ";"))
               for name in HEADERS}  # fmt: skip
    counted["waarnemingen.xlsx"] = len(observations) - 5  # titles, empty row, header, totals
    assert counted == {name: truth["file_rows"][name] for name in counted}


def test_same_arguments_same_bytes(tmp_path):
    def contents(name, seed):
        write_sample_city(tmp_path / name, start=date(2026, 6, 1), until=date(2026, 7, 10),
                          scale=0.05, seed=seed)  # fmt: skip
        return {file.relative_to(tmp_path / name): file.read_bytes()
                for file in sorted((tmp_path / name).rglob("*.*"))
                if file.suffix in (".csv", ".json")}  # fmt: skip

    once = contents("once", 1)
    assert len(once) == len(HEADERS) + len(PLAN_FILES) + 1
    assert once == contents("again", 1)
    other = contents("other", 2)
    assert all(once[name] != other[name] for name in once)


def test_a_later_last_day_only_adds(tmp_path):
    short, long = tmp_path / "short", tmp_path / "long"
    write_sample_city(short, start=date(2026, 5, 1), until=date(2026, 7, 10), scale=0.1)
    write_sample_city(long, start=date(2026, 5, 1), until=date(2026, 8, 20), scale=0.1)
    kept = ["id", "signal_uuid", "source", "text", "incident_date_start", "created_at", "parent"]
    before, after = (_read(path / "signalen" / "signals.csv", ",")[kept] for path in (short, long))
    pd.testing.assert_frame_equal(before, after)
    # Statuses of before 11 July keep their ids; later ones come behind them.
    before, after = (_read(path / "signalen" / "statuses.csv", ",") for path in (short, long))
    assert len(after) > len(before)
    pd.testing.assert_frame_equal(before, after.head(len(before)))
    moving = ["Datum afgehandeld", "Status", "Eerste reactie op", "Soort reactie"]
    for name in ("meldingen_nieuw_systeem.csv", "controles.csv", "sancties.csv"):
        before, after = (_read(path / name, ";").drop(columns=moving, errors="ignore")
                         for path in (short, long))  # fmt: skip
        assert len(after) > len(before), name
        pd.testing.assert_frame_equal(before, after.head(len(before)))


def test_a_system_without_meldingen_has_no_file(tmp_path):
    days = {"start": date(2026, 7, 1), "until": date(2026, 7, 3)}
    new = write_sample_city(tmp_path / "new", scale=0.05, **days)
    assert new[0].name == "meldingen_nieuw_systeem.csv"
    days = {"start": date(2026, 6, 1), "until": date(2026, 6, 3)}
    old = write_sample_city(tmp_path / "old", scale=0.05, **days)
    assert (old[0].name, old[1].name) == ("signalen", "controles.csv")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"until": date(2022, 12, 31)}, "lies before start"), ({"scale": 0}, "must be positive")],
)
def test_wrong_arguments_are_named(tmp_path, wrong, words):
    with pytest.raises(ValueError, match=words):
        write_sample_city(tmp_path, **{"until": date(2023, 1, 2), **wrong})


def test_command_line_prints_what_to_load(tmp_path):
    arguments = [str(tmp_path), "--start", "2026-07-01", "--until", "2026-07-02", "--scale", "0.05"]
    done = subprocess.run(
        [sys.executable, "-m", "sample_data", *arguments],
        cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == str(tmp_path / "enquetes.csv")


# Signalen


def test_latitude_and_longitude_are_swapped_as_in_the_real_export(signalen):
    lat, lng = (signalen["locations"][name].astype(float) for name in ("lat", "lng"))
    assert lat.between(5.63, 5.78).all()
    assert lng.between(50.79, 50.92).all()


def test_times_are_postgres_utc(signalen):
    form = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{0,5}[1-9])?\+00")
    for name, table in signalen.items():
        assert table["created_at"].map(lambda text: bool(form.fullmatch(text))).all(), name
    summer = _utc(signalen["signals"]["created_at"]).dt.month == 6
    local = _local(signalen["signals"]["created_at"])[summer]
    assert ((local - _utc(signalen["signals"]["created_at"])[summer].dt.tz_localize(None))
            == timedelta(hours=2)).all()  # fmt: skip


def test_missing_json_is_the_word_null(signalen):
    for column in ("address", "address_street", "address_number", "address_city"):
        values = set(signalen["locations"][column])
        assert "null" in values
        assert "" not in values
    extra = signalen["signals"]["extra_properties"]
    assert 0.3 < (extra == "null").mean() < 0.9
    assert all(isinstance(json.loads(text), list) for text in extra[extra != "null"])
    address = signalen["locations"]["address"]
    assert {"postcode", "huisnummer", "openbare_ruimte"} <= set(
        json.loads(address[address != "null"].iloc[0])
    )


@pytest.mark.parametrize(
    ("history", "pointer"),
    [("locations", "location_id"), ("categories", "category_assignment_id"),
     ("statuses", "status_id")],
)  # fmt: skip
def test_history_has_more_rows_and_the_pointer_names_the_last(signalen, history, pointer):
    signals, rows = signalen["signals"], signalen[history]
    assert len(rows) > len(signals)
    assert rows["id"].astype(int).tolist() == list(range(1, len(rows) + 1))
    assert _utc(rows["created_at"]).is_monotonic_increasing
    last = rows.groupby("_signal_id")["id"].last()
    assert (signals.set_index("id")[pointer] == last.reindex(signals["id"])).all()


def test_closing_never_precedes_the_melding(signalen):
    created = _utc(signalen["signals"].set_index("id")["created_at"])
    statuses = signalen["statuses"]
    closed = statuses[statuses["state"].isin(["o", "a"])]
    waited = _utc(closed["created_at"]) - closed["_signal_id"].map(created)
    assert (waited > timedelta(0)).all()
    assert set(statuses["state"]) == {"m", "b", "o", "a", "reopened"}


def test_children_point_at_a_parent_that_exists(signalen, truth):
    signals = signalen["signals"].set_index("id")
    children = signals[signals["parent"] != ""]
    assert len(children) == truth["signalen"]["children"] > 20
    assert children["parent"].nunique() == truth["signalen"]["parents"] > 10
    assert set(children["source"]) == {"Interne melding"}
    parents = signals.loc[children["parent"]]
    assert (parents["parent"] == "").all()
    parent_created = children["parent"].map(_utc(signals["created_at"]))
    assert (parent_created < _utc(children["created_at"])).all()


def test_people_are_invented_and_counted(signalen, truth):
    reporters = signalen["reporters"]
    mail, phone = (reporters[name][reporters[name] != ""] for name in ("email", "phone"))
    assert mail.str.fullmatch(r"melder\d+@example\.com").all()
    assert phone.str.fullmatch(r"06000000\d\d").all()
    with_contact = (reporters["email"] != "") | (reporters["phone"] != "")
    assert with_contact.sum() == truth["signalen"]["reporters_with_contact"] > 0
    texts = signalen["signals"]["text"].str.contains("@example.com", regex=False)
    assert texts.sum() == truth["signalen"]["texts_with_contact"] > 0


def test_the_phone_is_answered_in_office_hours_only(signalen):
    signals = signalen["signals"]
    called = _local(signals["created_at"])[signals["source"] == "Telefoon – KCC"]
    assert called.dt.hour.between(8, 16).all()
    assert (called.dt.day_of_week < 5).all()


def test_moment_of_the_nuisance_is_known_for_people_and_rarely_for_waste(signalen, meldingen):
    known = meldingen["occurred"].notna()[meldingen["moment"] < "2026-07-01"]
    share = known.groupby(meldingen["theme"]).mean()
    assert 0.55 < share["sociaal"] < 0.75
    assert share["afval"] < 0.10


# The new system


def test_flaws_of_the_new_system_are_those_of_the_truth(new_system, truth):
    counted = truth["new_system"]
    unique = new_system.drop_duplicates()
    assert counted["rows"] == len(new_system)
    assert counted["unique"] == len(unique) == new_system["Zaaknummer"].nunique()
    assert counted["exact_repeats"] == len(new_system) - len(unique) > 0
    assert counted["date_only"] == (unique["Tijdstip melding"] == "").sum() > 0
    nowhere = unique["X-coördinaat"] == ""
    assert (nowhere == (unique["Y-coördinaat"] == "")).all()
    assert counted["without_coordinates"] == nowhere.sum() > 0
    named = nowhere & (unique["Buurt"] != "")
    assert counted["without_coordinates_with_buurt"] == named.sum()


def test_the_new_system_writes_dutch(new_system):
    assert new_system["Meldingsdatum"].str.fullmatch(r"\d\d-\d\d-2026").all()
    assert new_system["Tijdstip melding"].str.fullmatch(r"(\d\d:\d\d)?").all()
    assert new_system["X-coördinaat"].str.fullmatch(r"(17|18)\d{4},\d|").all()
    assert _days(new_system["Meldingsdatum"]).min() == pd.Timestamp("2026-07-01")
    assert not {kind.old for kind in KINDS} & {kind.new for kind in KINDS}


# The truth


def test_truth_counts_what_the_files_hold(meldingen, truth):
    held = meldingen.groupby(["theme", meldingen["moment"].dt.year, "channel"]).size().to_dict()
    told = {(row["theme"], row["year"], row["channel"]): row["rows"]
            for row in truth["meldingen"]["per_theme_year_channel"]}  # fmt: skip
    assert held == told
    assert truth["meldingen"]["rows_without_children"] == len(meldingen)


def test_hotspots_are_there_in_the_files(meldingen, truth):
    located = meldingen[meldingen["x"].notna()]
    assert len(truth["hotspots"]) == len(HOTSPOTS) == 17
    for spot in truth["hotspots"]:
        of_theme = located[located["theme"] == spot["theme"]]
        inside = _near(of_theme, spot["x"], spot["y"], spot["radius_m"] + 1)
        # The new system loses a few coordinates, and writers round.
        assert inside.sum() >= 0.95 * spot["rows_of_theme_within_radius"] - 1, spot["name"]
        if spot["planted_rows"] >= 20:
            ring = _near(of_theme, spot["x"], spot["y"], 2 * spot["radius_m"]) & ~inside
            # The ring is three times as large; outside a hotspot it would hold three times more.
            assert inside.sum() > 2 * ring.sum() / 3, spot["name"]


def test_planted_extra_comes_out_at_full_size(full_size):
    city, rows = full_size
    days = (pd.Timestamp("2026-11-01") - pd.Timestamp("2023-01-01")).days
    touched = {action.place for action in ACTIONS}
    for number, spot in enumerate(HOTSPOTS):
        if spot.first == date.min and spot.end == date.max and spot.place not in touched:
            planted = ((rows["hotspot"] == number) & (rows["role"] == 0)).sum()
            # Twelve per cent more in the last 4 of 46 months is 1 per cent.
            expected = spot.extra_per_week * days / 7 * 1.01
            assert abs(planted - expected) < 3.5 * np.sqrt(expected), spot.name
            point = city.point_of(spot.soort, spot.place)
            inside = _near(rows[rows["hotspot"] == number], city.x[point], city.y[point],
                           spot.radius_m + 20)  # fmt: skip
            assert inside.all(), spot.name


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_actions_have_their_true_effect(full_size, action):
    """Compared with the same weeks of the year before, so that the season is out."""
    city, rows = full_size
    point = city.point_of(action.soort, action.place)
    rows = rows[rows["theme"] == THEMES.index(action.theme)]
    moments = rows["moment"][_near(rows, city.x[point], city.y[point], action.radius_m)]
    year = pd.Timedelta(days=364)
    first, end = pd.Timestamp(action.first), pd.Timestamp(action.end)
    during = moments.between(first, end, inclusive="left").sum()
    before = moments.between(first - year, end - year, inclusive="left").sum()
    ratio, noise = during / before, np.sqrt(1 / during + 1 / before)
    assert abs(np.log(ratio / action.true_ratio)) < 2.5 * noise
    assert (ratio < 0.8) == (action.true_ratio < 1)


def test_the_new_system_brings_twelve_per_cent_more(full_size):
    _, rows = full_size
    rows = rows[rows["hotspot"] == -1]
    first, end = pd.Timestamp(BREAK.first_day), pd.Timestamp("2026-11-01")
    year = pd.Timedelta(days=364)

    def ratio(shift):
        now = rows["moment"].between(first - shift, end - shift, inclusive="left").sum()
        return (
            now
            / rows["moment"]
            .between(first - shift - year, end - shift - year, inclusive="left")
            .sum()
        )

    # Growth is the same every year, the break comes on top of it.
    assert ratio(0 * year) / ratio(year) == pytest.approx(1.12, abs=0.06)


def test_volume_and_shares_at_full_size(full_size):
    _, rows = full_size
    rows = rows[rows["moment"].dt.year.isin([2024, 2025])]
    themes = rows["theme"].map(dict(enumerate(THEMES)))
    planned = themes[themes != "niet_ingedeeld"]
    assert 24_000 < len(planned) / 2 < 27_000
    share = planned.value_counts(normalize=True)
    expected = {"afval": 0.45, "parkeren": 0.20, "fiets": 0.12, "sociaal": 0.17,
                "evenementen": 0.06}  # fmt: skip
    assert share.to_dict() == pytest.approx(expected, abs=0.015)
    assert (themes == "niet_ingedeeld").mean() == pytest.approx(0.04, abs=0.01)


def test_the_app_grows_and_the_phone_shrinks(full_size):
    _, rows = full_size
    share = pd.crosstab(rows["moment"].dt.year, rows["channel"], normalize="index")
    app, phone = share[CHANNELS.index("app")], share[CHANNELS.index("telefoon")]
    assert app.is_monotonic_increasing
    assert phone.is_monotonic_decreasing
    assert app[2026] > app[2023] + 0.15


def test_hours_and_weekdays_follow_what_real_systems_show(full_size):
    _, rows = full_size
    weekday, hour = rows["moment"].dt.day_of_week, rows["moment"].dt.hour
    waste = rows["theme"] == THEMES.index("afval")
    assert weekday[waste].value_counts(normalize=True)[0] == pytest.approx(0.22, abs=0.02)
    assert weekday[waste].isin([5, 6]).mean() < 0.18
    evening = rows["occurred"].dt.hour.between(16, 22)
    assert evening[rows["theme"] == THEMES.index("sociaal")].mean() > 0.39
    bikes = rows["theme"] == THEMES.index("fiets")
    assert hour[bikes].between(8, 18).mean() > 0.7


def test_hottimes_stand_out_by_their_multiplier():
    rates = week_rates()
    assert rates.sum(axis=(1, 2)) == pytest.approx(7)
    youth = rates[[kind.key for kind in KINDS].index("jongeren")]
    # Thursday and Friday have the same curve; only the planted hours are lifted on Friday.
    lifted = youth[4, 20:24] / youth[3, 20:24]
    plain = youth[4, 12:20] / youth[3, 12:20]
    assert lifted / plain.mean() == pytest.approx(2.5)


def test_hottimes_show_in_the_truth(truth):
    by_name = {hottime["name"]: hottime for hottime in truth["hottimes"]}
    assert len(by_name) == len(HOTTIMES)
    youth = by_name["Jeugd op vrijdag- en zaterdagavond"]
    assert youth["share_of_occurrences"] == pytest.approx(youth["share_drawn"], abs=0.08)
    assert youth["share_drawn"] > 3 * (8 / 168)


def test_duplicates_lie_close_together(truth):
    repeats = truth["repeats"]
    assert repeats["bursts"] <= repeats["duplicates"]
    assert repeats["duplicates_within_6_hours_and_25_m"] >= 0.9 * repeats["duplicates"]
    assert 0.03 < repeats["duplicates"] / truth["meldingen"]["rows_without_children"] < 0.12


def test_few_addresses_get_many_meldingen(full_size):
    city, rows = full_size
    at_address = rows["point"][(rows["hotspot"] == -1) & (rows["point"] < city.addresses)]
    counts = at_address.value_counts()
    top = counts.head(city.addresses // 100).sum() / counts.sum()
    assert 0.08 < top < 0.40


# The city


def test_points_lie_in_the_buurt_the_files_name(signalen):
    locations = signalen["locations"].iloc[::7]
    buurten = read_buurten()
    x, y = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:28992", always_xy=True).transform(
        locations["lat"].astype(float), locations["lng"].astype(float)
    )
    squares = (np.subtract.outer(np.asarray(x), buurten.x) ** 2
               + np.subtract.outer(np.asarray(y), buurten.y) ** 2 - buurten.reach2)  # fmt: skip
    named = locations["area_code"].to_numpy()
    assert (buurten.code[squares.argmin(axis=1)] == named).mean() > 0.995


def test_addresses_follow_inhabitants():
    city = build_city(SEED)
    counts = np.bincount(city.buurt[: city.addresses], minlength=len(city.buurten.code))
    large = city.buurten.inhabitants > 500
    per_address = city.buurten.inhabitants[large] / counts[large]
    assert per_address == pytest.approx(10, rel=0.1)


def test_degrees_are_right_to_a_metre():
    city = build_city(SEED)
    to_degrees = pyproj.Transformer.from_crs("EPSG:28992", "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(city.x, city.y)
    ours = wgs84(city.x, city.y)
    assert np.abs(ours[0] - lon).max() * 70_000 < 1
    assert np.abs(ours[1] - lat).max() * 111_000 < 1


def test_objects_are_as_many_as_promised(folder):
    objects = _read(folder / "objecten.csv", ";")
    assert objects["Soort"].value_counts().to_dict() == {
        "milieuperron": 60, "fietsparkeerplek": 25, "school": 30, "plein": 15, "horeca": 40,
        "evenemententerrein": 6, "station": 3,
    }  # fmt: skip
    assert not objects.duplicated(["Soort", "Naam"]).any()
    assert (objects["Capaciteit"][objects["Soort"] == "fietsparkeerplek"].astype(int) > 0).all()
    assert {"Vrijthof", "Markt", "Stationsplein"} <= set(objects["Naam"])
    codes = dict(zip(objects["Naam"], objects["Buurtcode"], strict=True))
    assert codes["Stationsplein"] == "BU09350006"
    assert codes["Milieuperron Mariaberg 1"] == "BU09350201"


@pytest.mark.parametrize(
    ("year", "day"),
    [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5))],
)
def test_easter(year, day):
    assert easter(year) == day


def test_calendar_marks_carnival_and_top_days():
    days = days_between(date(2026, 2, 1), date(2026, 3, 1), seed=SEED)
    carnival = days.dates[days.flags["carnival"]].astype(str).tolist()
    assert carnival == ["2026-02-14", "2026-02-15", "2026-02-16", "2026-02-17"]
    assert days.weekday[0] == date(2026, 2, 1).weekday()
    unplanned = unplanned_top_days(2026, SEED)
    assert len(unplanned) == 5
    assert not set(unplanned) & set(planned_top_days(2026))


def test_every_key_has_its_own_luck():
    keys = mixed(np.arange(100_000), SEED)
    assert len(np.unique(keys)) == 100_000
    draws = np.stack([unit(keys, salt) for salt in (1, 2)])
    assert draws.min() >= 0
    assert draws.max() < 1
    assert draws.mean(axis=1) == pytest.approx(0.5, abs=0.01)
    assert abs(np.corrcoef(draws)[0, 1]) < 0.02


def test_what_is_planted_is_what_the_plan_asks_for():
    ratios = {action.name: action.true_ratio for action in ACTIONS}
    assert ratios == {
        "Cameraproef Mariaberg": 0.55,
        "Cameraproef Nazareth": 0.55,
        "Fietsactie Stationsplein": 0.6,
        "Borden Malberg (zonder effect)": 1.0,
    }
    assert {spot.theme for spot in HOTSPOTS} == set(THEMES) - {"niet_ingedeeld"}
    assert {action.place for action in ACTIONS} <= {spot.place for spot in HOTSPOTS}


# Enforcement


def test_counts_of_a_controle_never_exceed_what_they_are_part_of(controls):
    assert (controls["Aantal overtredingen"] <= controls["Aantal gecontroleerd"]).all()
    handled = controls["Waarschuwingen"] + controls["Sancties"]
    assert (handled <= controls["Aantal overtredingen"]).all()
    assert not controls["Controlenummer"].duplicated().any()
    assert set(controls["Thema"]) == {
        "Afval", "Fiets", "Parkeren", "Sociale overlast", "Evenementen",
    }  # fmt: skip
    assert set(controls["Aanleiding"]) == {
        "Gepland", "Melding", "Eigen waarneming", "Topdag", "Steekproef",
    }  # fmt: skip


def test_recovered_costs_are_the_sanctions_times_the_rate(controls):
    charged = controls[controls["Kosten verhaald (EUR)"] != ""]
    assert set(charged["Thema"]) == {"Afval"}
    assert (_decimal(charged["Kosten verhaald (EUR)"]) == 171 * charged["Sancties"]).all()


@pytest.mark.parametrize(
    ("type_", "place"),
    [("Controle milieuperron", "Milieuperron Mariaberg 1"), ("Controle fietsparkeren", "Markt")],
)
def test_worst_places_get_their_planned_rounds(controls, type_, place):
    planned = controls[(controls["Type controle"] == type_) & (controls["Aanleiding"] == "Gepland")]
    whole_weeks = planned.groupby(planned["day"].dt.to_period("W")).size().iloc[1:-1]
    assert whole_weeks.min() >= 2
    visits = (planned["Locatie"] == place).sum() / ((UNTIL - START).days / 7)
    assert visits == pytest.approx(2 * 0.95, abs=0.2)


def test_two_sweeps_a_year(controls):
    sweeps = controls[controls["Type controle"] == "Veegactie"]
    assert sweeps["Datum"].tolist() == ["15-10-2025", "15-04-2026"]


def test_the_scan_car_has_no_coordinates(controls):
    routes = controls["Type controle"] == "Scanauto"
    assert (controls["X-coördinaat"][routes] == "").all()
    assert (controls["X-coördinaat"][~routes] != "").all()


def test_sanctions_add_up_to_the_controles(controls, sanctions):
    linked = sanctions[sanctions["Controlenummer"] != ""]
    assert set(linked["Controlenummer"]) <= set(controls["Controlenummer"])
    warnings = linked["Soort"] == "waarschuwing"
    assert linked["Aantal"][warnings].sum() == controls["Waarschuwingen"].sum()
    assert linked["Aantal"][~warnings].sum() == controls["Sancties"].sum()
    assert set(sanctions["Soort"]) == {
        "opruimkosten", "naheffing", "mulder", "bestuurlijke boete", "strafbeschikking",
        "waarschuwing",
    }  # fmt: skip
    scanned = controls["Type controle"] == "Scanauto"
    assert (linked["Aantal"][linked["Soort"] == "naheffing"].sum()
            == controls["Sancties"][scanned].sum())  # fmt: skip
    loose = sanctions[sanctions["Controlenummer"] == ""]
    assert set(loose["Soort"]) == {"mulder"}


def test_truth_counts_sanctions(sanctions, truth):
    told = {}
    for row in truth["sanctions"]:
        told[row["soort"]] = told.get(row["soort"], 0) + row["count"]
    assert told == sanctions.groupby("Soort")["Aantal"].sum().to_dict()


def test_observations_have_titles_header_and_total(observations, controls, truth):
    assert observations[0][0].startswith("Waarnemingen")
    assert observations[1][0] == "Stand van 31-08-2026"
    assert observations[3] == OBSERVATION_HEADER
    rows = observations[4:-1]
    assert observations[-1][0] == "Totaal"
    assert observations[-1][4] == sum(row[4] for row in rows)
    assert observations[-1][4] == sum(row["count"] for row in truth["observations"])
    assert not {row[10] for row in rows if row[10]} - set(controls["Controlenummer"])
    assert {"bijplaatsing", "verwijderde fiets", "signalering bedelaar", "jeugdgroep",
            "foutparkeren"} <= {row[3] for row in rows}  # fmt: skip
    assert all(START <= row[1].date() <= UNTIL for row in rows)

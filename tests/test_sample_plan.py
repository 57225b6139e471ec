"""The sample city's files for the execution plan: shapes, chains, planted truth, same bytes again.

Files are read here with pandas alone, not with the program they are meant to be loaded by.
"""

import hashlib
import json
import re
from datetime import date

import numpy as np
import openpyxl
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from sample_data import write_sample_city
from sample_data.city import read_buurten
from sample_data.days import events_of, planned_top_days, unplanned_top_days
from sample_data.surveys import wilson

SEED = 20230101
START, UNTIL = date(2024, 11, 1), date(2026, 10, 31)
SCALE = 0.15

HEADERS = {
    "scanautodagen.csv": "Scandatum;Buurt;Gecontroleerde voertuigen;Zonder geldig parkeerrecht;"
    "Beoordeeld;Naheffingen opgelegd;In stand gebleven;Vergunninghouders meegeteld",
    "topdagen.csv": "Dag;Topdag;Gepland;Bezoekers;Parkeerbezetting (%);Gebeurtenis",
    "inzet.csv": "Datum inzet;Dienst;Gebied;Beschikbare uren;Geplande uren;Ongeplande uren;"
    "Reden ongepland",
    "verwijderingen.csv": "Nummer;Verwijderd op;Soort verwijdering;Aantal;Bij;Vooraf gelabeld;"
    "Opgehaald door eigenaar;Controlenummer;Locatie;Buurtcode;X-coördinaat;Y-coördinaat",
    "activiteiten.csv": "Start activiteit;Einde;Soort activiteit;Onderwerp;Partner;Deelnemers;"
    "Inzet (uren);Status activiteit;Resultaat;Waar;Buurt;Thema",
    "evenementen.csv": "Start evenement;Einde evenement;Naam evenement;Straal (m);"
    "Verwachte bezoekers;Vergunning;Buurtcode;X-coördinaat;Y-coördinaat",
    "stallingen.csv": "Geteld op;Stalling;Capaciteit;Bezet;Buiten de vakken;Buurtcode;"
    "X-coördinaat;Y-coördinaat",
    "enquetes.csv": "Onderzoek;Jaar;Vraag;Score;Eenheid;Aantal respondenten;Ondergrens 95 %;"
    "Bovengrens 95 %;Buurt",
    "subjecten.csv": "Subjectmaand;Gebied;Aard;Partner;Aantal subjecten;Contactmomenten;Uren THOR;"
    "Uren partner",
}

#: Which columns tell one row from another; a loader makes the row's number of them.
NATURAL = {
    "scanautodagen.csv": ["Scandatum", "Buurt"],
    "topdagen.csv": ["Dag"],
    "inzet.csv": ["Datum inzet", "Dienst", "Gebied"],
    "verwijderingen.csv": ["Nummer"],
    "activiteiten.csv": ["Start activiteit", "Soort activiteit", "Onderwerp", "Waar", "Buurt"],
    "evenementen.csv": ["Start evenement", "Naam evenement"],
    "stallingen.csv": ["Geteld op", "Stalling"],
    "enquetes.csv": ["Onderzoek", "Jaar", "Vraag", "Buurt"],
    "subjecten.csv": ["Subjectmaand", "Aard", "Partner", "Gebied"],
}

#: Of the files as they were before the plan's columns came, 15 May to 20 July 2026 at scale 0.1.
#: Only another numpy may draw otherwise: see NEP 19.
BEFORE = {
    "signalen/signals.csv": "d0a672c2e377991b",
    "signalen/locations.csv": "1b8c05e3e6ca487b",
    "signalen/categories.csv": "9e2e19eca98d6354",
    "signalen/statuses.csv": "a4760eb10ad4fc4a",
    "signalen/reporters.csv": "ef86c9bef6c624c8",
    "meldingen_nieuw_systeem.csv": "228d5af87de0832a",
    "controles.csv": "1ea6df0fdce0cce5",
    "sancties.csv": "c0492b2361c3d634",
    "objecten.csv": "362e15765761585e",
    "waarnemingen.xlsx": "bb36f8d718900d65",
}
APPENDED = {"sancties.csv": 4, "meldingen_nieuw_systeem.csv": 2}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan")
    write_sample_city(folder, start=START, until=UNTIL, seed=SEED, scale=SCALE)
    return folder


@pytest.fixture(scope="module")
def truth(folder):
    return json.loads((folder / "waarheid.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def plan(truth):
    return truth["plan"]


@pytest.fixture(scope="module")
def tables(folder):
    names = [*HEADERS, "sancties.csv", "controles.csv", "meldingen_nieuw_systeem.csv"]
    return {name.removesuffix(".csv"): _read(folder / name) for name in names}


@pytest.fixture(scope="module")
def taken(folder):
    """Removed bicycles among the observations, by number of the controle."""
    book = openpyxl.load_workbook(folder / "waarnemingen.xlsx", read_only=True)
    rows = list(book.active.iter_rows(values_only=True))
    book.close()
    table = pd.DataFrame(rows[4:-1], columns=rows[3])
    return table[table["Soort"] == "verwijderde fiets"].fillna({"Controlenummer": ""})


@pytest.fixture(scope="module")
def crowds(tables):
    table = tables["topdagen"]
    return table.assign(
        day=_days(table["Dag"]),
        visitors=_number(table["Bezoekers"]),
        parking=_number(table["Parkeerbezetting (%)"]),
    ).set_index("day")


@pytest.fixture(scope="module")
def activities(tables):
    table = tables["activiteiten"]
    return table.assign(start=_moments(table["Start activiteit"]), end=_moments(table["Einde"]))


@pytest.fixture(scope="module")
def shifts(tables):
    table = tables["inzet"]
    return table.assign(
        day=_days(table["Datum inzet"]),
        available=_number(table["Beschikbare uren"]),
        planned=_number(table["Geplande uren"]),
        unplanned=_number(table["Ongeplande uren"]),
    )


def _read(file):
    return pd.read_csv(file, sep=";", dtype=str, keep_default_na=False, encoding="utf-8")


def _number(text):
    return pd.to_numeric(text.str.replace(",", "."), errors="coerce")


def _days(text):
    return pd.to_datetime(text, format="%d-%m-%Y")


def _moments(text):
    return pd.to_datetime(text.replace("", None), format="%d-%m-%Y %H:%M")


def _stamps(days):
    return [pd.Timestamp(day) for day in days]


# The files


@pytest.mark.parametrize("name", HEADERS)
def test_header_is_exact_and_every_line_whole(folder, name):
    content = (folder / name).read_bytes()
    assert content.split(b"\r\n", 1)[0].decode("utf-8") == HEADERS[name]
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")


@pytest.mark.parametrize("name", HEADERS)
def test_rows_are_those_of_the_truth_and_no_two_are_the_same(tables, truth, name):
    table = tables[name.removesuffix(".csv")]
    assert len(table) == truth["file_rows"][name] > 0
    assert not table.duplicated(NATURAL[name]).any()


@pytest.mark.parametrize("name", HEADERS)
def test_texts_are_short_fixed_words_without_people(tables, name):
    for column, values in tables[name.removesuffix(".csv")].items():
        assert values.str.len().max() <= 120, column
        assert not values.str.contains(r"\d{9}|@", regex=True).any(), column
        if not re.search(r"\d", "".join(values.head(50))):
            assert values.nunique() <= 60, column


def test_existing_files_keep_their_bytes(tmp_path):
    write_sample_city(tmp_path, start=date(2026, 5, 15), until=date(2026, 7, 20), scale=0.1)
    found = {}
    for name in BEFORE:
        if name.endswith(".xlsx"):
            book = openpyxl.load_workbook(tmp_path / name, read_only=True)
            content = repr(list(book.active.iter_rows(values_only=True))).encode()
            book.close()
        else:
            content = (tmp_path / name).read_bytes()
            if name in APPENDED:
                lines = content.split(b"\r\n")
                content = b"\r\n".join(line.rsplit(b";", APPENDED[name])[0] for line in lines)
        found[name] = hashlib.sha256(content).hexdigest()[:16]
    assert found == BEFORE


@pytest.fixture(scope="module")
def stretched(tmp_path_factory):
    """One month, the same month again, and the same month with ten weeks more."""
    folder, march = tmp_path_factory.mktemp("stretched"), date(2026, 3, 1)
    for name, until in (("short", date(2026, 3, 31)), ("again", date(2026, 3, 31)),
                        ("long", date(2026, 6, 10))):  # fmt: skip
        write_sample_city(folder / name, start=march, until=until, scale=0.1)
    return folder


@pytest.mark.parametrize("name", HEADERS)
def test_same_arguments_same_bytes(stretched, name):
    once, again = (folder / name for folder in (stretched / "short", stretched / "again"))
    if name == "enquetes.csv":  # nothing was asked that spring
        assert not once.exists()
    else:
        assert once.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("name", sorted(HEADERS.keys() - {"enquetes.csv"}))
def test_a_later_last_day_keeps_the_rows(stretched, name):
    """What was planned may have been held by then, or called off."""
    moving = ["Deelnemers", "Inzet (uren)", "Status activiteit", "Resultaat"]
    before, after = (_read(stretched / run / name) for run in ("short", "long"))
    if name == "activiteiten.csv":
        held = before["Status activiteit"] != "gepland"
        pd.testing.assert_frame_equal(before[held], after.head(len(before))[held.to_numpy()])
        planned = before[~held].drop(columns=moving)
        kept = planned.merge(after.drop(columns=moving), how="left", indicator=True)
        assert len(planned) > 50
        assert (kept["_merge"] == "both").all()
    else:
        assert len(after) > len(before)
        pd.testing.assert_frame_equal(before, after.head(len(before)))


def test_norms_do_not_shrink_with_the_scale(stretched, tmp_path):
    write_sample_city(tmp_path, start=date(2026, 3, 1), until=date(2026, 3, 31), scale=0.02)
    for name in ("topdagen.csv", "activiteiten.csv", "evenementen.csv", "stallingen.csv",
                 "subjecten.csv"):  # fmt: skip
        assert (tmp_path / name).read_bytes() == (stretched / "short" / name).read_bytes(), name


def test_nothing_but_plans_lies_behind_the_last_day(tables, shifts, crowds, activities):
    last = pd.Timestamp(UNTIL)
    assert shifts["day"].max() == crowds.index.max() == last
    assert _days(tables["scanautodagen"]["Scandatum"]).max() <= last
    for name, column in (("verwijderingen", "Verwijderd op"), ("stallingen", "Geteld op")):
        assert _moments(tables[name][column]).max() < last + pd.Timedelta(days=1)
    assert _days(tables["subjecten"]["Subjectmaand"]).max() == pd.Timestamp("2026-10-01")
    to_come = activities["start"] >= last + pd.Timedelta(days=1)
    assert (to_come == (activities["Status activiteit"] == "gepland")).all()
    assert activities["start"].max() < last + pd.Timedelta(weeks=8, days=1)


def test_a_month_that_is_not_over_has_no_caseload_yet(stretched):
    months = _days(_read(stretched / "long" / "subjecten.csv")["Subjectmaand"])
    assert months.max() == pd.Timestamp("2026-05-01")


# Parking


def test_scan_car_chain_only_gets_shorter(tables):
    chain = tables["scanautodagen"].iloc[:, 2:7].astype(int)
    assert (np.diff(chain.to_numpy(), axis=1) <= 0).all()
    assert (chain["In stand gebleven"] > 0).any()


def test_scan_car_days_are_its_controles(tables):
    controls = tables["controles"]
    routes = controls[controls["Type controle"] == "Scanauto"]
    driven = routes.assign(
        Buurt=routes["Locatie"].str.removeprefix("Route "), Scandatum=routes["Datum"]
    ).groupby(["Scandatum", "Buurt"])[["Aantal gecontroleerd", "Sancties"]]
    driven = driven.agg(lambda column: column.astype(int).sum())
    days = tables["scanautodagen"].set_index(["Scandatum", "Buurt"])
    days = days[["Gecontroleerde voertuigen", "Naheffingen opgelegd"]].astype(int)
    assert (days.sort_index().to_numpy() == driven.sort_index().to_numpy()).all()
    fines = tables["sancties"]
    taxes = fines["Aantal"][fines["Soort"] == "naheffing"].astype(int).sum()
    assert taxes == days["Naheffingen opgelegd"].sum()


def test_review_raises_what_is_looked_at_and_what_stands(tables, plan):
    rows = tables["scanautodagen"]
    review = plan["image_review"]
    assert review["from"] == "2026-03-01"
    sums = rows.iloc[:, 2:7].astype(int).groupby(_days(rows["Scandatum"]) >= review["from"]).sum()
    reviewed = sums["Beoordeeld"] / sums["Zonder geldig parkeerrecht"]
    upheld = sums["In stand gebleven"] / sums["Naheffingen opgelegd"]
    assert reviewed.tolist() == pytest.approx(review["share_reviewed"], abs=0.01)
    assert upheld.tolist() == pytest.approx(review["share_upheld"], abs=0.01)
    assert reviewed[True] > reviewed[False] + 0.1
    assert upheld[True] > upheld[False] + 0.02
    # Who parks without a right does not change because somebody looks.
    without = sums["Zonder geldig parkeerrecht"] / sums["Gecontroleerde voertuigen"]
    assert without[True] == pytest.approx(without[False], rel=0.05)


# Crowds


def test_every_day_is_there_and_topdagen_are_those_of_the_calendar(crowds):
    assert crowds.index.equals(pd.date_range(START, UNTIL, name="day"))
    years = range(START.year, UNTIL.year + 1)
    for word, rule in (("ja", planned_top_days), ("nee", lambda y: unplanned_top_days(y, SEED))):
        expected = {day for year in years for day in rule(year) if START <= day <= UNTIL}
        found = crowds.index[(crowds["Topdag"] == "ja") & (crowds["Gepland"] == word)]
        assert {day.date() for day in found} == expected
    assert set(crowds["Gepland"][crowds["Topdag"] == "nee"]) == {""}
    assert (crowds["Gebeurtenis"][crowds["Topdag"] == "ja"] != "").all()
    assert crowds["parking"].between(0, 150).all()


def test_topdagen_are_the_busiest(crowds):
    top = crowds["Topdag"] == "ja"
    assert crowds["visitors"][top].quantile(0.1) > crowds["visitors"][~top].quantile(0.99)
    assert crowds["parking"][top].min() > crowds["parking"][~top].median()


def test_part_of_the_unplanned_topdagen_shows_the_day_before(crowds, plan):
    told = plan["top_days_unplanned"]
    fridays = crowds[crowds.index.day_of_week == 4]
    day = pd.Timedelta(days=1)
    warned = set(fridays.index[(fridays["parking"] >= 75) & (fridays["Topdag"] == "nee")] + day)
    foreseeable = set(_stamps(told["foreseeable"]))
    hidden = set(_stamps(told["not_foreseeable"]))
    false = {friday + day for friday in _stamps(told["false_signals"])}
    assert len(foreseeable) >= 5
    assert len(hidden) >= 3
    assert len(foreseeable & warned) >= 0.8 * len(foreseeable)
    assert not hidden & warned
    assert len(false & warned) >= 0.6 * len(false)
    planned = set(crowds.index[crowds["Gepland"] == "ja"])
    assert warned <= foreseeable | false | planned


# Deployment


def test_one_row_per_day_shift_and_gebied(shifts):
    days = (UNTIL - START).days + 1
    assert len(shifts) == days * 3 * 7
    assert set(shifts["Dienst"]) == {"dag", "avond", "nacht"}
    assert (shifts["planned"] <= shifts["available"]).all()
    assert ((shifts["Reden ongepland"] == "geen") == (shifts["unplanned"] == 0)).all()


def test_planned_hours_hold_the_planned_controles(shifts, tables):
    controls, buurten = tables["controles"], read_buurten()
    planned = controls[~controls["Aanleiding"].isin(["Melding", "Eigen waarneming"])]
    gebied = planned["Buurtcode"].map(dict(zip(buurten.code, buurten.gebied, strict=True)))
    start = planned["Starttijd"]
    shift = np.where(start < "15:30", "dag", np.where(start < "23:00", "avond", "nacht"))
    hours = _number(planned["Inzet (uren)"]).groupby([planned["Datum"], shift, gebied]).sum()
    roster = shifts.set_index(["Datum inzet", "Dienst", "Gebied"])["planned"]
    assert len(hours) > 1000
    assert (roster.reindex(hours.index) >= hours - 1e-9).all()


def test_demonstrations_stand_out(shifts, plan):
    marches = plan["deployments"]["demonstrations"]
    assert len(marches) >= 12
    centre = shifts[shifts["Gebied"] == "Centrum"].set_index(["Datum inzet", "Dienst"])
    at = [(f"{date.fromisoformat(march['day']):%d-%m-%Y}", march["shift"]) for march in marches]
    found = centre.loc[at]
    assert (found["Reden ongepland"] == "demonstratie").all()
    assert (found["unplanned"].to_numpy() >= [march["hours"] for march in marches]).all()
    assert len(centre[centre["Reden ongepland"] == "demonstratie"]) == len(marches)
    assert found["unplanned"].min() > centre["unplanned"].quantile(0.97)


def test_unplanned_topdagen_cost_hours(shifts, plan):
    told = plan["top_days_unplanned"]
    surprises = _stamps(told["foreseeable"] + told["not_foreseeable"])
    late = shifts[(shifts["Gebied"] == "Centrum") & (shifts["Dienst"] != "nacht")]
    on = late["day"].isin(surprises)
    assert late["unplanned"][on].min() >= 28
    assert set(late["Reden ongepland"][on]) <= {"topdag", "demonstratie"}


# Removals


def test_removals_add_up_to_the_observations(tables, taken):
    rows = tables["verwijderingen"]
    amount = rows["Aantal"].astype(int).groupby(rows["Controlenummer"]).sum()
    assert amount.to_dict() == taken.groupby("Controlenummer")["Aantal"].sum().to_dict()
    assert (rows["Opgehaald door eigenaar"].astype(int) <= rows["Aantal"].astype(int)).all()
    assert (rows["Opgehaald door eigenaar"][rows["Soort verwijdering"] == "fietswrak"] == "0").all()


def test_removals_say_at_what_they_were_taken(tables):
    rows, controls = tables["verwijderingen"], tables["controles"]
    kind = rows["Controlenummer"].map(controls.set_index("Controlenummer")["Type controle"])
    expected = kind.map({"Veegactie": "veegactie", "Controle fietsparkeren": "controle"})
    assert (rows["Bij"] == expected.fillna("melding")).all()
    sweeps = rows[rows["Bij"] == "veegactie"].groupby("Controlenummer")["Aantal"]
    assert sweeps.apply(lambda amounts: amounts.astype(int).sum()).min() > 100
    assert len(sweeps) == 4
    assert {"fiets", "weesfiets", "fietswrak", "deelfiets"} <= set(rows["Soort verwijdering"])


# Activities and events


def test_every_kind_of_activity_is_held(activities):
    held = activities[activities["Status activiteit"] == "gehouden"]
    assert set(held["Soort activiteit"]) == {
        "opleiding", "briefing", "overleg", "samenwerkingsactie", "teambuilding", "beleidsproduct",
        "spreekuur", "buurtbezoek", "stadsdeelbezoek", "buurtoverleg", "onderschat",
        "bezoek jeugd", "workshop", "evaluatie",
    }  # fmt: skip
    assert (activities["end"] > activities["start"]).all()
    hours = (held["end"] - held["start"]).dt.total_seconds() / 3600
    spent = _number(held["Inzet (uren)"])
    assert (abs(spent - hours * held["Deelnemers"].astype(int)) < 0.06).all()


def test_only_what_was_held_has_people_hours_and_a_result(activities):
    columns = ["Deelnemers", "Inzet (uren)"]
    held = activities["Status activiteit"] == "gehouden"
    assert (activities.loc[~held, columns] == "").all(axis=None)
    assert (activities.loc[held, columns] != "").all(axis=None)
    result = activities.groupby("Status activiteit")["Resultaat"].agg(set)
    assert result["gepland"] == {""}
    assert result["vervallen"] == {"Vervallen"}
    assert "" not in result["gehouden"]


def test_spreekuren_start_with_the_plan_and_one_gebied_calls_many_off(activities, plan):
    told = plan["activities"]
    office = activities[activities["Soort activiteit"] == "spreekuur"]
    assert office["start"].min() >= pd.Timestamp(told["spreekuren_from"])
    weeks = (pd.Timestamp(told["planned_until"]) - office["start"].min()).days / 7
    per_gebied = office.groupby("Buurt").size()
    assert len(per_gebied) == 7
    assert per_gebied.between(weeks / 2 - 5, weeks / 2 + 2).all()
    ahead = office[office["Status activiteit"] == "gepland"].groupby("Buurt").size()
    assert ahead.between(2, 5).all()
    assert len(ahead) == 7
    over = office[office["Status activiteit"] != "gepland"]
    off = (over["Status activiteit"] == "vervallen").groupby(over["Buurt"]).mean()
    assert off.idxmax() == told["weak_gebied"]
    assert off.drop(told["weak_gebied"]).mean() < 0.1 < off[told["weak_gebied"]]


def test_truth_counts_activities(activities, plan):
    told = {(row["kind"], row["status"]): row["rows"]
            for row in plan["activities"]["per_kind_and_status"]}  # fmt: skip
    assert told == activities.groupby(["Soort activiteit", "Status activiteit"]).size().to_dict()


def test_events_are_those_of_the_calendar(tables, plan):
    rows = tables["evenementen"]
    start, end = _moments(rows["Start evenement"]), _moments(rows["Einde evenement"])
    last = pd.Timestamp(UNTIL) + pd.Timedelta(weeks=8)
    expected = {
        (event.name, event.first)
        for year in range(START.year, UNTIL.year + 1)
        for event in events_of(year)
        if event.end > START and pd.Timestamp(event.first) <= last
    }
    assert set(zip(rows["Naam evenement"], start.dt.date, strict=True)) == expected
    assert (end > start).all()
    assert (start > pd.Timestamp(UNTIL)).sum() == 2  # 11 November and the winter market
    without = set(rows["Naam evenement"][rows["Vergunning"] == "nee"])
    assert without == set(plan["events_without_permit"])
    assert rows["Straal (m)"].astype(int).between(50, 5000).all()


# Bike places, surveys, caseload


def test_one_bike_place_has_room_and_one_is_full(tables, plan):
    rows = tables["stallingen"]
    counts = rows[["Capaciteit", "Bezet", "Buiten de vakken"]].astype(int)
    assert (counts["Bezet"] <= counts["Capaciteit"]).all()
    sums = counts.groupby(rows["Stalling"]).agg(["sum", "mean"])
    fill = sums["Bezet"]["sum"] / sums["Capaciteit"]["sum"]
    beside = sums["Buiten de vakken"]["mean"]
    told = plan["bike_places"]
    assert fill.idxmax() == told["full"]
    assert fill[told["full"]] > 0.95
    assert fill[told["with_room_and_nuisance"]] < 0.65
    roomy = beside[fill < 0.75]
    assert roomy.idxmax() == told["with_room_and_nuisance"]
    assert roomy.max() > 15
    assert len(rows) == 25 * rows["Geteld op"].str[:10].nunique()
    assert rows["Stalling"].nunique() == 25


@pytest.mark.parametrize(("successes", "people"), [(0, 20), (1, 38), (71, 100), (930, 1240)])
def test_wilson_is_that_of_statsmodels(successes, people):
    ours = wilson(np.array([successes], float), np.array([people], float))
    theirs = proportion_confint(successes, people, method="wilson")
    assert np.concatenate(ours) == pytest.approx(theirs, abs=1e-7)


def test_scores_fit_their_number_of_people(tables):
    rows = tables["enquetes"]
    score, low, high = (
        _number(rows[name]) for name in ("Score", "Ondergrens 95 %", "Bovengrens 95 %")
    )
    people = rows["Aantal respondenten"].astype(int)
    assert ((low <= score) & (score <= high)).all()
    shares = rows["Eenheid"] == "%"
    agree = np.rint(score / 100 * people)[shares]
    assert (agree / people[shares] * 100).round(2).to_numpy() == pytest.approx(
        score[shares].to_numpy(), abs=0.006
    )
    expected = proportion_confint(agree, people[shares], method="wilson")
    assert (100 * expected[0] - low[shares]).abs().max() < 0.006
    assert (100 * expected[1] - high[shares]).abs().max() < 0.006
    half = (high - low)[~shares] / 2
    assert half.to_numpy() == pytest.approx(1.96 * 1.4 / np.sqrt(people[~shares]), abs=0.011)


def test_surveys_come_in_their_years(tables, plan):
    rows = tables["enquetes"]
    years = rows.groupby("Onderzoek")["Jaar"].agg(lambda year: sorted(set(year)))
    assert years.to_dict() == {
        "buurtpeiling": ["2025"],
        "veiligheidsmonitor": ["2025"],
        "belevingsonderzoek": ["2024", "2026"],
        "betalingsbereidheid": ["2024", "2025", "2026"],
    }
    city = rows[(rows["Buurt"] == "") & (rows["Eenheid"] == "%")]
    true = {(row["question"], year): 100 * value for row in plan["surveys"]
            for year, value in row["true"].items()}  # fmt: skip
    found = city.set_index(["Vraag", "Jaar"])
    miss = _number(found["Score"]) - pd.Series(true).reindex(found.index)
    wide = _number(found["Bovengrens 95 %"]) - _number(found["Ondergrens 95 %"])
    assert (miss.abs() < wide).all()  # four standard errors
    paid = city[city["Onderzoek"] == "betalingsbereidheid"].sort_values("Jaar")
    assert _number(paid["Score"]).is_monotonic_increasing


def test_caseload_is_small_numbers_of_whole_months(tables, plan):
    rows = tables["subjecten"]
    month, subjects = _days(rows["Subjectmaand"]), rows["Aantal subjecten"].astype(int)
    assert (month.dt.day == 1).all()
    assert len(rows) == 24 * 7 * 6
    assert 0.5 < (subjects < 10).mean() < 0.95
    contacts = rows["Contactmomenten"].astype(int)
    assert (contacts >= subjects).all()
    assert (_number(rows["Uren THOR"])[subjects == 0] == 0).all()
    growing = rows["Aard"] == plan["caseload"]["growing"]
    first = subjects[growing & month.between("2024-11", "2025-10")].sum()
    second = subjects[growing & month.between("2025-11", "2026-10")].sum()
    noise = 3 * np.sqrt(1 / first + 1 / second)
    assert second / first == pytest.approx(1 + plan["caseload"]["growth_per_year"], abs=noise)
    assert second > first


# Appended columns


def test_sanction_chain_holds_and_adds_up_to_the_controles(tables, plan):
    fines, controls = tables["sancties"], tables["controles"].set_index("Controlenummer")
    amount, found = fines["Aantal"].astype(int), fines["Geconstateerd (aantal)"].astype(int)
    paid = _number(fines["Geïnd (aantal)"])
    assert not (paid > amount).any()
    assert (found >= amount).all()
    linked = fines["Controlenummer"] != ""
    per_control = found[linked].groupby(fines["Controlenummer"][linked]).sum()
    violations = controls["Aantal overtredingen"].astype(int).reindex(per_control.index)
    assert (per_control == violations).all()
    warning = fines["Soort"] == "waarschuwing"
    assert (paid.isna() == warning).all()
    assert set(fines["Dader bekend"][~warning]) == {"ja"}
    assert set(fines["Dader bekend"][warning]) == {"ja", "nee"}
    euros, paid_euros = _number(fines["Bedrag (EUR)"]), _number(fines["Geïnd (EUR)"])
    each = (euros / amount)[~warning]
    assert paid_euros[~warning].to_numpy() == pytest.approx((paid[~warning] * each).to_numpy())
    shares = paid.groupby(fines["Soort"]).sum() / amount.groupby(fines["Soort"]).sum()
    for kind in ("naheffing", "mulder", "opruimkosten"):
        assert shares[kind] == pytest.approx(plan["sanctions_share_paid"][kind], abs=0.05)


def test_first_answers_follow_the_melding_and_lie_in_the_export(tables):
    rows = tables["meldingen_nieuw_systeem"].drop_duplicates()
    reported = _moments(rows["Meldingsdatum"] + " " + rows["Tijdstip melding"].replace("", "00:00"))
    answered = _moments(rows["Eerste reactie op"])
    assert not (answered <= reported).any()
    assert answered.max() < pd.Timestamp(UNTIL) + pd.Timedelta(days=1)
    closed = pd.to_datetime(rows["Datum afgehandeld"].replace("", None), format="%d-%m-%Y")
    assert not (answered.dt.normalize() > closed).any()
    reply = rows["Soort reactie"]
    assert set(reply) == {"", "standaardreactie", "telefonisch", "eigen bericht", "geen"}
    assert (answered.isna() == reply.isin(["", "geen"])).all()
    wait = (answered - reported).groupby(reply).median()
    assert wait["standaardreactie"] < pd.Timedelta(hours=2) < wait["telefonisch"]
    assert wait["telefonisch"] < wait["eigen bericht"]


def test_standard_answers_grow_with_the_new_system(tables, plan):
    rows = tables["meldingen_nieuw_systeem"].drop_duplicates()
    answered = rows[rows["Soort reactie"] != ""]
    standard = answered["Soort reactie"] == "standaardreactie"
    share = standard.groupby(_days(answered["Meldingsdatum"]).dt.month).mean()
    first, last = plan["replies"]["share_standard"]
    assert share[7] == pytest.approx(first + (last - first) * 15 / 184, abs=0.06)
    assert share[10] == pytest.approx(first + (last - first) * 108 / 184, abs=0.06)
    assert share[10] > share[7] + 0.08

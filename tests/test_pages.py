"""Every page, run as Streamlit runs it but without a browser: empty, filled, and asked oddly."""

import datetime as dt
import json
import shutil
from unittest.mock import patch

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from thor_metrics import geo, ingest
from thor_metrics.engine import Engine, Files
from thor_metrics.errors import ThorError
from thor_metrics.indicators import counts
from thor_metrics.model import Hours, Period, Selection
from thor_metrics.schema import TABLES
from thor_metrics.settings import load_settings
from thor_metrics.store import Store
from thor_metrics.ui import filters, headers, keys, navigation

PAGES = [entry.file for entry in navigation.PAGES]
OVERZICHT, GEBIED, HOTITEMS, HOTSPOTS, HOTTIJDEN = PAGES[:5]
INLEZEN = "pages/gegevens/inlezen.py"

QUESTIONS = {
    "pages/doen/acties.py": "Wat doen we waar?",
    "pages/doen/effect.py": "Wat veranderde er naast de inzet?",
    "pages/doen/dekking.py": "Staan we waar en wanneer de overlast is?",
    "pages/doen/planning.py": "Waar gaan we deze week heen?",
    "pages/delen/briefing.py": "Wat moet deze dienst weten?",
    "pages/delen/halfjaarrapport.py": "Wat zetten we in het halfjaarrapport?",
    "pages/delen/workshop.py": "Oefenen met het dashboard",
    "pages/gegevens/begrippen.py": "Wat betekenen de woorden?",
    "pages/plan/uitvoeringsplan.py": "Hoe ver is het uitvoeringsplan?",
    "pages/plan/afval.py": "Hoe staat het met afval?",
    "pages/plan/fiets.py": "Hoe staat het met fietsen?",
    "pages/plan/parkeren.py": "Hoe staat het met parkeren?",
    "pages/plan/sociaal.py": "Hoe staat het met sociale overlast?",
    "pages/plan/evenementen.py": "Hoe staat het met evenementen?",
    "pages/plan/organisatie.py": "Hoe staat het met de organisatie?",
    "pages/plan/informatie.py": "Hoe staat het met de informatie?",
    "pages/plan/wijk.py": "Hoe staat het in de wijk?",
    "pages/plan/kalender.py": "Wat staat er op de agenda?",
    "pages/gegevens/catalogus.py": "Wat kan het dashboard tonen?",
    "pages/gegevens/rubrieken.py": "Rubrieken",
    OVERZICHT: "Wat speelt er?",
    GEBIED: "Wat speelt er in uw gebied?",
    HOTITEMS: "Wat valt op?",
    HOTSPOTS: "Waar is het raak?",
    HOTTIJDEN: "Wanneer is het raak?",
    INLEZEN: "Inlezen",
}

LAST = dt.date(2026, 10, 31)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A tenth of the made-up city, loaded as any file is."""
    folder = tmp_path_factory.mktemp("city")
    settings = load_settings(ROOT / "settings.toml", data_dir=folder)
    ingest.sample_city(settings, Store(folder), until=LAST, scale=0.1)
    return folder


@pytest.fixture
def open_app(monkeypatch):
    """Give the app over a folder of tables; what is cached is kept per folder and version."""
    monkeypatch.setenv("THOR_GEODATA_TILES", "")

    def app(folder, page=OVERZICHT, **query):
        monkeypatch.setenv("THOR_DATA_DIR", str(folder))
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        # The first run makes the pages known; a browser keeps its address, this does not.
        for step in [OVERZICHT] if page == OVERZICHT else [OVERZICHT, page]:
            for name, value in query.items():
                at.query_params[name] = value
                at.session_state[name] = value
            if step != OVERZICHT:
                at.switch_page(step)
            at.run()
        assert not at.exception, at.exception
        return at

    return app


@pytest.fixture(scope="module", autouse=True)
def forget_engines():
    """Or an engine would outlive the interpreter's own cleaning."""
    yield
    st.cache_resource.clear()


def engine_of(folder):
    store = Store(folder)
    return Engine.open({name: Files(store.files(name)) for name in store.versions()})


def words(at):
    """Everything a page says, for questions about what it says."""
    parts = [*at.title, *at.header, *at.subheader, *at.markdown, *at.caption, *at.info]
    return "\n".join(str(part.value) for part in parts)


def buttons(at):
    return [button.label for button in at.button]


# --- the menu -------------------------------------------------------------------------------------


def test_every_page_file_is_in_the_menu_and_the_other_way_round():
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("*/*.py")}
    assert files == set(PAGES)


def test_no_page_lies_where_streamlit_would_run_it_without_the_frame():
    assert list((ROOT / "pages").glob("*.py")) == []


def test_addresses_are_unique():
    names = [page.rpartition("/")[2] for page in PAGES]
    assert len(set(names)) == len(names)


# --- empty ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_empty_store_says_what_would_be_here_and_offers_to_fill_it(open_app, tmp_path, page):
    at = open_app(tmp_path, page)
    assert at.title[0].value == QUESTIONS[page]
    assert "geen gegevens" in words(at)
    assert "Vul met voorbeeldstad" in buttons(at)
    assert not at.error


# --- filled ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_page_opens(open_app, city, page):
    at = open_app(city, page)
    assert at.title[0].value == QUESTIONS[page]
    assert not at.error
    assert not at.warning


@pytest.mark.parametrize("page", [OVERZICHT, HOTSPOTS, HOTTIJDEN])
def test_headline_gives_the_number_the_engine_gives(open_app, city, page):
    at = open_app(city, page, periode="2026-H1", gebied="Centrum")
    chosen = Selection(Period.parse("2026-H1"), gebied="Centrum")
    total = f"{counts.total(engine_of(city), chosen):,}".replace(",", ".")
    assert at.header[0].value.startswith(f"{total} meldingen in Centrum in 2026-H1, ")


def test_night_filter_counts_the_hours_after_midnight_to_the_evening(open_app, city):
    at = open_app(city, HOTSPOTS, periode="2026", dagen=["vr", "za"], van="20:00", tot="04:00")
    chosen = Selection(Period.parse("2026"), weekdays=(4, 5), hours=Hours(20, 4))
    total = counts.total(engine_of(city), chosen)
    assert total > 0
    assert at.header[0].value.startswith(f"{total} meldingen in Maastricht in 2026 ")
    assert "(vr en za 20-04 uur)" in at.header[0].value


def test_running_half_year_is_what_one_opens_with(open_app, city):
    at = open_app(city)
    assert at.selectbox(key=keys.PERIOD).value == "2026-H2"
    assert "(t/m 31-10-2026)" in at.header[0].value


def test_nonsense_in_the_address_counts_as_not_set(open_app, city):
    at = open_app(
        city,
        periode="2099-H9",
        gebied="<script>alert(1)</script>",
        buurt="nergens",
        thema=["Afval", "Onzin"],
        rubriek="'; drop table incidents",
        reeks="alles",
        dagen=["xx"],
        van="99:00",
        tot="-1",
        datums="gisteren",
    )
    assert not at.error
    assert " meldingen over afval in Maastricht in 2026-H2 " in at.header[0].value


def known_options(city):
    settings = load_settings(ROOT / "settings.toml", data_dir=city)
    return filters.Options(dt.date(2023, 1, 1), LAST, geo.load_areas(settings), settings.rubrieken)


@pytest.mark.parametrize(
    "state",
    [
        {},
        {keys.PERIOD: 7, keys.GEBIED: "Verweggistan", keys.BUURT: ["Wyck"], keys.THEMES: "Afval"},
        {keys.SERIES: None, keys.WEEKDAYS: ["ma", "xx", 3], keys.HOUR_FROM: "25:00"},
        {keys.HOUR_FROM: "08:00", keys.HOUR_UNTIL: "08:00", keys.RUBRIEKEN: {"a": 1}},
        {keys.PERIOD: "2026-H2", keys.DATES: "gisteren", keys.THEMES: [None, {}, 4]},
    ],
)
def test_whatever_a_browser_sends_is_looked_up_again(city, state):
    known = known_options(city)
    with patch.object(filters.st, "session_state", state):
        found = filters.selection(known)
    mondays = (0,) if keys.WEEKDAYS in state else ()
    assert found == Selection(Period.parse("2026-H2"), weekdays=mondays)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("20:00", "04:00", Hours(20, 4)),
        ("20:00", None, Hours(20, 24)),
        (None, "04:00", Hours(0, 4)),
        ("00:00", "24:00", None),
        ("08:00", "08:00", None),
        (None, None, None),
    ],
)
def test_hours_of_two_boxes(city, start, end, hours):
    state = {keys.HOUR_FROM: start, keys.HOUR_UNTIL: end}
    with patch.object(filters.st, "session_state", state):
        assert filters.selection(known_options(city)).hours == hours


def test_wiping_puts_every_filter_back(open_app, city):
    at = open_app(city, periode="2025", gebied="Oost", thema=["Afval"], dagen=["ma"], van="08:00")
    assert " over afval in Oost in 2025 " in at.header[0].value
    next(button for button in at.button if button.label == "Filters wissen").click().run()
    assert not at.exception
    assert at.selectbox(key=keys.GEBIED).value is None
    assert " meldingen in Maastricht in 2026-H2 (t/m 31-10-2026), " in at.header[0].value


def test_buurten_to_pick_from_are_those_of_the_gebied(open_app, city):
    at = open_app(city)
    assert len(at.selectbox(key=keys.BUURT).options) == 44
    at.selectbox(key=keys.GEBIED).select("Centrum").run()
    assert "Wyck" in at.selectbox(key=keys.BUURT).options
    assert len(at.selectbox(key=keys.BUURT).options) == 7
    at.selectbox(key=keys.BUURT).select("Wyck").run()
    assert " in Wyck " in at.header[0].value
    at.selectbox(key=keys.GEBIED).select("Oost").run()
    assert at.selectbox(key=keys.BUURT).value is None


def test_series_are_beside_each_other_and_not_added(open_app, city):
    at = open_app(city, periode="2026-H1")
    engine = engine_of(city)
    for metric, series in zip(at.metric, ("incidents", "observations", "controls"), strict=True):
        total = counts.total(engine, Selection(Period.parse("2026-H1"), series=series))
        assert metric.value == f"{total:,}".replace(",", ".")


def test_own_period(open_app, city):
    at = open_app(city, periode="Eigen periode")
    at.date_input(key=keys.DATES).set_value((dt.date(2026, 3, 2), dt.date(2026, 3, 8))).run()
    assert not at.exception
    assert "in week 10 van 2026" in at.header[0].value


def test_made_up_data_are_marked_until_they_are_not(open_app, city, tmp_path):
    at = open_app(city)
    assert "Verzonnen gegevens" in words(at)
    folder = tmp_path / "real"
    shutil.copytree(city, folder)
    at = open_app(folder, INLEZEN)
    upload(at, "meldingen.csv", GOOD)
    load(at)
    at.switch_page(OVERZICHT).run()
    assert "Verzonnen gegevens" not in words(at)


def test_data_strip_has_every_part(open_app, city):
    said = words(open_app(city))
    for label in ("Laatst geladen", "Nieuwste rij", "Zonder plaats", "Zonder tijdstip",
                  "Categorie onbekend", "Tijdzone"):  # fmt: skip
        assert label in said
    assert "**31-10-2026**" in said
    assert "**Amsterdam**" in said


# --- hotspots -------------------------------------------------------------------------------------


def deck(at):
    (chart,) = at.get("deck_gl_json_chart")
    return {layer["id"]: layer["data"] for layer in json.loads(chart.proto.json)["layers"]}


@pytest.mark.parametrize(
    ("query", "layers"),
    [
        ({}, {"gebieden", "cirkels", "aantallen", "namen"}),
        ({"niveau": "Buurten", "beeld": "Per km²"}, {"gebieden"}),
        ({"gebied": "Centrum"}, {"gebieden", "cirkels", "aantallen", "namen"}),
        (
            {"niveau": "Vakken 100 m"},
            {"vakken", "bakens", "grenzen", "rangnummers", "rangnummers-op-bakens"},
        ),
        ({"niveau": "Vakken 100 m", "beeld": "Aantal"}, {"vakken", "grenzen", "rangnummers"}),
        ({"niveau": "Vakken 100 m", "beeld": "Dichtheid"}, {"vakken", "grenzen"}),
        ({"niveau": "Vakken 100 m", "beeld": "Verwacht"}, {"vakken", "grenzen", "rangnummers"}),
        ({"niveau": "Vakken 100 m", "beeld": "Per maand"}, {"vakken", "grenzen"}),
        ({"buurt": "Wyck", "beeld": "Aantal"}, {"vakken", "grenzen", "rangnummers"}),
        ({"buurt": "Wyck", "niveau": "Plekken 25 m"}, {"vakken", "grenzen", "rangnummers"}),
    ],
)
def test_every_level_of_the_map(open_app, city, query, layers):
    at = open_app(city, HOTSPOTS, periode="2026", **query)
    assert set(deck(at)) == layers
    assert not at.error


def test_spots_are_only_there_within_one_buurt(open_app, city):
    at = open_app(city, HOTSPOTS, niveau="Plekken 25 m")
    level = next(item for item in at.get("button_group") if item.key == keys.LEVEL)
    assert "Plekken 25 m" not in level.options
    assert {"gebieden"} <= set(deck(at))


def test_table_beside_the_map_has_the_same_places(open_app, city):
    at = open_app(city, HOTSPOTS, periode="2026")
    circles = {item["area"] for item in deck(at)["cirkels"]}
    assert set(at.dataframe[0].value["Stadsdeel"]) >= circles


def test_way_back_up(open_app, city):
    at = open_app(city, HOTSPOTS, gebied="Centrum", buurt="Wyck")
    assert [label for label in buttons(at) if label in ("Maastricht", "› Centrum", "› Wyck")]
    next(button for button in at.button if button.label == "› Centrum").click().run()
    assert at.selectbox(key=keys.BUURT).value is None
    assert "gebieden" in deck(at)
    next(button for button in at.button if button.label == "Maastricht").click().run()
    assert at.selectbox(key=keys.GEBIED).value is None
    assert not at.exception


def test_hours_stand_once_on_the_map_page(open_app, city):
    at = open_app(city, HOTSPOTS)
    assert len([box for box in at.selectbox if box.key == keys.HOUR_FROM]) == 1
    assert not [box for box in at.sidebar.selectbox if box.key == keys.HOUR_FROM]


# --- times ----------------------------------------------------------------------------------------


def test_reporting_time_is_called_by_its_name(open_app, city):
    assert "Meldmoment, niet overlastmoment" in words(open_app(city, HOTTIJDEN))


# --- loading --------------------------------------------------------------------------------------

GOOD = (
    "Meldingsnummer;Datum melding;Hoofdcategorie;Subcategorie;X;Y;Melder naam\r\n"
    "M1;02-10-2026 08:12;Afval;Container bijplaatsing;176500;317500;Jan Jansen\r\n"
    "M2;13-10-2026 23:40;Iets;Heel anders;176600;317400;Piet\r\n"
    "M3;geen datum;Afval;Container bijplaatsing;176500;317500;Kees\r\n"
)


def upload(at, name, text):
    at.file_uploader[0].upload(name, text.encode())
    at.run()
    assert not at.exception


def load(at):
    next(button for button in at.button if button.label.startswith("Laad ")).click().run()
    assert not at.exception


def test_a_file_is_recognised_checked_and_loaded(open_app, tmp_path):
    at = open_app(tmp_path, INLEZEN)
    upload(at, "meldingen.csv", GOOD)
    said = words(at)
    assert "de rijen gaan naar de tabel **Meldingen**" in said
    assert "3 rijen gelezen, 2 nieuw, 1 geweigerd" in said
    assert "**Melder naam** wordt niet gelezen" in said
    assert Store(tmp_path).count("incidents") == 0  # a check writes nothing

    load(at)
    assert Store(tmp_path).count("incidents") == 2
    assert "meldingen.csv is geladen" in at.success[0].value
    assert b"Jansen" not in b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    )


def test_loading_the_same_file_again_has_nothing_to_load(open_app, tmp_path):
    at = open_app(tmp_path, INLEZEN)
    upload(at, "meldingen.csv", GOOD)
    load(at)
    upload(at, "meldingen.csv", GOOD)
    assert "alle goede rijen staan er al" in words(at)
    assert not [label for label in buttons(at) if label.startswith("Laad ")]


def test_a_bad_file_gets_its_own_message_and_the_page_stands(open_app, tmp_path):
    at = open_app(tmp_path, INLEZEN)
    upload(at, "plaatje.csv", "\x00\x01\x02")
    assert at.error
    assert at.title[0].value == "Inlezen"


def test_column_can_be_left_out_and_the_choice_is_remembered(open_app, tmp_path):
    at = open_app(tmp_path, INLEZEN)
    upload(at, "meldingen.csv", GOOD)
    box = next(item for item in at.selectbox if item.label == "Subcategorie")
    assert box.value == "Subcategorie"
    box.select("niet lezen").run()
    assert not at.exception
    load(at)
    upload(at, "volgende.csv", GOOD.replace("M1", "M8"))
    assert next(item for item in at.selectbox if item.label == "Subcategorie").value == "niet lezen"


def part(at, name):
    at.session_state["onderdeel"] = name
    at.run()
    assert not at.exception
    return at


def test_refused_rows_and_history_are_listed(open_app, tmp_path):
    at = open_app(tmp_path, INLEZEN)
    upload(at, "meldingen.csv", GOOD)
    load(at)
    refused = part(at, "Geweigerde rijen").dataframe[0].value
    assert refused["Nummer"].tolist() == ["M3"]
    history = part(at, "Geschiedenis").dataframe[0].value
    assert history["Wat"].tolist() == ["geladen", "tabel gemaakt"]
    assert history["Nieuw"].tolist()[0] == 2


def test_unknown_category_can_be_put_in_a_rubriek(open_app, tmp_path):
    at = open_app(tmp_path, INLEZEN)
    upload(at, "meldingen.csv", GOOD)
    load(at)
    part(at, "Indelen")
    category = next(item for item in at.selectbox if item.label == "Categorie")
    assert category.options[0] == "Iets > Heel anders (1 rij)"
    rubriek = next(item for item in at.selectbox if item.label == "Hoort bij")
    rubriek.select(next(text for text in rubriek.options if text.startswith("Afval: "))).run()
    assert "1 meldingen van *Niet ingedeeld* naar " in words(at)
    next(button for button in at.button if button.label == "Deel in").click()
    part(at, "Indelen")
    assert "horen bij een thema" in at.success[-1].value
    table = Store(tmp_path).rows("incidents").to_pandas().set_index("source_id")
    assert table.loc["M2", "theme"] == "afval"


def test_every_table_has_its_templates(open_app, tmp_path):
    at = part(open_app(tmp_path, INLEZEN), "Sjablonen")
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels.count("XLSX") == labels.count("CSV") == len(TABLES)


def test_sample_city_can_be_filled_from_an_empty_page(open_app, tmp_path):
    at = open_app(tmp_path)
    small = ingest.sample_city

    def tenth(settings, store, *, progress):
        return small(settings, store, until=LAST, scale=0.02, progress=progress)

    with patch("thor_metrics.ingest.sample_city", tenth):
        next(button for button in at.button if button.label == "Vul met voorbeeldstad").click()
        at.run(timeout=120)
    assert not at.exception
    assert " meldingen in Maastricht " in at.header[0].value


def test_small_numbers_about_people_are_on_no_page(open_app, tmp_path):
    rows = "".join(
        f"S{number};1{number}-10-2026 23:1{number};Overlast;Sociale overlast;176500;317500\r\n"
        for number in range(3)
    )
    at = open_app(tmp_path, INLEZEN)
    upload(at, "sociaal.csv", "Nummer;Gemeld op;Hoofdcategorie;Thema;X;Y\r\n" + rows)
    load(at)
    for page in (OVERZICHT, HOTSPOTS, HOTTIJDEN):
        at.switch_page(page).run()
        assert not at.exception
        assert at.header[0].value.startswith("minder dan 10 meldingen in Maastricht ")
        said = words(at) + "".join(str(item.proto) for item in at.get("html"))
        assert "3 meldingen" not in said
        assert ": 0 meldingen" not in said
    at.switch_page(HOTSPOTS).run()
    assert not {item["shown"] for item in deck(at)["cirkels"]} - {"minder dan 10"}
    assert at.dataframe[0].value["Aantal"].max() <= 0  # hidden travels as -1, never as 3
    at.switch_page(OVERZICHT).run()
    assert at.metric[0].value == "minder dan 10"


# --- errors ---------------------------------------------------------------------------------------


def test_error_of_ours_is_shown_as_it_stands(open_app, city):
    with patch("thor_metrics.ui.data.ask", side_effect=ThorError("Dit klopt niet; doe dat.")):
        at = open_app(city)
    assert [error.value for error in at.error] == ["Dit klopt niet; doe dat."]


def test_error_nobody_foresaw_gives_a_number_and_no_inside(caplog):
    from thor_metrics.ui import errors

    with patch("streamlit.error") as shown:
        assert errors.report(KeyError("geheim"))
    (text,) = shown.call_args.args
    number = text.partition("nummer ")[2].split()[0]
    assert "geheim" not in text
    assert number in caplog.text
    assert "geheim" in caplog.text


# --- the server -----------------------------------------------------------------------------------


def test_tile_host_is_the_only_one_a_page_may_reach():
    policy = headers.content_policy("https://tiles.example/a/{z}/{x}/{y}.png", "")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert "https://tiles.example" in rules["connect-src"].split()
    assert "http" not in rules["script-src"]
    assert "http" not in headers.content_policy("")
    assert rules["object-src"] == "'none'"

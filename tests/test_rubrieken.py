"""Rubrieken: what a person decides holds for every row, with who and when, and can go back."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests import factories
from tests.conftest import ROOT
from thor_metrics import ingest
from thor_metrics.engine import Engine
from thor_metrics.errors import SettingsError
from thor_metrics.indicators.categories import categories
from thor_metrics.ledger import Ledger
from thor_metrics.model import Period, Selection
from thor_metrics.sources.package import open_package

TEXT = (
    "Nummer;Gemeld op;Hoofdcategorie;Subcategorie\n"
    "A;02-06-2025 08:12;Iets;Ruimteschip\nB;03-06-2025 08:12;Iets;Ruimteschip\n"
    "C;03-06-2025 08:12;Afval;Huisafval\n"
)


@pytest.fixture
def loaded(settings, store, tmp_path):
    file = tmp_path / "meldingen.csv"
    file.write_text(TEXT, encoding="utf-8")
    (package,) = open_package([file], max_mb=10)
    ingest.load(package, settings, store)
    return settings


@pytest.fixture(scope="module", autouse=True)
def forget():
    yield
    st.cache_resource.clear()


def themes(store):
    rows = store.rows("incidents").to_pandas().set_index("source_id")
    return rows["theme"].to_dict()


def test_categories_are_counted_as_the_source_writes_them():
    engine = Engine.open(
        {
            "areas": factories.areas(),
            "incidents": factories.table(
                "incidents",
                [
                    {"day": "2026-03-02", "main_category": "Afval", "sub_category": "Huisafval"},
                    {"day": "2026-03-03", "main_category": "Afval", "sub_category": "Huisafval"},
                    {"day": "2026-03-03", "main_category": None, "sub_category": None},
                    {"day": "2025-03-03", "main_category": "Oud", "sub_category": None},
                ],
            ),
            "controls": factories.table("controls", [{"day": "2026-03-03", "kind": "Veegactie"}]),
        }
    )
    found = categories(engine, Selection(Period.parse("2026")))
    engine.close()
    assert found[["table", "category", "rows"]].to_numpy().tolist() == [
        ["incidents", "Afval > Huisafval", 2],
        ["controls", "Veegactie", 1],
    ]


def test_a_decision_and_its_undo_hold_for_every_row(loaded, store):
    assert themes(store) == {"A": "niet_ingedeeld", "B": "niet_ingedeeld", "C": "afval"}
    number = ingest.map_category(loaded, "Iets > Ruimteschip", "foutparkeren", by="team Noord")
    ingest.refresh(loaded, store)
    assert themes(store)["A"] == "parkeren"

    ingest.map_category(loaded, "Iets > Ruimteschip", "jeugd")
    ingest.refresh(loaded, store)
    assert themes(store)["A"] == "sociaal"
    with Ledger.open(loaded.data_dir) as ledger:
        kept = ledger.mappings(all_of_them=True)
        assert kept["created_by"].tolist() == ["", "team Noord"]
        ledger.remove("mapping", int(kept["id"].iloc[0]))
    ingest.refresh(loaded, store)
    assert themes(store)["A"] == "parkeren", "the decision before it holds again"
    with Ledger.open(loaded.data_dir) as ledger:
        ledger.remove("mapping", number)
    ingest.refresh(loaded, store)
    assert themes(store)["A"] == "niet_ingedeeld"


def test_a_category_of_the_settings_can_be_moved(loaded, store):
    ingest.map_category(loaded, "Afval > Huisafval", "zwerfafval")
    ingest.refresh(loaded, store)
    rows = store.rows("incidents").to_pandas().set_index("source_id")
    assert rows.loc["C", "rubriek"] == "zwerfafval"


def test_an_added_rubriek_is_one_like_any_other(loaded, store):
    with Ledger.open(loaded.data_dir) as ledger:
        key = ledger.add_rubriek("parkeren", "Ruimteschepen", by="analist")
    assert ingest.with_categories(loaded).rubrieken[key].title == "Ruimteschepen"
    ingest.map_category(loaded, "Iets > Ruimteschip", key)
    ingest.refresh(loaded, store)
    rows = store.rows("incidents").to_pandas().set_index("source_id")
    assert rows.loc["A", ["theme", "rubriek"]].tolist() == ["parkeren", key]


def test_an_unknown_rubriek_is_told_with_those_there_are(loaded):
    with pytest.raises(SettingsError, match="'onzin' bestaat niet"):
        ingest.map_category(loaded, "Iets", "onzin")


def test_a_store_in_which_nobody_wrote_anything_opens_no_ledger(settings):
    assert ingest.with_categories(settings) is settings
    assert not (settings.data_dir / "ledger.db").exists()


def test_the_page_says_what_changes_before_it_does(loaded, store, monkeypatch):
    monkeypatch.setenv("THOR_GEODATA_TILES", "")
    monkeypatch.setenv("THOR_DATA_DIR", str(loaded.data_dir))
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    at.switch_page("pages/gegevens/rubrieken.py").run()
    assert not at.exception
    at.selectbox(key="rubriekkeuze").set_value("foutparkeren").run()
    said = "\n".join(str(part.value) for part in at.markdown)
    assert "2 meldingen van *Niet ingedeeld* naar *Foutparkeren*" in said
    assert themes(store)["A"] == "niet_ingedeeld", "only said, not done"
    at.text_input(key="indelendoor").set_value("team Noord")
    next(button for button in at.button if button.label == "Deel in").click().run()
    assert themes(store)["A"] == "parkeren"
    assert "door team Noord" in "\n".join(str(part.value) for part in at.markdown)
    next(button for button in at.button if button.label == "Terugdraaien").click().run()
    assert themes(store)["A"] == "niet_ingedeeld"
    assert not at.exception

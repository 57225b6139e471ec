"""From seeing to acting in a real browser: hotspot, action, rounds, calendar; and two at once."""

import shutil

import icalendar
import pytest
import shapely
from playwright.sync_api import expect

from thor_metrics.ledger import Ledger

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own_city(city, tmp_path_factory):
    """A copy: what is written here must not be seen by other tests."""
    folder = tmp_path_factory.mktemp("doing") / "city"
    shutil.copytree(city, folder, ignore=shutil.ignore_patterns("server.log", "*.lock"))
    return folder


@pytest.fixture(scope="module")
def own_address(own_city, start_server):
    return start_server(own_city)


#: Shares of the width and the height of the map.
_POINTS = (
    (0.5, 0.5), (0.45, 0.55), (0.55, 0.45), (0.4, 0.4), (0.6, 0.6), (0.5, 0.3), (0.35, 0.5),
    (0.65, 0.5), (0.5, 0.7), (0.45, 0.35), (0.55, 0.65),
)  # fmt: skip


def chosen_on_the_map(someone):
    """Click round the middle of the map until a place opens its card."""
    page = someone.page
    box = page.locator('[data-testid="stDeckGlJsonChart"]').bounding_box()
    for right, down in _POINTS:
        page.mouse.click(box["x"] + right * box["width"], box["y"] + down * box["height"])
        someone.settle()
        if "plek=" in someone.query:
            return
    raise AssertionError("no place under any of these points")


def test_from_a_hotspot_to_an_action_a_week_plan_and_a_calendar(visit, own_address, own_city):
    someone = visit(
        "/hotspots?periode=2026-H1&gebied=Centrum&buurt=Wyck&thema=Fiets&niveau=Vakken+100+m",
        at=own_address,
    ).map_drawn()
    page = someone.page
    chosen_on_the_map(someone)
    place = page.locator('[class*="st-key-plekkaart"] h3').first.inner_text()

    page.get_by_role("button", name="Maak actie").click()
    someone.settle()
    assert page.locator("h1").inner_text() == "Wat doen we waar?"
    assert place in page.locator("h3").first.inner_text()
    title = page.get_by_label("Titel", exact=True)
    title.fill("Proef in de browser")
    page.get_by_role("button", name="Bewaar actie").click()
    someone.settle()
    assert page.locator("h3").first.inner_text() == "Proef in de browser"
    with Ledger.open(own_city) as ledger:
        row = ledger.actions().set_index("title").loc["Proef in de browser"]
    assert (row["theme"], row["gebied"], row["place_name"]) == ("fiets", "Centrum", place)
    assert len(row["moments"]) > 0
    assert shapely.area(shapely.from_wkt(row["outline"])) == 100 * 100, "the square, no circle"

    page.get_by_role("button", name="Plan controles").click()
    someone.settle()
    assert page.locator("h1").inner_text() == "Waar gaan we deze week heen?"
    assert "Centrum" in someone.query
    page.get_by_role("button", name="Bewaar als geplande controles").click()
    expect(page.get_by_text("Bewaarde planning van deze week")).to_be_visible(timeout=30_000)
    someone.settle()
    with Ledger.open(own_city) as ledger:
        visits = ledger.visits(gebied="Centrum")
    assert len(visits) > 0

    with page.expect_download() as coming:
        page.get_by_role("button", name="Agenda (.ics)").click()
    events = icalendar.Calendar.from_ical(coming.value.path().read_bytes()).walk("VEVENT")
    assert len(events) == visits["round_number"].nunique()
    assert {str(event["location"]) for event in events} <= set(visits["place_name"])

    with page.expect_download() as coming:
        page.get_by_role("button", name="A4 om te printen").click()
    sheet = coming.value.path().read_text(encoding="utf-8")
    assert sheet.count("<section>") == len(events)
    assert someone.outside == []
    assert someone.failures == []


def test_a_place_is_drawn_by_clicking_squares(visit, own_address, own_city):
    someone = visit("/acties", at=own_address)
    page = someone.page
    page.get_by_role("button", name="Nieuwe actie").click()
    someone.settle()
    box = page.get_by_role("combobox", name="Buurt", exact=False).last
    box.click()
    box.fill("Wyck")
    page.get_by_role("option", name="Wyck", exact=True).click()
    someone.settle()
    page.get_by_text("Zelf vakken kiezen", exact=True).click()
    someone.settle().map_drawn()
    for right in (0.48, 0.56):
        chart = page.locator('[data-testid="stDeckGlJsonChart"]').bounding_box()
        page.mouse.click(chart["x"] + right * chart["width"], chart["y"] + 0.5 * chart["height"])
        someone.settle().map_drawn()
    assert "2 vakken" in page.get_by_role("heading", name="Nieuwe actie").first.inner_text() or (
        page.get_by_label("Plek", exact=True).last.input_value() == "Wyck, 2 vakken"
    )
    page.get_by_role("button", name="Bewaar actie").click()
    someone.settle()
    with Ledger.open(own_city) as ledger:
        row = ledger.actions().iloc[0]
    assert row["place_name"] == "Wyck, 2 vakken"
    assert shapely.area(shapely.from_wkt(row["outline"])) == 2 * 100 * 100


def test_two_browsers_change_one_action_and_nobodys_words_are_lost(visit, own_address, own_city):
    with Ledger.open(own_city) as ledger:
        number = ledger.add_action(
            title="Samen", theme="afval", place_name="Markt", x=176_410.0, y=318_040.0,
            gebied="Centrum",
        )  # fmt: skip
    both = [visit(f"/acties?actie={number}.+Samen", at=own_address) for _ in range(2)]
    for someone in both:
        someone.page.get_by_text("Wijzigen", exact=True).click()
        someone.settle()
    for someone, words in zip(both, ("van de eerste", "van de tweede"), strict=True):
        someone.page.get_by_label("Notitie", exact=True).fill(words)
        someone.page.get_by_role("button", name="Bewaar wijziging").click()
        someone.settle()

    second = both[1].page
    assert "heeft deze actie gewijzigd" in second.get_by_role("alert").first.inner_text()
    assert "van de eerste" in second.get_by_role("alert").first.inner_text()
    assert second.get_by_label("Notitie", exact=True).input_value() == "van de tweede"
    with Ledger.open(own_city) as ledger:
        assert ledger.actions().set_index("id").loc[number, "note"] == "van de eerste"
    second.get_by_role("button", name="Bewaar wijziging").click()
    both[1].settle()
    with Ledger.open(own_city) as ledger:
        assert ledger.actions().set_index("id").loc[number, "note"] == "van de tweede"
        told = ledger.history("action", number)
    assert "van de eerste" in told.loc[told["field"] == "note", "new"].tolist()

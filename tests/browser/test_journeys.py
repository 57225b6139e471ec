"""What people do, clicked through in a real browser."""

import io
import re
import shutil

import numpy as np
import pytest
from PIL import Image

from thor_metrics.views.look import LIGHT, rgb

pytestmark = pytest.mark.browser

PAGES = {
    "/": "Overzicht",
    "/hotspots": "Hotspots",
    "/hottijden": "Hottijden",
    "/inlezen": "Inlezen",
    "/uitvoeringsplan": "Uitvoeringsplan",
    "/parkeren": "Parkeren",
    "/acties": "Acties",
    "/effect": "Effect",
    "/dekking": "Dekking",
    "/planning": "Planning",
    "/briefing": "Briefing",
    "/halfjaarrapport": "Halfjaarrapport",
    "/workshop": "Workshop",
    "/begrippen": "Begrippen",
    "/kalender": "Kalender",
    "/catalogus": "Catalogus",
    "/rubrieken": "Rubrieken",
}

#: Streamlit's own words that would stand out on a Dutch page.
ENGLISH = re.compile(
    r"\b(Select|Choose|Browse|Drag and drop|Limit|per file|required|Press Enter|Loading|"
    r"No options|No results|Running|empty|None|nan|NaT|Error|Fullscreen|Download as)\b"
)


#: Menu a page stands in.
SECTIONS = {"Uitvoeringsplan": "Plan", "Inlezen": "Gegevens"}


def go(page, name):
    """Choose a page in the menu."""
    page.get_by_role("button", name=SECTIONS.get(name, "Beeld"), exact=True).click()
    page.get_by_role("menuitem", name=name, exact=True).click()


@pytest.mark.parametrize(("path", "title"), PAGES.items())
@pytest.mark.parametrize("width", [1920, 820])
def test_page_is_dutch_whole_and_asks_nothing_of_the_network(visit, path, title, width):
    someone = visit(path, width=width)
    page = someone.page
    page.wait_for_timeout(1_500)
    assert page.title() == f"{title} - THOR"
    assert page.evaluate("document.documentElement.lang") == "nl"
    assert not ENGLISH.findall(page.locator('[data-testid="stApp"]').inner_text())
    assert someone.outside == []
    assert someone.failures == []
    # Nothing runs off the side of the screen.
    main = page.locator('[data-testid="stMain"]')
    assert main.evaluate("box => box.scrollWidth <= box.clientWidth + 1")


def test_no_long_fractions_anywhere(visit):
    for path in PAGES:
        text = visit(path).page.locator('[data-testid="stMain"]').inner_text()
        assert not re.search(r"\d[.,]\d{4,}", text)


def test_security_headers_on_every_answer(visit, address):
    someone = visit("/")
    answer = someone.page.request.get(address + "/")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert '<html lang="nl">' in answer.text()
    health = someone.page.request.get(address + "/_stcore/health")
    assert health.headers["x-frame-options"] == "SAMEORIGIN"


def test_first_visitor_can_go_straight_to_any_page(visit):
    someone = visit("/hottijden")
    assert someone.page.locator('[role="dialog"]').count() == 0
    assert someone.page.locator("h1").inner_text() == "Wanneer is het raak?"


def test_click_on_the_map_goes_down_and_the_way_goes_up(visit):
    someone = visit("/hotspots?periode=2026").map_drawn()
    page = someone.page
    map_box = page.locator('[data-testid="stDeckGlJsonChart"]').bounding_box()
    # The middle of the map of the city lies in a gebied, whichever.
    page.mouse.click(map_box["x"] + map_box["width"] * 0.46, map_box["y"] + map_box["height"] * 0.6)
    someone.settle().map_drawn()
    assert "gebied=" in someone.query
    assert page.get_by_role("button", name="› ").count() == 1
    page.get_by_role("button", name="Maastricht", exact=True).click()
    someone.settle()
    assert "gebied=" not in someone.query
    assert " in Maastricht " in someone.headline


def test_row_of_the_table_goes_down_too(visit):
    someone = visit("/hotspots?periode=2026").map_drawn()
    page = someone.page
    table = page.locator('[data-testid="stDataFrame"]').first.bounding_box()
    page.mouse.click(table["x"] + 18, table["y"] + 60)  # the box before the first row
    someone.settle()
    assert "gebied=" in someone.query
    assert " in Maastricht " not in someone.headline


def test_a_chosen_place_tells_its_story_and_its_link_brings_it_back(visit):
    someone = visit("/hotspots?periode=2026&niveau=Vakken+100+m").map_drawn()
    page = someone.page
    table = page.locator('[data-testid="stDataFrame"]').first.bounding_box()
    page.mouse.click(table["x"] + 18, table["y"] + 60)
    someone.settle()
    assert "plek=" in someone.query
    name = page.locator("h3").first.inner_text()
    assert page.get_by_role("button", name="Sluit").count() == 1
    again = visit(f"/hotspots?{someone.query}").page
    assert again.locator("h3").first.inner_text() == name
    page.get_by_role("button", name="Sluit").click()
    someone.settle()
    assert "plek=" not in someone.query


def test_bar_of_the_ranking_chooses_that_gebied(visit):
    someone = visit("/?periode=2026")
    page = someone.page
    bars = page.locator('[data-testid="stVegaLiteChart"]').last
    bars.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = bars.bounding_box()
    page.mouse.click(box["x"] + 140, box["y"] + 22)
    someone.settle()
    assert "gebied=" in someone.query
    page.get_by_role("button", name="Terug naar alle gebieden").click()
    someone.settle()
    assert "gebied=" not in someone.query


def test_brushed_hours_go_to_the_map_and_the_link_brings_them_back(visit):
    someone = visit("/hottijden?periode=2026")
    page = someone.page
    box = page.locator('[data-testid="stVegaLiteChart"]').first.bounding_box()
    left, right = box["x"] + 30, box["x"] + box["width"]
    top, bottom = box["y"] + 5, box["y"] + 250

    def point(day, hour):
        return left + (right - left) * hour / 24, top + (bottom - top) * day / 7

    page.mouse.move(*point(4.3, 20.3))
    page.mouse.down()
    page.mouse.move(*point(5.0, 22.0), steps=5)
    page.mouse.move(*point(5.7, 23.7), steps=5)
    page.mouse.up()
    someone.settle()
    assert page.get_by_text("Gekozen: vr en za, 20-24 uur").count() == 1
    page.get_by_role("button", name="Bekijk deze uren op de kaart").click()
    someone.settle().map_drawn()
    assert "/hotspots" in page.url
    assert "dagen=vr&dagen=za" in someone.query
    assert "(vr en za 20-24 uur)" in someone.headline

    other = visit(f"/hotspots?{someone.query}")
    assert other.headline == someone.headline


def test_filters_go_along_to_every_page_and_back(visit):
    chosen = {"periode=2026-H1", "gebied=Oost", "thema=Afval", "dagen=vr", "van=20%3A00"}
    someone = visit("/?periode=2026-H1&gebied=Oost&thema=Afval&dagen=vr&van=20:00")
    page = someone.page
    for name in ("Hotspots", "Hottijden", "Inlezen", "Hotspots", "Uitvoeringsplan", "Overzicht"):
        go(page, name)
        someone.settle()
        if name not in SECTIONS:
            assert "over afval in Oost in 2026-H1 (vr 20-24 uur)" in someone.headline
            assert chosen <= set(someone.query.split("&"))


def test_week_is_drawn_with_its_numbers(visit):
    """The chart is a canvas: what is on it can only be seen, so count its colours."""
    someone = visit("/hottijden?periode=2025")
    someone.page.wait_for_timeout(1_000)
    chart = someone.page.locator('[data-testid="stVegaLiteChart"]').first
    picture = np.asarray(Image.open(io.BytesIO(chart.screenshot())).convert("RGB"))
    strongest = np.array(rgb(LIGHT.steps[-1])[:3])
    near = np.abs(picture.astype(int) - strongest).sum(axis=2) < 12
    assert near.sum() > 300  # the busiest hour has the strongest colour
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 100


def test_other_question_of_the_hours_is_in_the_address_and_the_copied_link(visit):
    someone = visit("/hottijden?periode=2025")
    page = someone.page
    assert "Drukst: " in someone.headline
    page.get_by_role("radio", name="Welk uur is ongewoon voor die dag?").click()
    someone.settle()
    assert "vraag=Welk+uur" in someone.query or "vraag=Welk%20uur" in someone.query
    assert "ngewoon" in someone.headline
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopieer link").click()
    page.get_by_role("button", name="Link gekopieerd").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert visit("/hottijden?" + link.partition("?")[2]).headline == someone.headline


def test_unreachable_tiles_leave_our_own_map_standing(visit, start_server, city, tmp_path):
    shutil.copytree(city, tmp_path / "city")
    tiles = "https://tegels.invalid/{z}/{x}/{y}.png"
    own = start_server(tmp_path / "city", THOR_GEODATA_TILES=tiles)
    someone = visit("/hotspots?periode=2025&niveau=Buurten&beeld=Per+km%C2%B2", at=own).map_drawn()
    assert {url.partition("/1")[0] for url in someone.outside} == {"https://tegels.invalid"}
    chart = someone.page.locator('[data-testid="stDeckGlJsonChart"]')
    picture = np.asarray(Image.open(io.BytesIO(chart.screenshot())).convert("RGB"))
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 30
    assert someone.failures == []


def test_nonsense_in_the_address_is_left_out(visit):
    someone = visit(
        "/hotspots?periode=2099-H9&gebied=%3Cscript%3E&buurt=X&thema=Afval&thema=Onzin"
        "&dagen=xx&van=99:00&reeks=foo&niveau=zz&beeld=q"
    )
    assert someone.query == "thema=Afval"
    assert "over afval in Maastricht" in someone.headline


def test_copied_link_holds_usual_values_too(visit):
    someone = visit("/?gebied=Oost")
    page = someone.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopieer link").click()
    page.get_by_role("button", name="Link gekopieerd").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "gebied=Oost" in link
    assert "periode=2026-H2" in link
    assert visit("/?" + link.partition("?")[2]).headline == someone.headline


def test_table_downloads_as_a_dutch_spreadsheet_opens_it(visit):
    page = visit("/hotspots?periode=2026").page
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Tabel als CSV").click()
    content = waiting.value.path().read_bytes().decode("utf-8-sig")
    assert waiting.value.suggested_filename == "hotspots-gebieden-2026.csv"
    assert content.splitlines()[0] == "Stadsdeel;Aantal;Per km²;Per 1.000 inw."


FILE = (
    "Meldingsnummer;Datum melding;Hoofdcategorie;Subcategorie;X;Y\r\n"
    "M1;02-10-2026 08:12;Afval;Container bijplaatsing;176500;317500\r\n"
    "M2;geen datum;Afval;Container bijplaatsing;176500;317500\r\n"
)


def test_a_file_is_checked_loaded_seen_and_undone(visit, start_server, tmp_path):
    own = start_server(tmp_path)
    someone = visit("/inlezen", at=own)
    page = someone.page
    assert page.get_by_role("button", name="Vul met voorbeeldstad").count() == 1
    page.set_input_files(
        'input[type="file"]',
        {"name": "meldingen.csv", "mimeType": "text/csv", "buffer": FILE.encode()},
    )
    page.get_by_role("button", name="Laad 1 rij in").wait_for(timeout=30_000)
    page.get_by_role("button", name="Laad 1 rij in").click()
    page.get_by_text("meldingen.csv is geladen").wait_for(timeout=30_000)
    go(page, "Overzicht")
    someone.settle()
    assert someone.headline.startswith("1 melding in Maastricht ")

    go(page, "Inlezen")
    someone.settle()
    page.get_by_role("tab", name="Geschiedenis").click()
    someone.settle()
    table = page.locator('[data-testid="stDataFrame"]').first.bounding_box()
    page.mouse.click(table["x"] + 18, table["y"] + 60)
    someone.settle()
    page.get_by_role("button", name="Draai terug").click()
    someone.settle()
    go(page, "Overzicht")
    someone.settle()
    assert page.get_by_text("Er zijn nog geen gegevens geladen").count() == 1

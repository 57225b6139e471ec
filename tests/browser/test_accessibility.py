"""Every page through axe (WCAG 2.2 A and AA), light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

#: Streamlit's own file box says it is decoration and has a name; rated minor, not ours to mend.
ACCEPTED = {"presentation-role-conflict"}


PAGES = (
    "/", "/hotspots", "/hottijden?periode=2026", "/inlezen", "/uitvoeringsplan", "/afval",
    "/kalender", "/catalogus", "/acties", "/effect", "/dekking", "/planning?gebied=Centrum",
    "/briefing?gebied=Centrum",
    "/halfjaarrapport?gebied=Centrum",
    "/workshop",
    "/begrippen",
)  # fmt: skip
MORE = (
    "/?periode=2026-H1&gebied=Oost",
    "/hotspots?buurt=Wyck",
    "/hotspots?niveau=Haarden&periode=2026",
    "/hotspots?niveau=Vakken+100+m&beeld=Per+maand&periode=2026",
    "/inlezen?onderdeel=Geschiedenis",
    "/inlezen?onderdeel=Indelen",
    "/inlezen?onderdeel=Sjablonen",
    "/inlezen?onderdeel=Geweigerde+rijen",
    "/fiets",
    "/parkeren?periode=2026",
    "/sociaal?gebied=Oost",
    "/evenementen",
    "/organisatie",
    "/informatie",
    "/wijk",
    "/rubrieken",
)


@pytest.mark.parametrize(
    ("path", "scheme"),
    [*((path, "light") for path in (*PAGES, *MORE)), *((path, "dark") for path in PAGES)],
)
def test_no_barriers(visit, path, scheme):
    page = visit(path, scheme=scheme).page
    page.wait_for_timeout(2_000)
    found = Axe().run(page).response["violations"]
    barriers = {
        violation["id"]: [node["html"][:200] for node in violation["nodes"]]
        for violation in found
        if violation["id"] not in ACCEPTED
    }
    assert barriers == {}


def test_pictures_have_a_name_that_tells_their_story(visit):
    page = visit("/hotspots").page
    page.wait_for_timeout(1_500)
    name = page.locator('[data-testid="stDeckGlJsonChart"]').get_attribute("aria-label") or ""
    if not name:
        name = page.locator('[data-testid="stDeckGlJsonChart"] [aria-label]').first.get_attribute(
            "aria-label"
        )
    assert name.startswith("Kaart van Maastricht, gebieden. Meeste: ")


def test_page_works_from_the_keyboard(visit):
    someone = visit("/")
    page = someone.page
    page.keyboard.press("Tab")
    for _ in range(40):
        focused = page.evaluate("document.activeElement.innerText || ''")
        if focused.strip() == "Alleen afval":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    someone.settle()
    assert "over afval" in someone.headline

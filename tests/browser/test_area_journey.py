"""From Gebied and Hot-items to the map and the hours, clicked in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

ACCEPTED = {"presentation-role-conflict"}


def test_choose_by_keyboard_and_the_address_remembers(visit):
    someone = visit("/gebied")
    page = someone.page
    page.get_by_role("button", name="Oost").focus()
    page.keyboard.press("Enter")
    someone.settle()
    assert "gebied=Oost" in someone.query
    assert page.locator("h1").inner_text() == "Wat speelt er in Oost?"
    assert visit(f"/gebied?{someone.query}").headline == someone.headline


@pytest.mark.parametrize(("button", "path"), [("Kaart", "/hotspots"), ("Uren", "/hottijden")])
def test_a_hot_item_goes_to_the_map_and_the_hours(visit, button, path):
    someone = visit("/hotitems?periode=2026")
    page = someone.page
    page.get_by_role("button", name=button, exact=False).first.click()
    page.wait_for_url(f"**{path}*")
    someone.settle()
    assert "gebied=Centrum" in someone.query
    assert "rubriek=" in someone.query
    assert " in Centrum in 2026" in someone.headline


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/hotitems?periode=2026", "/gebied", "/gebied?gebied=Centrum"])
def test_no_barriers_and_nothing_off_the_side(visit, path, scheme):
    someone = visit(path, scheme=scheme, width=820 if scheme == "dark" else 1920)
    page = someone.page
    page.wait_for_timeout(2_000)
    found = Axe().run(page).response["violations"]
    barriers = {
        violation["id"]: [node["html"][:200] for node in violation["nodes"]]
        for violation in found
        if violation["id"] not in ACCEPTED
    }
    assert barriers == {}
    assert someone.outside == []
    main = page.locator('[data-testid="stMain"]')
    assert main.evaluate("box => box.scrollWidth <= box.clientWidth + 1")

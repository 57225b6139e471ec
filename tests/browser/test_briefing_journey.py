"""The briefing on a shared screen: full, by keyboard, and still there after a reload."""

from __future__ import annotations

from playwright.sync_api import expect


def test_slides_go_on_by_keyboard_and_survive_a_reload(visit):
    someone = visit("/briefing", width=1920, height=1080)
    page = someone.page
    page.get_by_role("button", name="Volledig scherm").click()
    full = page.get_by_role("dialog", name="Briefing")
    expect(full).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(full.locator(".slide.shown h2")).to_contain_text("Hotspots")
    page.reload()
    expect(full.locator(".slide.shown h2")).to_contain_text("Hotspots")
    for _ in range(5):
        slide = full.locator(".slide.shown")
        size = slide.evaluate("e => e.scrollHeight - e.clientHeight")
        assert size <= 0, slide.inner_text()
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(full).to_be_hidden()

"""What a half-year report of a gebied says, section by section, in plain words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from thor_metrics import __version__, dutch
from thor_metrics.indicators import items
from thor_metrics.model import WEEKDAYS, Selection
from thor_metrics.report import drawings
from thor_metrics.report.document import Block, Bullets, Document, Figure, Section, Table, Text
from thor_metrics.report.facts import Facts
from thor_metrics.views import findings, texts
from thor_metrics.views.look import theme_title
from thor_metrics.views.plan import state_value
from thor_metrics.views.tables import Head

__all__ = ["cells_of", "compose", "hot_items", "place_name", "squares_figure"]

_SIDE: Final = 100
_SQUARES: Final = 400
_PLACES: Final = 10
_ITEMS: Final = 10
_OBJECTS: Final = {
    "milieuperron": "Milieuperrons",
    "fietsparkeerplek": "Fietsparkeerplekken",
}
_THEMES: Final = ("afval", "fiets", "parkeren", "sociaal", "evenementen")

_METHOD: Final = (
    (
        "Meldingen van burgers, eigen waarnemingen en controles zijn drie reeksen en worden nooit "
        "opgeteld. Meer meldingen is niet altijd meer overlast."
    ),
    (
        "'zeker': minder dan 1 % kans dat het toeval is; 'waarschijnlijk': minder dan 5 %; de rest "
        "kan toeval zijn. Er is gecorrigeerd voor alle plekken, uren of onderwerpen die zijn "
        "bekeken."
    ),
    (
        "Hotspots: vakken van 100 meter, elk tegenover wat er gemiddeld in een vak te verwachten "
        "is en tegenover zijn buurvakken."
    ),
    (
        "Verandering: tegenover dezelfde dagen een jaar eerder. Kwam er een ander meldsysteem, dan "
        "staat dat erbij."
    ),
    (
        "Effect: meldingen bij de plek tijdens de actie naast dezelfde weken een jaar eerder, en "
        "naast buurten die op deze leken. Het is een verband in de tijd, geen bewezen oorzaak."
    ),
    "Kleine aantallen over personen zijn verborgen, en alles wat ervan is afgeleid.",
)


def compose(facts: Facts, selection: Selection) -> Document:
    """Write the report of one gebied, or of the city when there is none.

    Parameters
    ----------
    facts : Facts
    selection : Selection
        Its period and gebied; a report is about all themes.

    Returns
    -------
    Document
    """
    asked = Selection(selection.period, gebied=selection.gebied)
    place = texts.place(asked, facts.names, city=facts.settings.municipality.name)
    written = _written(facts, asked)
    items_here = hot_items(facts, asked)
    cells = cells_of(facts, asked)
    hours = facts.ask("hot_hours", asked, zone=facts.settings.municipality.time_zone).table
    deeds = _deeds(facts, asked)
    introduction: tuple[Block, ...] = (Text(written[0]),) if written[0] else ()
    summary = _summary(facts, asked, items_here, cells, hours, deeds)
    sections = [
        Section("In het kort", (*introduction, *summary)),
        Section("Wat valt op? Hot-items", _items_blocks(facts, asked, items_here)),
        Section("Waar is het raak? Hotspots", _place_blocks(facts, asked, cells)),
        Section("Wanneer is het raak? Hottijden", _time_blocks(facts, asked, hours)),
        Section("Wat veranderde er?", _change_blocks(facts, asked)),
        Section("Inzet naast overlast", _effort_blocks(facts, asked)),
        Section("Acties en wat er in die tijd veranderde", _deed_blocks(deeds)),
        Section("Monitoritems en normen", _monitor_blocks(facts, asked)),
        Section("Gegevens en methode", _quality_blocks(facts, asked)),
    ]
    if written[1]:
        sections.insert(-1, Section("Conclusies van het team", (Text(written[1]),)))
    return Document(
        title=f"Halfjaarrapport {place}",
        subtitle=f"Periode {asked.period.words()}. Toezicht en Handhaven Openbare Ruimte.",
        sections=tuple(sections),
        made_from=_made_from(facts, asked),
        sample=facts.sample,
    )


def _written(facts: Facts, asked: Selection) -> tuple[str, str]:
    kept = facts.prefaces
    mine = kept[(kept["gebied"] == (asked.gebied or "")) & (kept["period"] == str(asked.period))]
    if mine.empty:
        return "", ""
    return str(mine["introduction"].iloc[0]), str(mine["conclusion"].iloc[0])


def _made_from(facts: Facts, asked: Selection) -> tuple[tuple[str, str], ...]:
    return (
        ("Periode", str(asked.period)),
        ("Gebied", asked.gebied or "hele gemeente"),
        ("Nieuwste dag in de gegevens", dutch.date(facts.newest())),
        *((f"Tabel {name}", f"versie {number}") for name, number in sorted(facts.versions.items())),
        ("Verborgen onder", str(facts.below)),
        ("Grenzen", facts.areas.attribution or "eigen bestand"),
        ("Programma", f"THOR-dashboard {__version__}"),
    )


# --- in short ------------------------------------------------------------------------------------


def _summary(
    facts: Facts,
    asked: Selection,
    hot: pd.DataFrame,
    cells: pd.DataFrame,
    hours: pd.DataFrame,
    deeds: pd.DataFrame,
) -> tuple[Block, ...]:
    city = facts.settings.municipality.name
    head = texts.headline(
        asked, facts.ask("compare", asked), names=facts.names, city=city, below=facts.below
    )
    lines = []
    standing = hot[hot["stands_out"]].head(3)
    lines += [f"{words}." for words in standing["words"]]
    if standing.empty:
        lines.append("Geen onderwerp valt op tegenover de rest van de stad of een jaar eerder.")
    sure = cells[cells["certainty"].isin(findings.CERTAIN)].head(3)
    if len(sure):
        places = dutch.join([place_name(row) for row in sure.to_dict("records")])
        lines.append(f"Meer dan toeval op: {places}.")
    busiest = texts.busiest_words(texts.busiest(hours))
    if busiest:
        lines.append(busiest)
    running = dutch.amount(len(deeds), "actie liep", "acties liepen")
    less = int((deeds["verdict"] == "minder").sum()) if len(deeds) else 0
    told = (
        f" Bij {less} daarvan kwamen er in die tijd minder meldingen dan verwacht." if less else ""
    )
    lines.append(f"{running} in deze periode.{told}")
    return (Text(head, strong=True), Bullets(tuple(lines)))


# --- what, where and when ------------------------------------------------------------------------


def hot_items(facts: Facts, asked: Selection) -> pd.DataFrame:
    """Give the hot-items of a gebied, or of all of them, with ``title`` and ``words``."""
    everywhere = replace(asked, gebied=None)
    found = items.chosen(facts.ask("hot_items", everywhere, level="gebied"), asked)
    found = found.reset_index(drop=True)
    titles = [facts.names.get(key, key.replace("_", " ")) for key in found["rubriek"]]
    rows = found.to_dict("records")
    words = [
        ("" if asked.gebied else f"{row['name']}: ")
        + findings.item_words(row, title, below=facts.below)
        for row, title in zip(rows, titles, strict=True)
    ]
    return found.assign(title=titles, words=words).astype(
        {"title": "str", "words": "str", "stands_out": "bool"}
    )


def _items_blocks(facts: Facts, asked: Selection, hot: pd.DataFrame) -> tuple[Block, ...]:
    shown = hot[hot["stands_out"]].head(_ITEMS)
    if shown.empty:
        return (Text("Geen onderwerp valt op tegenover de rest van de stad of een jaar eerder."),)
    table = Table(
        f"Wat meer is dan elders, of steeg tegenover een jaar eerder, {asked.period.words()}",
        shown.assign(theme=[theme_title(key) for key in shown["theme"]]),
        (
            *(() if asked.gebied else (Head("name", "Gebied"),)),
            Head("title", "Onderwerp"), Head("theme", "Thema"),
            Head("count", "Meldingen", "count"),
            Head("expected", "Verwacht naar stadsbeeld", "rate"),
            Head("more", "Meer dan elders"),
            Head("before", "Jaar eerder", "rate"), Head("rise", "Gestegen"),
        ),
        "Hot-items",
        facts.below,
    )  # fmt: skip
    return (Bullets(tuple(f"{words}." for words in shown["words"].head(5))), table)


def cells_of(facts: Facts, asked: Selection) -> pd.DataFrame:
    """Give the squares that may be shown, most first, with ``rank``, ``buurt`` and ``near``."""
    cells = facts.ask("hot_cells", asked)
    cells = cells[~cells["hidden"].astype(bool)].reset_index(drop=True)
    areas = facts.areas
    index = areas.place(
        cells["x"].to_numpy(float) + _SIDE / 2, cells["y"].to_numpy(float) + _SIDE / 2
    )
    names = [areas.names[i] if i >= 0 else "buiten de buurten" for i in index]
    near = facts.near(cells.head(_PLACES), _SIDE)
    near += [""] * (len(cells) - len(near))
    return cells.assign(buurt=names, near=near, rank=np.arange(1, len(cells) + 1))


def place_name(row: Mapping[Hashable, Any]) -> str:
    """Say where a square of :func:`cells_of` lies."""
    return f"{row['buurt']} bij {row['near']}" if row["near"] else str(row["buurt"])


def squares_figure(facts: Facts, asked: Selection, cells: pd.DataFrame, *, caption: str) -> Figure:
    """Draw the squares of :func:`cells_of` (at least one) on the buurten of the gebied."""
    first = cells.to_dict("records")[0]
    inside = [asked.gebied in (None, gebied) for gebied in facts.areas.gebieden]
    return drawings.map_of_squares(
        cells.head(_SQUARES),
        facts.areas,
        inside,
        side=_SIDE,
        caption=caption,
        words=f"Kaart. De meeste meldingen: {place_name(first)} ({dutch.number(first['count'])}). "
        "De lijst ernaast of eronder noemt alle genummerde vakken.",
    )


def _place_blocks(facts: Facts, asked: Selection, cells: pd.DataFrame) -> tuple[Block, ...]:
    if cells.empty:
        return (Text("Er zijn in deze periode geen meldingen met een bekende plaats."),)
    top = cells.head(_PLACES)
    figure = squares_figure(
        facts,
        asked,
        cells,
        caption="Vakken van 100 meter: donkerder is meer meldingen; de nummers zijn die van de "
        f"tabel. Grenzen: {facts.areas.attribution or 'eigen bestand'}"
        + (" (benaderd)." if facts.areas.approximate else "."),
    )
    squares = Table(
        f"De tien vakken met de meeste meldingen, {asked.period.words()}",
        top,
        (
            Head("rank", "Nr", "count"), Head("buurt", "Buurt"), Head("near", "Bij"),
            Head("count", "Meldingen", "count"),
            Head("expected", "Gemiddeld vak", "rate", 1),
            Head("days", "Dagen met melding", "rate"),
            Head("certainty", "Meer dan toeval"),
        ),
        "Hotspots",
        facts.below,
    )  # fmt: skip
    blocks: list[Block] = [figure, squares]
    for kind, title in _OBJECTS.items():
        ranked = facts.ask("ranked_objects", asked, kind=kind)
        ranked = ranked[ranked["count"].fillna(0) > 0].head(_PLACES)
        if len(ranked):
            blocks.append(
                Table(
                    f"{title} met de meeste meldingen binnen 50 meter (alle thema's)",
                    ranked,
                    (
                        Head("name", "Naam"), Head("count", "Meldingen", "count"),
                        Head("low", "Van", "rate"), Head("high", "Tot", "rate"),
                        Head("stability", "Kans op top 10", "percent"),
                        Head("certainty", "Meer dan toeval"),
                    ),
                    title,
                    facts.below,
                )
            )  # fmt: skip
    return tuple(blocks)


def _time_blocks(facts: Facts, asked: Selection, hours: pd.DataFrame) -> tuple[Block, ...]:
    if not hours["count"].fillna(0).any():
        return (Text("Van geen melding in deze periode is een tijdstip bekend."),)
    busiest = texts.busiest_words(texts.busiest(hours)) or "Geen uren springen eruit."
    drawn = hours.assign(shown="", words="")
    figure: Figure = drawings.week(
        drawn,
        caption="Meldingen per uur van de week: donkerder is meer; een lijn staat om uren die "
        "meer dan toeval zijn.",
        words=f"Tabel van zeven dagen bij 24 uur, in kleur. {busiest}",
    )
    parts = facts.ask("hot_dagdelen", asked).table
    named = parts.assign(
        day=[WEEKDAYS[day] for day in parts["weekday"]],
        hours=[dutch.hours(a, b) for a, b in zip(parts["start"], parts["end"], strict=True)],
    )
    shown = named.sort_values(["count", "weekday", "start"], ascending=[False, True, True])
    table = Table(
        f"De tien drukste dagdelen, {asked.period.words()}",
        shown.head(_PLACES),
        (
            Head("day", "Dag"), Head("dagdeel", "Dagdeel"), Head("hours", "Uren"),
            Head("count", "Meldingen", "count"), Head("expected", "Verwacht", "rate"),
            Head("certainty", "Meer dan toeval"),
        ),
        "Hottijden",
        facts.below,
    )  # fmt: skip
    return (Text(busiest, strong=True), figure, table)


# --- change, effort and deeds --------------------------------------------------------------------


def _change_blocks(facts: Facts, asked: Selection) -> tuple[Block, ...]:
    themes = facts.ask("per_theme", asked)
    named = themes.assign(title=[theme_title(key) for key in themes["theme"]])
    change = (named["count"] - named["before"]).where(~named["hidden"].astype(bool))
    table = Table(
        f"Meldingen per thema, {asked.period.words()}, naast een jaar eerder",
        named.assign(change=change),
        (
            Head("title", "Thema"), Head("count", "Nu", "count"),
            Head("before", "Jaar eerder", "count"), Head("change", "Verschil", "change"),
            Head("certainty", "Hoe zeker"),
            *((Head("note", "Let op"),) if named["note"].any() else ()),
        ),
        "Verandering",
        facts.below,
    )  # fmt: skip
    return (table,)


def _effort_blocks(facts: Facts, asked: Selection) -> tuple[Block, ...]:
    blocks: list[Block] = []
    controls = facts.ask("per_theme", replace(asked, series="controls"))
    if len(controls):
        blocks.append(
            Table(
                f"Controles per thema, {asked.period.words()}",
                controls.assign(title=[theme_title(key) for key in controls["theme"]]),
                (
                    Head("title", "Thema"), Head("count", "Controles", "count"),
                    Head("before", "Jaar eerder", "count"),
                ),
                "Controles",
                facts.below,
            )
        )  # fmt: skip
    rows = facts.ask("coverage", asked, by="buurt").rows
    rows = rows[rows["reports"].fillna(0).gt(0) | rows["controls"].fillna(0).gt(0)]
    if len(rows):
        blocks.append(
            Table(
                "Aandeel in de meldingen naast aandeel in de controles, per buurt",
                rows.assign(name=[facts.names.get(key, key) for key in rows["key"]]),
                (
                    Head("name", "Buurt"), Head("reports", "Meldingen", "count"),
                    Head("controls", "Controles", "count"), Head("hours", "Mensuren", "rate"),
                    Head("share_reports", "Deel meldingen", "percent"),
                    Head("share_controls", "Deel controles", "percent"),
                    Head("verdict", "Oordeel"),
                ),
                "Inzet",
                facts.below,
            )
        )  # fmt: skip
    if not blocks:
        return (Text("Er zijn in deze periode geen controles vastgelegd."),)
    note = Text(
        "Waar meer te zien is, wordt meer gecontroleerd: inzet en overlast naast elkaar zeggen "
        "niets over oorzaak."
    )
    return (note, *blocks)


def _deeds(facts: Facts, asked: Selection) -> pd.DataFrame:
    found = facts.actions(asked)
    studied = [facts.studied(row) or {} for row in found.to_dict("records")]
    return found.assign(
        **{
            name: pd.Series([row.get(name) for row in studied], dtype="object", index=found.index)
            for name in ("verdict", "before", "after", "ratio", "low", "high")
        }
    )


def _deed_blocks(found: pd.DataFrame) -> tuple[Block, ...]:
    if found.empty:
        return (Text("Er liep in deze periode geen hotspot-actie."),)
    shown = found.assign(
        theme=[theme_title(key) for key in found["theme"]],
        days=[_days(row) for row in found.to_dict("records")],
        verdict=found["verdict"].fillna("nog niet te meten"),
        **{name: found[name].astype("Float64") for name in ("before", "after", "ratio", "low",
                                                            "high")},
    )  # fmt: skip
    table = Table(
        "Acties in deze periode, met de meldingen bij de plek ervoor en tijdens",
        shown,
        (
            Head("title", "Actie"), Head("theme", "Thema"), Head("stage", "Stand"),
            Head("days", "Dagen"), Head("before", "Ervoor", "rate"),
            Head("after", "Tijdens", "rate"), Head("ratio", "Verhouding", "rate", 2),
            Head("low", "Van", "rate", 2), Head("high", "Tot", "rate", 2),
            Head("verdict", "Oordeel"),
        ),
        "Acties",
    )  # fmt: skip
    lessons = tuple(
        f"{row['title']}: {row['lesson']}" for row in found.to_dict("records") if row["lesson"]
    )
    return (table, Bullets(lessons)) if lessons else (table,)


def _days(row: Mapping[Hashable, Any]) -> str:
    ends = dutch.date(row["ends"].date()) if pd.notna(row["ends"]) else "nu"
    return f"{dutch.date(row['starts'].date())} t/m {ends}"


# --- plan and data -------------------------------------------------------------------------------


def _monitor_blocks(facts: Facts, asked: Selection) -> tuple[Block, ...]:
    found = facts.states(asked)
    frame = pd.DataFrame(
        {
            "monitor": [state.item.id for state in found],
            "title": [state.item.title for state in found],
            "value": [state_value(state) for state in found],
            "target": [state.target for state in found],
            "status": [state.status for state in found],
            "why": [state.why for state in found],
        }
    )
    on_track = int((frame["status"] == "op schema").sum())
    heads = (
        Head("monitor", "Nr"), Head("title", "Wat wordt gevolgd"), Head("value", "Stand"),
        Head("target", "Norm"), Head("status", "Oordeel"), Head("why", "Waarom"),
    )  # fmt: skip
    return (
        Text(f"{on_track} van de {len(frame)} items op schema."),
        Table("Monitoritems van het uitvoeringsplan 2025-2026", frame, heads, "Monitoritems"),
    )


def _quality_blocks(facts: Facts, asked: Selection) -> tuple[Block, ...]:
    found = facts.ask("quality", asked)
    lines = [
        f"{dutch.number(found.counted)} meldingen tellen mee van {dutch.number(found.rows)} rijen.",
        f"Nieuwste dag met meldingen: {dutch.date(found.last_date)}.",
        *(f"{dutch.number(reason.rows)} rijen: {reason.text}." for reason in found.reasons),
    ]
    return (Bullets(tuple(lines)), Text("Hoe is er gerekend?", strong=True), Bullets(_METHOD))

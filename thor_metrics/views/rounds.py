"""Rounds of a week as people take them along: words, calendar, GPX, GeoJSON, a sheet of A4."""

from __future__ import annotations

import datetime as dt
import html
import json
import xml.etree.ElementTree as ET
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from thor_metrics import dutch, geo
from thor_metrics.model import WEEKDAYS
from thor_metrics.views.ics import Entry

__all__ = [
    "clock", "entries", "geojson", "gpx", "round_title", "sheet", "stops", "why_words",
]  # fmt: skip

_DAY: Final = 24 * 60
Row = Mapping[Hashable, Any]


def clock(minutes: float) -> str:
    """Write minutes since midnight; past midnight starts again.

    Examples
    --------
    >>> clock(495), clock(1530)
    ('08:15', '01:30')
    """
    whole = int(minutes) % _DAY
    return f"{whole // 60:02}:{whole % 60:02}"


def stops(
    visits: pd.DataFrame, places: pd.DataFrame, shifts: pd.DataFrame, monday: dt.date
) -> pd.DataFrame:
    """Put rounds in words: one row a stop, in the order in which they are walked.

    Parameters
    ----------
    visits : DataFrame
        Of :class:`thor_metrics.planning.WeekPlan`.
    places, shifts : DataFrame
        The tables its row numbers are of.
    monday : date
        First day of the week.

    Returns
    -------
    DataFrame
        ``round`` (1, 2 ... over the week), ``shift, team, order, place`` (row numbers), ``day``
        (date), ``from_minute, to_minute`` (of that day; past 1440 is the night after), ``name, x,
        y, expected`` (in the hours of the round), ``needed, pinned``.
    """
    order = visits.sort_values(["shift", "team", "order"], ignore_index=True)
    keys = list(zip(order["shift"], order["team"], strict=True))
    starts = shifts["day"] * _DAY + shifts["start"]
    by_time = sorted(set(keys), key=lambda key: (starts[key[0]], key))
    number = {key: place for place, key in enumerate(by_time, start=1)}
    at = places.iloc[order["place"]].reset_index(drop=True)
    day = shifts["day"].iloc[order["shift"]].reset_index(drop=True)
    return pd.DataFrame(
        {
            "round": [number[key] for key in keys],
            "shift": order["shift"],
            "team": order["team"],
            "order": order["order"],
            "place": order["place"],
            "day": [monday + dt.timedelta(days=int(one)) for one in day],
            "from_minute": np.floor(order["arrive"] - day * _DAY).astype("int64"),
            "to_minute": np.ceil(order["leave"] - day * _DAY).astype("int64"),
            "name": at["name"],
            "x": at["x"],
            "y": at["y"],
            "expected": order["value"],
            "needed": order["needed"],
            "pinned": order["pinned"],
        }
    ).sort_values(["round", "order"], ignore_index=True)


def why_words(row: Row) -> str:
    """Say why somebody goes there."""
    parts = [f"{dutch.number(row['expected'], decimals=2)} meldingen verwacht"]
    if row["needed"]:
        parts.insert(0, "norm van het plan")
    if row["pinned"]:
        parts.insert(0, "vastgezet")
    return ", ".join(parts)


def round_title(rows: pd.DataFrame) -> str:
    """Name a round: ``Ronde 2: di 24-11-2026, 10:00–12:00``."""
    first, last = rows.iloc[0], rows.iloc[-1]
    return (
        f"Ronde {first['round']}: {WEEKDAYS[first['day'].weekday()]} {dutch.date(first['day'])}, "
        f"{clock(first['from_minute'])}–{clock(last['to_minute'])}"
    )


def _moment(day: dt.date, minute: int, zone: ZoneInfo) -> dt.datetime:
    """Give a local moment; the clock decides, also in the night it is changed."""
    local = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=int(minute))
    return local.replace(tzinfo=zone)


def entries(table: pd.DataFrame, *, zone: str, key: str) -> list[Entry]:
    """Make a calendar entry of every round, with its stops in the title.

    Parameters
    ----------
    table : DataFrame
        Of :func:`stops`.
    zone : str
        IANA name.
    key : str
        Of the plan: a changed plan replaces itself in somebody's calendar.
    """
    local = ZoneInfo(zone)
    found = []
    for number, rows in table.groupby("round", sort=True):
        first, last = rows.iloc[0], rows.iloc[-1]
        names = dutch.join(
            f"{clock(row['from_minute'])} {row['name']}" for row in rows.to_dict("records")
        )
        found.append(
            Entry(
                key=f"{key}-{number}",
                title=f"Ronde {number}: {names}",
                start=_moment(first["day"], first["from_minute"], local),
                end=_moment(last["day"], last["to_minute"], local),
                place=str(first["name"]),
            )
        )
    return found


def _lonlat(table: pd.DataFrame, crs: str) -> NDArray[np.float64]:
    lon, lat = geo.to_lonlat(table["x"].to_numpy(), table["y"].to_numpy(), crs)
    return np.column_stack([lon, lat]).round(6)


def geojson(table: pd.DataFrame, crs: str) -> bytes:
    """Write stops as points and rounds as lines (RFC 7946, longitude and latitude)."""
    places = _lonlat(table, crs)
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": place.tolist()},
            "properties": {
                "ronde": int(row["round"]),
                "stop": int(row["order"]),
                "plek": row["name"],
                "datum": row["day"].isoformat(),
                "van": clock(row["from_minute"]),
                "tot": clock(row["to_minute"]),
            },
        }
        for place, row in zip(places, table.to_dict("records"), strict=True)
    ]
    for number, rows in table.groupby("round", sort=True):
        if len(rows) > 1:
            line = places[rows.index].tolist()
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "LineString", "coordinates": line},
                    "properties": {"ronde": int(str(number)), "titel": round_title(rows)},
                }
            )
    whole = {"type": "FeatureCollection", "features": features}
    return json.dumps(whole, ensure_ascii=False).encode()


def gpx(table: pd.DataFrame, crs: str, *, name: str) -> bytes:
    """Write every round as a route (GPX 1.1), for a telephone or a bicycle computer."""
    places = _lonlat(table, crs)
    top = ET.Element(
        "gpx",
        {
            "version": "1.1",
            "creator": "THOR dashboard",
            "xmlns": "http://www.topografix.com/GPX/1/1",
        },
    )
    ET.SubElement(ET.SubElement(top, "metadata"), "name").text = name
    for _, rows in table.groupby("round", sort=True):
        route = ET.SubElement(top, "rte")
        ET.SubElement(route, "name").text = round_title(rows)
        for number, row in zip(rows.index, rows.to_dict("records"), strict=True):
            lon, lat = places[number]
            point = ET.SubElement(route, "rtept", {"lat": f"{lat:.6f}", "lon": f"{lon:.6f}"})
            ET.SubElement(point, "name").text = f"{clock(row['from_minute'])} {row['name']}"
    return bytes(ET.tostring(top, encoding="utf-8", xml_declaration=True))


# --- on paper ------------------------------------------------------------------------------------

_STYLE: Final = """
@page { size: A4 portrait; margin: 14mm; }
body { font: 12pt/1.4 "Source Sans 3", "Segoe UI", Arial, sans-serif; color: #0E1A33; margin: 0; }
section { break-after: page; } section:last-of-type { break-after: auto; }
h1 { font-size: 20pt; margin: 0 0 2mm; } p { margin: 0 0 3mm; }
svg { width: 182mm; height: 120mm; border: 0.3mm solid #D5DCE6; background: #F3F6FA; }
table { border-collapse: collapse; width: 100%; margin-top: 4mm; }
th, td { text-align: left; padding: 1.6mm 2mm; border-bottom: 0.3mm solid #D5DCE6; }
td.tick { width: 12mm; height: 7mm; border: 0.4mm solid #0E1A33; }
footer { margin-top: 4mm; font-size: 9pt; color: #4A566B; }
"""

#: Metres of the world a map shows at least, and its size in units of its own.
_LEAST: Final = 400.0
_WIDE, _HIGH = 910.0, 600.0


def sheet(table: pd.DataFrame, shapes: Iterable[Any], *, title: str, notes: Sequence[str]) -> bytes:
    """Make a page of A4 for every round, with its map; opens in any browser, prints as it is.

    Parameters
    ----------
    table : DataFrame
        Of :func:`stops`.
    shapes : iterable of polygon
        Boundaries to draw under the round, metres.
    title : str
    notes : sequence of str
        What stands under every page.

    Returns
    -------
    bytes
        One HTML file that asks for nothing else.
    """
    borders = list(shapes)
    pages = "".join(
        _page(rows, borders, title, notes) for _, rows in table.groupby("round", sort=True)
    )
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{_safe(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{pages}</body></html>"
    ).encode()


def _safe(text: object) -> str:
    return html.escape(str(text))


def _page(rows: pd.DataFrame, borders: list[Any], title: str, notes: Sequence[str]) -> str:
    lines = "".join(
        f"<tr><td>{number}</td><td>{clock(row['from_minute'])}–{clock(row['to_minute'])}</td>"
        f"<td>{_safe(row['name'])}</td><td>{_safe(why_words(row))}</td><td class='tick'></td></tr>"
        for number, row in enumerate(rows.to_dict("records"), start=1)
    )
    foot = " ".join(_safe(note) for note in notes)
    return (
        f"<section><h1>{_safe(round_title(rows))}</h1><p>{_safe(title)}</p>{_map(rows, borders)}"
        "<table><thead><tr><th>Nr</th><th>Tijd</th><th>Plek</th><th>Waarom</th><th>Gedaan</th>"
        f"</tr></thead><tbody>{lines}</tbody></table><footer>{foot}</footer></section>"
    )


def _map(rows: pd.DataFrame, borders: list[Any]) -> str:
    """Draw the round on the boundaries, north up, with a bar of metres."""
    x, y = rows["x"].to_numpy(np.float64), rows["y"].to_numpy(np.float64)
    middle_x, middle_y = (x.min() + x.max()) / 2, (y.min() + y.max()) / 2
    metres = max(np.ptp(x) * 1.3, np.ptp(y) * 1.3 * _WIDE / _HIGH, _LEAST)
    scale = _WIDE / metres
    seen = shapely.box(
        middle_x - metres / 2, middle_y - metres * _HIGH / _WIDE / 2,
        middle_x + metres / 2, middle_y + metres * _HIGH / _WIDE / 2,
    )  # fmt: skip

    def drawn(points: NDArray[np.float64]) -> str:
        right = (points[:, 0] - middle_x) * scale + _WIDE / 2
        down = _HIGH / 2 - (points[:, 1] - middle_y) * scale
        return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(right, down, strict=True))

    lines = "".join(
        f'<polyline points="{drawn(shapely.get_coordinates(part))}" fill="none" '
        'stroke="#9AA5B4" stroke-width="1.5"/>'
        for shape in borders
        for part in shapely.get_parts(shapely.intersection(shape.boundary, seen))
        if not part.is_empty and part.geom_type == "LineString"
    )
    at = np.column_stack([x, y])
    way = f'<polyline points="{drawn(at)}" fill="none" stroke="#0B5CAD" stroke-width="4"/>'
    dots = "".join(
        f'<g transform="translate({drawn(at[number : number + 1]).replace(",", " ")})">'
        '<circle r="17" fill="#0B5CAD"/><text text-anchor="middle" dy="7" fill="#FFFFFF" '
        f'font-size="20" font-weight="700">{number + 1}</text></g>'
        for number in range(len(at))
    )
    bar = 100 if metres < 2_000 else 500
    ruler = (
        f'<g transform="translate(20 {_HIGH - 24:.0f})"><line x2="{bar * scale:.1f}" '
        f'stroke="#0E1A33" stroke-width="4"/><text y="-8" font-size="18">{bar} m</text></g>'
        f'<text x="{_WIDE - 30:.0f}" y="34" font-size="24" text-anchor="middle">N ↑</text>'
    )
    label = _safe(f"Kaart van {round_title(rows)} met {len(rows)} genummerde plekken")
    return (
        f'<svg viewBox="0 0 {_WIDE:.0f} {_HIGH:.0f}" role="img" aria-label="{label}">'
        f"{lines}{way}{dots}{ruler}</svg>"
    )

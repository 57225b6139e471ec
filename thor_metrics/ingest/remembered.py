"""What users taught the program: columns of a kind of file, rubriek of a category.

Columns are kept as a small JSON file beside the tables, categories in the ledger with who and
when, so that settings.toml stays what an administrator wrote.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from thor_metrics.errors import SettingsError
from thor_metrics.ledger import Ledger
from thor_metrics.settings import Rubriek, Settings, category_slug, slug

__all__ = ["columns", "map_category", "remember_columns", "with_categories"]


def columns(settings: Settings, headers: Iterable[str]) -> dict[str, str]:
    """Return the columns chosen earlier for a file with exactly these headers."""
    return dict(_read(settings)["columns"].get(_signature(headers), {}))


def remember_columns(settings: Settings, headers: Iterable[str], chosen: Mapping[str, str]) -> None:
    """Keep the columns chosen for files with these headers; an empty choice forgets them."""
    known = _read(settings)
    if chosen:
        known["columns"][_signature(headers)] = dict(chosen)
    else:
        known["columns"].pop(_signature(headers), None)
    _write(settings, known)


def map_category(settings: Settings, category: str, rubriek: str, *, by: str = "") -> int:
    """Put a category (``sub`` or ``main > sub``) in a rubriek from now on.

    Parameters
    ----------
    by : str
        Team or role that decided.

    Returns
    -------
    int
        Number of the decision in the ledger; removing it brings the one before back.

    Raises
    ------
    SettingsError
        When the rubriek does not exist.
    """
    with Ledger.open(settings.data_dir, settings.ledger.url) as ledger:
        known = with_categories(settings, ledger).rubrieken
        if rubriek not in known:
            raise SettingsError(
                f"De rubriek '{rubriek}' bestaat niet. Kies uit {', '.join(known)}."
            )
        return ledger.map_category(category, known[rubriek].theme, rubriek=rubriek, by=by)


def with_categories(settings: Settings, ledger: Ledger | None = None) -> Settings:
    """Return settings with what people decided: added rubrieken, and where categories belong.

    Parameters
    ----------
    settings : Settings
    ledger : Ledger, optional
        Already open; default that of the settings, if anybody ever wrote in it.
    """
    if ledger is None:
        there = settings.ledger.url or (settings.data_dir / "ledger.db").exists()
        if not there:
            return settings
        with Ledger.open(settings.data_dir, settings.ledger.url) as opened:
            return with_categories(settings, opened)
    rubrieken = dict(settings.rubrieken)
    for row in ledger.rubrieken().to_dict("records"):
        rubrieken.setdefault(str(row["key"]), Rubriek(str(row["theme"]), str(row["title"])))
    made = ledger.mappings()
    taught = dict(zip(made["category"], made["rubriek"], strict=True))
    for key, rubriek in rubrieken.items():
        mine = tuple(category for category, to in taught.items() if to == key)
        elsewhere = {category_slug(category) for category, to in taught.items() if to != key}
        kept = tuple(
            category for category in rubriek.categories if category_slug(category) not in elsewhere
        )
        rubrieken[key] = replace(rubriek, categories=kept + mine)
    return replace(settings, rubrieken=rubrieken)


def _signature(headers: Iterable[str]) -> str:
    words = "\n".join(sorted(slug(header) for header in headers))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _file(settings: Settings) -> Path:
    return settings.data_dir / "remembered.json"


def _read(settings: Settings) -> dict[str, dict[str, Any]]:
    try:
        known = json.loads(_file(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = {}
    return {"columns": {}, **known}


def _write(settings: Settings, known: Mapping[str, Any]) -> None:
    path = _file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(known, ensure_ascii=False, indent=2), encoding="utf-8")
    fresh.replace(path)  # all or nothing

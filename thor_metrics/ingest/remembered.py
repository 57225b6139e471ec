"""What users taught the program: columns of a kind of file, rubriek of a category.

Kept as one small JSON file beside the tables, so that settings.toml stays what an administrator
wrote.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from thor_metrics.errors import SettingsError
from thor_metrics.settings import Settings, category_slug, slug

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


def map_category(settings: Settings, category: str, rubriek: str) -> None:
    """Put a category (``sub`` or ``main > sub``) in a rubriek from now on.

    Raises
    ------
    SettingsError
        When the rubriek does not exist.
    """
    if rubriek not in settings.rubrieken:
        raise SettingsError(
            f"De rubriek '{rubriek}' bestaat niet. Kies uit {', '.join(settings.rubrieken)}."
        )
    known = _read(settings)
    known["categories"][category] = rubriek
    _write(settings, known)


def with_categories(settings: Settings) -> Settings:
    """Return settings in which the taught categories belong to their rubriek."""
    taught = _read(settings)["categories"]
    if not taught:
        return settings
    rubrieken = dict(settings.rubrieken)
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
    return {"columns": {}, "categories": {}, **known}


def _write(settings: Settings, known: Mapping[str, Any]) -> None:
    path = _file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(known, ensure_ascii=False, indent=2), encoding="utf-8")
    fresh.replace(path)  # all or nothing

"""What differs per municipality and per machine: settings.toml, then THOR_* variables.

Read once into frozen dataclasses. An unknown key is refused with the keys that do exist: a typo
in a settings file is otherwise a wrong dashboard nobody notices.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import difflib
import os
import re
import tomllib
import types
import typing
import unicodedata
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from thor_metrics.errors import SettingsError
from thor_metrics.model import THEMES, Period, parse_weekdays

__all__ = [
    "DateOrder",
    "Rubriek",
    "Settings",
    "SourceSettings",
    "category_slug",
    "load_settings",
    "slug",
]

DateOrder = Literal["dmy", "mdy", "ymd"]

#: THOR_TOKEN_<SOURCE> holds the bearer token of a source; it is never written in a file.
TOKEN_PREFIX = "THOR_TOKEN_"  # noqa: S105 - the name of a variable, not a token


def slug(text: str) -> str:
    """Reduce a label to what people mean by "the same": no case, accents or punctuation.

    Examples
    --------
    >>> slug("Container-bijplaatsing "), slug("Café's & terrassen")
    ('container bijplaatsing', 'cafe s terrassen')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", plain.casefold()).strip()


def category_slug(category: str) -> str:
    """Reduce ``main > sub``, ``main > *`` or ``sub`` to slugs, joined by ``>``."""
    return ">".join(
        part.strip() if part.strip() == "*" else slug(part) for part in category.split(">")
    )


@dataclass(frozen=True)
class Municipality:
    """Which municipality, in which coordinate system and clock."""

    code: str
    name: str
    crs: str = "EPSG:28992"
    time_zone: str = "Europe/Amsterdam"
    gebied_word: str = "gebied"


@dataclass(frozen=True)
class Data:
    """Where the tables are and how large a file may be."""

    dir: str = "data"
    max_file_mb: int = 500


@dataclass(frozen=True)
class AreaFiles:
    """Where areas come from; paths are relative to the settings file."""

    table: str = ""
    boundaries: str = ""
    code_column: str = ""
    name_column: str = ""
    gebied_column: str = ""


@dataclass(frozen=True)
class Geodata:
    """Map services on the network; all of them may be absent."""

    url: str = ""
    tiles: str = ""
    tiles_attribution: str = ""
    timeout_s: float = 10.0


@dataclass(frozen=True)
class Privacy:
    """Below which numbers nothing is shown."""

    hide_below: int = 10
    hide_sanctions_below: int = 5
    rates_from_inhabitants: int = 250


@dataclass(frozen=True)
class EngineSettings:
    """Which program counts, and how much of the tables it may keep in memory.

    Attributes
    ----------
    url : str
        ``duckdb:``, ``postgresql+psycopg://user@server/database``, ``spark://server:7077`` or
        ``local[2]``. May hold a password, so it is left out of every text made of the settings.
    in_memory_rows : int
        A table with more rows is read from its files at every question (DuckDB only).
    """

    url: str = field(default="duckdb:", repr=False)
    in_memory_rows: int = 3_000_000


@dataclass(frozen=True)
class LedgerSettings:
    """Where people's own work is kept: documents, photos, mappings.

    Attributes
    ----------
    url : str
        ``postgresql+psycopg://user@server/database``; empty is a file in the data folder. May
        hold a password, so it is left out of every text made of the settings.
    """

    url: str = field(default="", repr=False)


@dataclass(frozen=True)
class CalendarSettings:
    """Which days are special in this municipality.

    Attributes
    ----------
    school_region : {"zuid", "noord", "midden"}
        Whose school holidays.
    market : tuple of str
        Weekdays of the weekly market ("wo", "vr").
    koopzondag : {"geen", "eerste", "laatste", "alle"}
        Which Sundays of the month the shops are open; "geen" too where no Sunday differs.
    events : mapping of str to str
        Name -> days as a period is written: ``2026-11-11/2026-11-11`` (last day included).
    """

    school_region: Literal["zuid", "noord", "midden"] = "zuid"
    market: tuple[str, ...] = ()
    koopzondag: Literal["geen", "eerste", "laatste", "alle"] = "geen"
    events: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def market_weekdays(self) -> tuple[int, ...]:
        """Weekday numbers of the market, Monday 0."""
        return parse_weekdays(",".join(self.market))

    @cached_property
    def event_days(self) -> tuple[tuple[str, dt.date, dt.date], ...]:
        """Name, first day and the day after the last one of every event."""
        periods = {name: Period.parse(days) for name, days in self.events.items()}
        return tuple((name, period.start, period.end) for name, period in periods.items())


@dataclass(frozen=True)
class Rubriek:
    """A subject within a theme, and the source categories that belong to it.

    ``categories`` holds ``sub``, ``main > sub`` or ``main > *`` as the source writes them; case,
    accents and punctuation do not count.
    """

    theme: str
    title: str
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceSettings:
    """What one source system cannot tell us itself.

    Attributes
    ----------
    time_zone : str
        Zone of times written without one; empty is the municipality's.
    date_order : {"", "dmy", "mdy", "ymd"}
        Answers what a file cannot decide.
    version : str
        Version or release of the source system: a change is a break in every series.
    url : str
        Address of the API.
    columns : dict of str to str
        Header in the file -> column of the schema, where the synonyms do not suffice.
    """

    time_zone: str = ""
    date_order: Literal["", "dmy", "mdy", "ymd"] = ""
    version: str = ""
    url: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """All settings; see settings.toml for what each means."""

    municipality: Municipality
    data: Data = field(default_factory=Data)
    areas: AreaFiles = field(default_factory=AreaFiles)
    geodata: Geodata = field(default_factory=Geodata)
    privacy: Privacy = field(default_factory=Privacy)
    engine: EngineSettings = field(default_factory=EngineSettings)
    ledger: LedgerSettings = field(default_factory=LedgerSettings)
    calendar: CalendarSettings = field(default_factory=CalendarSettings)
    sources: Mapping[str, SourceSettings] = field(default_factory=dict)
    rubrieken: Mapping[str, Rubriek] = field(default_factory=dict)
    #: Folder of the settings file; relative paths start here.
    root: Path = Path()

    def path(self, relative: str) -> Path:
        """Return a path of the settings file as an absolute path."""
        return (self.root / relative).resolve()

    @property
    def data_dir(self) -> Path:
        """Folder of the tables."""
        return self.path(self.data.dir)

    def source(self, name: str) -> SourceSettings:
        """Return the settings of a source; defaults when the file has none."""
        return self.sources.get(name, SourceSettings())

    @cached_property
    def rubriek_of(self) -> dict[str, str]:
        """Slug of ``sub``, ``main > sub`` or ``main > *`` -> rubriek key."""
        return {
            category_slug(category): key
            for key, rubriek in self.rubrieken.items()
            for category in rubriek.categories
        }


def token(source: str) -> str | None:
    """Return the bearer token of a source from the environment, or ``None``."""
    return os.environ.get(TOKEN_PREFIX + source.upper()) or None


def load_settings(
    file: Path | str = "settings.toml",
    *,
    data_dir: Path | str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Read a settings file and the THOR_* variables over it.

    Parameters
    ----------
    file : path
        A TOML file.
    data_dir : path, optional
        Wins over the file and the environment (the command line's ``--data``).
    environ : mapping
        ``THOR_<SECTION>_<KEY>`` replaces one value; ``THOR_SETTINGS`` is not read here.

    Raises
    ------
    SettingsError
        When the file is missing, is no TOML, or holds an unknown key or a wrong type.
    """
    path = Path(file).resolve()
    try:
        # Windows Notepad puts a byte order mark in front; "utf-8-sig" takes it off.
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, IsADirectoryError):
        raise SettingsError(
            f"Het instellingenbestand {path.name} is er niet. Kopieer settings.toml uit de "
            "projectmap of geef een ander bestand op met --settings."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name} is geen geldige TOML: {error}.") from None
    except UnicodeDecodeError:
        raise SettingsError(
            f"{path.name} is niet in UTF-8 geschreven. Sla het opnieuw op als UTF-8."
        ) from None
    for name, value in environ.items():
        _override(raw, name, value)
    if data_dir is not None:
        _override(raw, "THOR_DATA_DIR", str(Path(data_dir).resolve()))
    if "municipality" not in raw:
        raise SettingsError(f"{path.name} mist het blok [municipality] met minstens code en name.")
    settings: Settings = replace(_build(Settings, raw, where=""), root=path.parent)
    known = {theme.key for theme in THEMES}
    for key, rubriek in settings.rubrieken.items():
        if rubriek.theme not in known:
            raise SettingsError(
                f"Rubriek '{key}' noemt het thema '{rubriek.theme}', dat niet bestaat. "
                f"Kies uit {', '.join(sorted(known))}."
            )
    # Read now, or a typo in a date would come up on a screen.
    _ = settings.calendar.market_weekdays, settings.calendar.event_days
    return settings


def _override(raw: dict[str, Any], name: str, value: str) -> None:
    """Put one THOR_<SECTION>_<KEY> variable over the file."""
    match = re.fullmatch(r"THOR_(MUNICIPALITY|DATA|AREAS|GEODATA|PRIVACY|ENGINE)_([A-Z_]+)", name)
    if match and isinstance(block := raw.setdefault(match[1].lower(), {}), dict):
        block[match[2].lower()] = value


def _build(wanted: Any, value: Any, *, where: str) -> Any:
    """Turn parsed TOML into the wanted dataclass, mapping, tuple or scalar."""
    origin = typing.get_origin(wanted)
    if isinstance(wanted, type) and hasattr(wanted, "__dataclass_fields__"):
        return _build_record(wanted, value, where=where)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        item = typing.get_args(wanted)[1]
        _block(value, where)
        return types.MappingProxyType(
            {key: _build(item, part, where=f"{where}.{key}") for key, part in value.items()}
        )
    if origin is tuple:
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise SettingsError(
                f'{where} moet een lijst van teksten zijn: ["een", "twee"]. Gevonden: {value!r}.'
            )
        return tuple(value)
    if origin is Literal:
        if value not in typing.get_args(wanted):
            options = ", ".join(f'"{option}"' for option in typing.get_args(wanted))
            raise SettingsError(f"{where} mag {options} zijn. Gevonden: {value!r}.")
        return value
    if wanted in (int, float):
        return _number(wanted, value, where=where)
    if not isinstance(value, wanted):
        raise SettingsError(f"{where} moet tekst tussen aanhalingstekens zijn: {value!r}.")
    return value


def _number(wanted: type[int | float], value: Any, *, where: str) -> int | float:
    """Read a number of the file, or of an environment variable (text)."""
    number = None
    # bool is an int in Python, and int(4.9) is 4: neither is what was written.
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        with contextlib.suppress(ValueError, OverflowError):
            number = wanted(value)
    if number is None or (not isinstance(value, str) and number != value):
        kind = "geheel getal" if wanted is int else "getal"
        raise SettingsError(f"{where} moet een {kind} zijn. Gevonden: {value!r}.")
    return number


def _block(value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise SettingsError(f"{where} moet een blok zijn, zoals [{where}]. Gevonden: {value!r}.")


def _build_record(wanted: type, value: Any, *, where: str) -> Any:
    _block(value, where)
    hints = typing.get_type_hints(wanted)
    # The folder of the file is found, not written in it.
    names = [item.name for item in fields(wanted) if item.name != "root"]
    for key in value:
        if key not in names:
            near = difflib.get_close_matches(key, names, 1)
            hint = f" Bedoelde u '{near[0]}'?" if near else f" Bekend zijn: {', '.join(names)}."
            raise SettingsError(f"Onbekende instelling '{f'{where}.{key}'.lstrip('.')}'.{hint}")
    built = {
        key: _build(hints[key], part, where=f"{where}.{key}".lstrip("."))
        for key, part in value.items()
    }
    for item in fields(wanted):
        if item.name not in built and item.default is item.default_factory is MISSING:
            raise SettingsError(f"Blok [{where}] mist de instelling '{item.name}'.")
    return wanted(**built)

"""The files of a Signalen export, column by column as the program writes them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sample_data.city import City, wgs84
from sample_data.draws import Flags, Ints, Keys, Moments, mixed, pick, unit
from sample_data.kinds import INTERNAL, KINDS, PHONE, THEMES
from sample_data.signalen_history import FIRST_GUESS, REPORTED, Export, History
from sample_data.textfile import decimal, only, postgres, utc, whole, words, write_csv

SOURCES = ("app", "online", "Telefoon – KCC", "E-mail", "Interne melding")
SHARE_CONTACT_IN_TEXT, SHARE_WITH_CONTACT = 0.006, 0.6

_COMMA = ","
_STATES = (
    ("m", "Gemeld"), ("b", "In behandeling"), ("o", "Afgehandeld"), ("a", "Geannuleerd"),
    ("reopened", "Heropend"),
)  # fmt: skip
_STATE_TEXTS = (
    "", "We zijn ermee bezig.", "De melding is afgehandeld. Bedankt voor uw melding!",
    "Geen taak gemeente", "Melder belt: staat er nog",
)  # fmt: skip
_USERS = ("behandelaar.een@example.com", "behandelaar.twee@example.com")
_INVENTED = 100
_HOUR = np.timedelta64(1, "h")
_YEAR = np.timedelta64(365, "D")


def write_categories(folder: Path, export: Export, history: History) -> int:
    """Write categories.csv; the deadline counts from the first report."""
    kind = history.value
    service = np.array([item.service_days for item in KINDS])[kind]
    signalled = export.created[history.signal]
    return write_csv(
        folder / "categories.csv",
        {
            "id": whole(np.arange(1, len(kind) + 1)),
            "main": words([item.old[0] for item in KINDS], kind, _COMMA),
            "sub": words([item.old[1] for item in KINDS], kind, _COMMA),
            "departments": words([_departments(item.theme) for item in KINDS], kind, _COMMA),
            "created_at": (moment := postgres(history.moment)),
            "updated_at": moment,
            "extra_properties": "null",
            "_signal_id": whole(history.signal + 1),
            "deadline": postgres(_working_days_later(signalled, service)),
            "deadline_factor_3": postgres(_working_days_later(signalled, 3 * service)),
        },
        separator=_COMMA,
    )


def _departments(theme: str) -> str:
    return {"afval": "Stadsbeheer, THOR", "niet_ingedeeld": "Stadsbeheer"}.get(theme, "THOR")


def _working_days_later(moment: Moments, days: Ints) -> Moments:
    """Same time of day a number of Mondays to Fridays later; holidays count, as in Signalen."""
    day = moment.astype("datetime64[D]")
    later: Moments = np.busday_offset(day, days, roll="backward") + (moment - day)
    return later


def write_locations(folder: Path, export: Export, history: History) -> int:
    """Write locations.csv with longitude and latitude in each other's column, as Signalen does."""
    city, here = export.city, export.rows.iloc[history.signal]
    guess = history.value == FIRST_GUESS
    angle = 2 * np.pi * unit(export.key, 18)[history.signal]
    x = here["x"].to_numpy() + guess * 150 * np.cos(angle)
    y = here["y"].to_numpy() + guess * 150 * np.sin(angle)
    buurt = np.where(guess, city.buurten.at(x, y), here["buurt"].to_numpy())
    lon, lat = wgs84(x, y)
    shown = here["at_address"].to_numpy() & ~guess
    columns = _address_columns(city, here["point"].to_numpy(), shown)
    code = words(list(city.buurten.code), buurt, _COMMA)
    return write_csv(
        folder / "locations.csv",
        {
            "id": whole(np.arange(1, len(x) + 1)),
            "lat": decimal(lon.round(7)),
            "lng": decimal(lat.round(7)),
            "stadsdeel": code,
            "buurt_code": "",
            "address": columns["address"],
            "address_text": columns["address_text"],
            "created_at": (moment := postgres(history.moment)),
            "updated_at": moment,
            "extra_properties": "null",
            "_signal_id": whole(history.signal + 1),
            "address_street": columns["street"],
            "address_number": columns["number"],
            "address_postalcode": columns["postcode"],
            "address_city": columns["city"],
            "area_code": code,
            "area_name": words(list(city.buurten.name), buurt, _COMMA),
        },
        separator=_COMMA,
    )


def _address_columns(city: City, point: Ints, shown: Flags) -> dict[str, pa.Array]:
    """Texts per address, made once for every address of the city."""
    parts = list(zip(city.street, city.number, city.postcode, strict=True))
    as_json = [
        json.dumps(
            {
                "postcode": postcode.replace(" ", ""),
                "huisletter": "",
                "huisnummer": number,
                "woonplaats": "Maastricht",
                "openbare_ruimte": street,
                "huisnummer_toevoeging": "",
            },
            ensure_ascii=False,
        )
        for street, number, postcode in parts
    ]
    lines = [
        f"{street} {number} {postcode.replace(' ', '')} Maastricht"
        for street, number, postcode in parts
    ]
    postcodes = [postcode.replace(" ", "") for postcode in city.postcode]
    return {
        "address": only(words(as_json, point, _COMMA), shown, "null"),
        "address_text": only(words(lines, point, _COMMA), shown),
        "street": only(words(list(city.street), point, _COMMA), shown, "null"),
        "number": only(words(list(city.number), point, _COMMA), shown, "null"),
        "postcode": only(words(postcodes, point, _COMMA), shown, "null"),
        "city": only(words(["Maastricht"], np.zeros_like(point), _COMMA), shown, "null"),
    }


def write_statuses(folder: Path, export: Export, history: History) -> int:
    """Write statuses.csv."""
    by_hand = history.value != REPORTED
    user = words(_USERS, pick(export.key, 19, len(_USERS))[history.signal], _COMMA)
    return write_csv(
        folder / "statuses.csv",
        {
            "id": whole(np.arange(1, len(history.signal) + 1)),
            "text": words(_STATE_TEXTS, history.value, _COMMA),
            "user": only(user, by_hand),
            "target_api": "",
            "state_display": words([label for _, label in _STATES], history.value, _COMMA),
            "extern": "False",
            "created_at": (moment := postgres(history.moment)),
            "updated_at": moment,
            "extra_properties": "null",
            "_signal_id": whole(history.signal + 1),
            "state": words([state for state, _ in _STATES], history.value, _COMMA),
        },
        separator=_COMMA,
    )


def write_reporters(folder: Path, export: Export) -> int:
    """Write invented people and count those with contact data; after a year they are forgotten."""
    key, channel = export.key, export.rows["channel"].to_numpy()
    forgotten = export.created < export.moment - _YEAR
    reachable = (channel != INTERNAL) & (unit(key, 20) < SHARE_WITH_CONTACT) & ~forgotten
    by_phone = reachable & ((channel == PHONE) | (unit(key, 21) < 0.3))
    by_mail = reachable & (channel != PHONE)
    person = pick(key, 22, _INVENTED)
    write_csv(
        folder / "reporters.csv",
        {
            "id": whole(np.arange(1, len(key) + 1)),
            "email": only(words(_mail_addresses(), person, _COMMA), by_mail),
            "phone": only(words(_phone_numbers(), person, _COMMA), by_phone),
            "is_anonymized": words(["False", "True"], forgotten.astype(np.int64), _COMMA),
            "created_at": (moment := postgres(export.created)),
            "updated_at": moment,
            "extra_properties": "null",
            "_signal_id": whole(np.arange(1, len(key) + 1)),
        },
        separator=_COMMA,
    )
    return int(reachable.sum())


def _mail_addresses() -> list[str]:
    return [f"melder{number}@example.com" for number in range(_INVENTED)]


def _phone_numbers() -> list[str]:
    return [f"06000000{number:02d}" for number in range(_INVENTED)]


def write_signals(
    folder: Path, export: Export, *, categories: History, locations: History, statuses: History
) -> int:
    """Write signals.csv and count the texts with contact data."""
    rows, key = export.rows, export.key
    count = np.arange(1, len(rows) + 1)
    occurred = utc(rows["occurred"].to_numpy())
    known = rows["occurred_known"].to_numpy()
    ends = known & (rows["theme"].to_numpy() == THEMES.index("sociaal")) & (unit(key, 23) < 0.2)
    numbers = pd.Series(count, index=rows["uid"])
    is_child = rows["parent_uid"].to_numpy() > 0
    parent = numbers.reindex(rows["parent_uid"]).fillna(0).to_numpy().astype(np.int64)
    with_contact = unit(key, 24) < SHARE_CONTACT_IN_TEXT
    moment = postgres(export.created)
    write_csv(
        folder / "signals.csv",
        {
            "id": whole(count),
            "signal_uuid": _uuids(key),
            "source": words(SOURCES, rows["channel"].to_numpy(), _COMMA),
            "text": _texts(rows["kind"].to_numpy(), key, is_child, with_contact),
            "text_extra": "",
            "incident_date_start": only(postgres(occurred), known),
            "incident_date_end": only(postgres(occurred + _HOUR), ends),
            "created_at": moment,
            "updated_at": postgres(statuses.last_moment),
            "operational_date": "",
            "expire_date": "",
            "image": "",
            "upload": "",
            "extra_properties": _extra_properties(rows["kind"].to_numpy(), key),
            "category_assignment_id": whole(categories.current),
            "location_id": whole(locations.current),
            "reporter_id": whole(count),
            "status_id": whole(statuses.current),
            "priority": words(["normal", "high", "low"], _priority(key), _COMMA),
            "priority_created_at": moment,
            "parent": whole(parent, is_child & (parent > 0)),
            "type": "SIG",
            "type_created_at": moment,
            "directing_departments_assignment_id": "",
        },
        separator=_COMMA,
    )
    return int((with_contact & ~is_child).sum())


def _uuids(key: Keys) -> pa.Array:
    """Version 4 in form, drawn from the row's own number."""
    halves = np.stack([mixed(key, 25), mixed(key, 26)], axis=1).astype(">u8")
    letters = np.frombuffer(halves.tobytes().hex().encode(), dtype="S1").reshape(-1, 32).copy()
    letters[:, 12], letters[:, 16] = b"4", b"a"
    dash = np.full((len(key), 1), b"-", dtype="S1")
    parts = np.hsplit(letters, [8, 12, 16, 20])
    whole_line = np.hstack(
        [parts[0], dash, parts[1], dash, parts[2], dash, parts[3], dash, parts[4]]
    )
    return pa.array(np.ascontiguousarray(whole_line).view("S36").ravel()).cast(pa.string())


def _texts(kind: Ints, key: Keys, is_child: Flags, with_contact: Flags) -> pa.Array:
    """Pick an invented description; a few hold an invented address of the melder."""
    start = np.cumsum([0, *(len(item.texts) for item in KINDS)])
    flat = [text for item in KINDS for text in item.texts]
    number = start[kind] + (unit(key, 27) * np.diff(start)[kind]).astype(np.int64)
    mail = [f"{text}. Mail mij op melder{index}@example.com" for index, text in enumerate(flat)]
    plain = words(flat, number, _COMMA)
    chosen = pc.if_else(pa.array(with_contact), words(mail, number, _COMMA), plain)
    return pc.if_else(pa.array(is_child), "Deelmelding", chosen)


def _extra_properties(kind: Ints, key: Keys) -> pa.Array:
    """Answers to extra questions for part of waste and people, else the word null."""
    waste = [
        {"id": "extra_afval", "label": "Waar komt het afval vandaan, denkt u?", "answer": answer}
        for answer in ("Onbekend", "Bewoners", "Een bedrijf")
    ]
    people = [
        {
            "id": "extra_personen_overig",
            "label": "Om hoeveel personen gaat het?",
            "answer": {"id": name, "label": label, "info": ""},
        }
        for name, label in (("1-3", "1 - 3"), ("4-6", "4 - 6"), ("7_of_meer", "7 of meer"))
    ]
    choices = ["null", *(json.dumps([answer], ensure_ascii=False) for answer in waste + people)]
    theme = np.array([item.theme for item in KINDS], dtype=object)[kind]
    asked = unit(key, 28) < 0.5
    number = np.select(
        [asked & (theme == "afval"), asked & (theme == "sociaal")],
        [1 + pick(key, 29, 3), 4 + pick(key, 29, 3)],
        default=0,
    )
    return words(choices, number, _COMMA)


def _priority(key: Keys) -> Ints:
    return np.searchsorted([0.93, 0.98], unit(key, 30), side="right")

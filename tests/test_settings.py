"""A settings file is understood completely or refused with a way out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thor_metrics.errors import SettingsError
from thor_metrics.model import THEMES
from thor_metrics.settings import category_slug, load_settings, slug, token

PROJECT = Path(__file__).parent.parent

SMALL = '[municipality]\ncode = "GM0001"\nname = "Voorbeeld"\n'


@pytest.fixture
def write(tmp_path):
    """Write a settings file and read it, without this machine's THOR_* variables."""

    def _write(text: str, **environ: str):
        file = tmp_path / "settings.toml"
        file.write_text(text, encoding="utf-8")
        return load_settings(file, environ=environ)

    return _write


def test_the_smallest_file_takes_dutch_defaults(write, tmp_path):
    settings = write(SMALL)

    assert settings.municipality.crs == "EPSG:28992"
    assert settings.municipality.time_zone == "Europe/Amsterdam"
    assert settings.data_dir == (tmp_path / "data").resolve()
    assert settings.privacy.hide_below == 10
    assert settings.source("unheard_of").date_order == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SMALL + "[privacy]\nhide_bellow = 5\n", "'privacy.hide_bellow'. Bedoelde u 'hide_below'?"),
        (SMALL + "[areas]\nqqq = 1\n", "'areas.qqq'. Bekend zijn: table, boundaries"),
        (SMALL + "[privcy]\n", "'privcy'. Bedoelde u 'privacy'?"),
        ('root = "/"\n' + SMALL, "Onbekende instelling 'root'"),
        (
            SMALL + '[sources.fixi]\ntimezone = "UTC"\n',
            "'sources.fixi.timezone'. Bedoelde u 'time_z",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_the_likely_one(write, text, message):
    with pytest.raises(SettingsError) as refusal:
        write(text)

    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[municipality]\nname = "X"\n', "mist de instelling 'code'"),
        ("", r"mist het blok \[municipality\]"),
        ("municipality = 3\n", "municipality moet een blok zijn"),
        (SMALL + 'sources = "fixi"\n', "Onbekende instelling 'municipality.sources'"),
        ("sources = 3\n" + SMALL, "sources moet een blok zijn"),
        (SMALL + "[data]\ndir = 3\n", "data.dir moet tekst tussen aanhalingstekens zijn: 3"),
        (SMALL + '[data]\nmax_file_mb = "veel"\n', "data.max_file_mb moet een geheel getal zijn"),
        (SMALL + "[data]\nmax_file_mb = 4.9\n", "geheel getal zijn. Gevonden: 4.9"),
        (SMALL + "[data]\nmax_file_mb = true\n", "geheel getal zijn. Gevonden: True"),
        (SMALL + "[data]\nmax_file_mb = inf\n", "geheel getal zijn. Gevonden: inf"),
        (SMALL + "[data]\nmax_file_mb = []\n", r"geheel getal zijn. Gevonden: \[\]"),
        (
            SMALL + '[sources.x]\ndate_order = "ymm"\n',
            'date_order mag "", "dmy", "mdy", "ymd" zijn',
        ),
        (
            SMALL + '[rubrieken.a]\ntheme = "afval"\ntitle = "A"\ncategories = "Huisafval"\n',
            "rubrieken.a.categories moet een lijst van teksten zijn",
        ),
        (
            SMALL + '[rubrieken.a]\ntheme = "lawaai"\ntitle = "A"\n',
            "Rubriek 'a' noemt het thema 'lawaai', dat niet bestaat. Kies uit afval",
        ),
        ("municipality = [", "is geen geldige TOML"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(write, text, message):
    with pytest.raises(SettingsError, match=message):
        write(text)


def test_a_missing_file_says_where_to_get_one(tmp_path):
    with pytest.raises(SettingsError, match=r"Kopieer settings.toml uit de projectmap"):
        load_settings(tmp_path / "nowhere.toml")
    with pytest.raises(SettingsError, match=r"Kopieer settings.toml uit de projectmap"):
        load_settings(tmp_path)


def test_what_windows_notepad_saves(tmp_path):
    file = tmp_path / "settings.toml"

    file.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert load_settings(file, environ={}).municipality.name == "Voorbeeld"

    file.write_bytes(SMALL.replace("Voorbeeld", "Belvédère").encode("cp1252"))
    with pytest.raises(SettingsError, match="Sla het opnieuw op als UTF-8"):
        load_settings(file, environ={})


# --- environment -------------------------------------------------------------------------------


def test_the_environment_wins_over_the_file_and_data_dir_over_both(tmp_path, write):
    text = SMALL + '[data]\ndir = "file"\nmax_file_mb = 10\n'

    settings = write(text, THOR_DATA_DIR="machine", THOR_DATA_MAX_FILE_MB="20", OTHER="x")

    assert settings.data_dir == (tmp_path / "machine").resolve()
    assert settings.data.max_file_mb == 20
    asked = load_settings(
        tmp_path / "settings.toml",
        data_dir=tmp_path / "asked",
        environ={"THOR_DATA_DIR": "machine"},
    )
    assert asked.data_dir == (tmp_path / "asked").resolve()


def test_the_environment_can_fill_a_block_the_file_does_not_have(write):
    settings = write(SMALL, THOR_GEODATA_TIMEOUT_S="2.5", THOR_PRIVACY_HIDE_BELOW="10")

    assert settings.geodata.timeout_s == 2.5
    assert settings.privacy.hide_below == 10


def test_a_mistyped_variable_is_refused_too(write):
    with pytest.raises(SettingsError, match=r"'data.dirr'. Bedoelde u 'dir'"):
        write(SMALL, THOR_DATA_DIRR="x")


def test_a_token_comes_from_the_environment_only(monkeypatch, write):
    monkeypatch.setenv("THOR_TOKEN_SIGNALEN_API", "geheim")
    monkeypatch.setenv("THOR_TOKEN_OPEN311", "")

    assert token("signalen_api") == "geheim"
    assert token("open311") is None
    with pytest.raises(SettingsError, match=r"'sources.signalen_api.token'"):
        write(SMALL + '[sources.signalen_api]\ntoken = "geheim"\n')


# --- categories --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "reduced"),
    [
        ("Container-bijplaatsing", "container bijplaatsing"),
        ("container is  VOL!", "container is vol"),
        ("Cafés & terrassen", "cafes terrassen"),
        ("Afval > Veeg- / zwerfvuil", "afval>veeg zwerfvuil"),
        ("Parkeren > *", "parkeren>*"),
        ("", ""),
    ],
)
def test_case_accents_and_punctuation_of_a_category_do_not_count(category, reduced):
    assert category_slug(category) == reduced


@given(st.text())
def test_reducing_twice_changes_nothing(text):
    assert slug(slug(text)) == slug(text)
    assert category_slug(category_slug(text)) == category_slug(text)


def test_rubriek_of_finds_a_category_however_it_is_written(write):
    settings = write(
        SMALL
        + '[rubrieken.perron]\ntheme = "afval"\ntitle = "P"\ncategories = ["Container-Vol"]\n'
        + '[rubrieken.parkeren]\ntheme = "parkeren"\ntitle = "Q"\ncategories = ["Parkeren > *"]\n'
    )

    assert settings.rubriek_of == {"container vol": "perron", "parkeren>*": "parkeren"}


# --- the files in the project ------------------------------------------------------------------

SHIPPED = [PROJECT / "settings.toml", *sorted((PROJECT / "examples").glob("*.toml"))]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_file_is_in_order(file):
    settings = load_settings(file, environ={})

    places = Counter(
        category
        for rubriek in settings.rubrieken.values()
        for category in {category_slug(category) for category in rubriek.categories}
    )
    assert not [category for category, count in places.items() if count > 1]
    assert {rubriek.theme for rubriek in settings.rubrieken.values()} <= {t.key for t in THEMES}


def test_every_theme_of_the_plan_has_a_rubriek():
    settings = load_settings(PROJECT / "settings.toml", environ={})

    assert {rubriek.theme for rubriek in settings.rubrieken.values()} == {t.key for t in THEMES}


def test_settings_cannot_be_changed(write):
    settings = write(SMALL + '[sources.fixi]\ntime_zone = "UTC"\n')

    with pytest.raises(AttributeError):
        settings.municipality.name = "Elders"
    with pytest.raises(TypeError):
        settings.sources["fixi"] = None

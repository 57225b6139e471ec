"""The door: who a header or value is about. The window: what a total gives away."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thor_metrics.privacy import (
    HARD_KINDS,
    formula_cells,
    hide_small,
    is_hard,
    mostly_personal,
    personal_header,
    personal_values,
)
from thor_metrics.privacy import values as values_room
from thor_metrics.schema import TABLES


def kinds(*values, **options):
    return personal_values(pd.Series(values, dtype="str"), **options).to_list()


# -- headers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Naam", "naam"),
        ("Achternaam melder", "naam"),
        ("naam_melder", "naam"),
        ("Melder", "naam"),
        ("reporter_id", "naam"),
        ("Kenteken", "kenteken"),
        ("kentekennr voertuig", "kenteken"),
        ("BSN", "BSN"),
        ("Burgerservicenummer (BSN)", "BSN"),
        ("Telefoon", "telefoonnummer"),
        ("Tel.", "telefoonnummer"),
        ("Mobiel nummer", "telefoonnummer"),
        ("E-mail", "e-mailadres"),
        ("EmailAdres", "e-mailadres"),
        ("assigned_user_email", "e-mailadres"),
        ("IBAN", "bankrekening"),
        ("Rekeningnummer", "bankrekening"),
        ("Bonnummer", "bonnummer"),
        ("verbalisantnummer", "medewerker"),
        ("BOA-nummer", "medewerker"),
        ("Behandelaar", "medewerker"),
        ("createdBy", "medewerker"),
        ("assigned_to", "medewerker"),
        ("Geboortedatum", "geboortedatum"),
        ("Straat", "adres"),
        ("Straatnaam", "adres"),
        ("Huisnr.", "adres"),
        ("Postcode", "adres"),
        ("Omschrijving", "vrije tekst"),
        ("text_extra", "vrije tekst"),
        ("Notities", "vrije tekst"),
        ("Opmerking(en)", "vrije tekst"),
        ("Toelichting melding", "vrije tekst"),
    ],
)
def test_header_promises_personal_data(header, kind):
    assert personal_header(header) == kind


@pytest.mark.parametrize(
    "header",
    [
        "Buurtnaam", "Naam buurt", "categoryName", "service_name", "Gebiedsnaam", "Team naam",
        "Aantal gecontroleerde kentekens", "Aantal telefoontjes", "Status", "Datum",
        "Hoofdcategorie", "Zaaknummer", "X-coördinaat", "Meldkanaal", "Objecttype",
        "Kolom 3", "", "Inzet (uren)",
        "Telling", "Rekening houden met", "Contactmoment", "Mobileos", "Gemeld op",
    ],
)  # fmt: skip
def test_header_that_is_fine(header):
    assert personal_header(header) is None


def test_no_header_of_our_own_tables_is_of_a_forbidden_kind():
    for table in TABLES.values():
        for column in table.inputs:
            for header in (column.name, column.title, *column.synonyms):
                assert not is_hard(personal_header(header)), header


def test_hard_kinds_are_those_no_column_can_hold():
    assert "BSN" in HARD_KINDS
    assert "naam" not in HARD_KINDS  # the name of an object is one of our columns
    assert not is_hard(None)


# -- values ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("123456782", "BSN"),
        ("111222333", "BSN"),
        ("1234.56.782", "BSN"),
        ("BSN 123456782 bekend", "BSN"),
        ("jan.jansen@example.nl", "e-mailadres"),
        ("bel j@b.nl", "e-mailadres"),
        ("NL91 ABNA 0417 1643 00", "bankrekening"),
        ("NL91ABNA0417164300", "bankrekening"),
        ("BE68539007547034", "bankrekening"),
        ("06-12345678", "telefoonnummer"),
        ("0612345678", "telefoonnummer"),
        ("06 12 34 56 78", "telefoonnummer"),
        ("043-3504040", "telefoonnummer"),
        ("043 350 40 40", "telefoonnummer"),
        ("+31 6 12345678", "telefoonnummer"),
        ("+32 475 12 34 56", "telefoonnummer"),
        ("0031612345678", "telefoonnummer"),
        ("bel 06-12345678 voor info", "telefoonnummer"),
        ("12-ABC-3".replace("ABC", "BDF"), "kenteken"),
        ("auto GH-123-K fout", "kenteken"),
        ("6211 XX", "adres"),
        ("6211xx 12", "adres"),
        ("x" * 121, "vrije tekst"),
        ("een twee " * 8, "vrije tekst"),
    ],
)
def test_value_that_identifies(value, kind):
    assert kinds(value) == [kind]


@pytest.mark.parametrize(
    "code",
    ["XX-99-99", "99-99-XX", "99-XX-99", "XX-99-XX", "XX-XX-99", "99-XX-XX", "99-XXX-9",
     "9-XXX-99", "XX-999-X", "X-999-XX", "XXX-99-X", "X-99-XXX", "9-XX-999", "999-XX-9"],
)  # fmt: skip
def test_every_sidecode_with_and_without_dashes(code):
    letters, digits = itertools.cycle("GHKZ"), itertools.cycle("1234")
    plate = "".join(
        next(letters) if sign == "X" else next(digits) if sign == "9" else sign for sign in code
    )
    bare = plate.replace("-", "")

    assert kinds(plate, plate.lower()) == ["kenteken", "kenteken"]
    # Four digits and two letters is a postcode as well: personal either way.
    assert kinds(bare) == ["adres" if code == "99-99-XX" else "kenteken"]


@pytest.mark.parametrize(
    "value",
    [
        "C2025-0001", "AB-12", "Z2026-00101", "1-1523590121", "BU09350003", "GM0935", "WK093500",
        "123456789", "20250602", "19991231", "175995", "175.995", "178.410", "5.68534", "50.85289",
        "02-06-2025 08:12", "06-06-2026 12:00", "2025-06-06T08:12:44.120339+02:00", "1-mrt-26",
        "06-06-2026", "0,5", "1240", "513,00", "Overlast van en door personen of groepen",
        "Huis- & bedrijfsafval", "Container bijplaatsing", "Milieuperron Herbenusstraat",
        "In behandeling", "App", "R315b", "A2", "2026-H1", "", "MS2025", "2026-W23", "@",
        "2e straat", "14043", "0900-1234", "12345678", "Route 12 a", "Blad 1",
    ],
)  # fmt: skip
def test_value_that_is_fine(value):
    assert pd.isna(kinds(value)[0])


def test_values_keep_their_index_and_missing_stays_missing():
    values = pd.Series(["a@b.nl", None, "Afval"], index=[7, 3, 9], dtype="str")

    found = personal_values(values)

    assert found.index.to_list() == [7, 3, 9]
    assert found.isna().to_list() == [False, True, True]


def test_numbers_of_a_spreadsheet_are_read_as_digits():
    found = personal_values(pd.Series([123456782.0, 175995.5, np.nan]))

    assert found.isna().to_list() == [False, True, True]


def test_case_numbers_that_pass_the_bsn_check_by_chance_are_kept():
    numbers = pd.Series([f"{number}" for number in range(100_000_000, 100_000_500)], dtype="str")

    # One in eleven passes: as values of an ordinary column they would be BSNs.
    assert personal_values(numbers).notna().sum() > 30
    assert personal_values(numbers, is_key=True).isna().all()
    assert mostly_personal(numbers) is None


def bsns(how_many):
    found = []
    for number in range(100_000_000, 200_000_000):
        if pd.notna(kinds(str(number))[0]):
            found.append(str(number))
            if len(found) == how_many:
                return found
    raise AssertionError


def test_a_key_of_which_most_are_bsn_is_refused_and_a_single_hit_is_chance():
    people = bsns(20)

    assert mostly_personal(pd.Series(people, dtype="str")) == "BSN"
    assert kinds(*people, "100000001", is_key=True)[:20] == ["BSN"] * 20
    assert mostly_personal(pd.Series(people[:3], dtype="str")) == "BSN"
    assert mostly_personal(pd.Series(people[:2], dtype="str")) is None


def test_a_key_of_plates_is_refused_and_running_numbers_are_not():
    plates = ["GB-123-K", "12-HJK-4", "KL-98-PR", "7-ZVB-33"]
    running = [f"ZK-{number:02d}-{number:02d}" for number in range(30)]

    assert mostly_personal(pd.Series(plates, dtype="str")) == "kenteken"
    assert mostly_personal(pd.Series(running, dtype="str")) is None
    assert pd.isna(kinds("ZK1234", "ZK1235", "ZK1236", is_key=True)).all()


def test_a_key_with_mail_addresses_is_refused_each():
    assert kinds("Z1", "jan@example.nl", is_key=True)[1] == "e-mailadres"


@given(st.integers(10_000_000, 999_999_999))
def test_bsn_check_is_the_weighted_sum(number):
    digits = f"{number:09d}"
    weighted = sum(w * int(d) for w, d in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True))
    passes = weighted % 11 == 0

    assert (kinds(digits)[0] == "BSN") is passes


@given(st.lists(st.sampled_from(["a@b.nl", "Afval", "123456782", None, "12-BDF-3"]), max_size=30))
def test_values_are_judged_one_by_one(values):
    series = pd.Series(values, dtype="str")

    together = personal_values(series)

    for position in range(len(series)):
        alone = personal_values(series.iloc[[position]])
        assert together.iloc[[position]].equals(alone)


# -- formulas --------------------------------------------------------------------------------


def test_formulas_are_told_from_numbers_and_dates():
    values = pd.Series(
        ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|", "\t=HYPERLINK()", "  =A1",
         "-3,5", "+31", "-", "--", "Afval", "+31 6 12345678", "-5", None, "10-12-2025", "- geen"],
        dtype="str",
    )  # fmt: skip

    assert formula_cells(values).to_list() == [True] * 6 + [False] * 9 + [True]


# -- small counts ----------------------------------------------------------------------------


def hide(counts, *, below=5, about_people=True, within=None, **columns):
    frame = pd.DataFrame({"count": counts, **columns})
    return hide_small(frame, "count", about_people=about_people, below=below, within=within)


def test_small_counts_are_hidden_zero_and_large_stay():
    shown = hide([0, 1, 4, 5, 20])

    assert shown["hidden"].to_list() == [False, True, True, False, False]
    assert shown["count"].isna().to_list() == [False, True, True, False, False]
    assert shown["count"].dropna().to_list() == [0, 5, 20]


def test_one_hidden_cell_gets_company_so_the_total_does_not_tell():
    # 30 in total; 10 + 17 shown would give away the 3.
    assert hide([10, 3, 17])["hidden"].to_list() == [True, True, False]


def test_two_ones_get_company_because_their_sum_leaves_one_possibility():
    assert hide([10, 1, 1])["hidden"].to_list() == [True, True, True]
    assert hide([10, 4, 4])["hidden"].to_list() == [True, True, True]
    assert hide([10, 1, 2])["hidden"].to_list() == [False, True, True]


def test_a_zero_is_hidden_only_when_nothing_else_is_left():
    assert hide([0, 3, 0])["hidden"].to_list() == [True, True, False]


def test_groups_are_protected_apart():
    shown = hide([10, 3, 10, 20, 2, 1], within=["area"], area=["a", "a", "a", "b", "b", "b"])

    assert shown["hidden"].to_list() == [True, True, False, False, True, True]


def test_only_counts_about_people_are_hidden_but_others_keep_them_company():
    shown = hide([2, 3, 40], about_people=pd.Series([True, False, False]))

    assert shown["hidden"].to_list() == [True, True, False]
    assert not hide([2, 3], about_people=False)["hidden"].any()


def test_a_group_of_one_is_hidden_as_it_is():
    assert hide([3])["hidden"].to_list() == [True]


def test_nothing_is_hidden_below_two():
    # Zero is shown, so a hidden cell could only be 1: hiding it would tell.
    assert not hide([1, 0, 7], below=2)["hidden"].any()


def test_the_input_is_left_alone():
    frame = pd.DataFrame({"count": [1, 9]})

    hide_small(frame, "count", about_people=True, below=5)

    assert frame["count"].to_list() == [1, 9]


@given(
    st.lists(st.integers(0, 12), min_size=2, max_size=6),
    st.integers(3, 6),
)
def test_hidden_means_two_or_none_and_small_is_never_shown(counts, below):
    shown = hide(counts, below=below)
    hidden = shown["hidden"].to_numpy()

    assert hidden.sum() != 1
    assert all(hidden[i] for i, count in enumerate(counts) if 0 < count < below)
    assert shown["count"][~hidden].to_list() == [
        c for c, h in zip(counts, hidden, strict=True) if not h
    ]
    if not any(0 < count < below for count in counts):
        assert not hidden.any()


@pytest.mark.parametrize(("cells", "below", "top"), [(2, 3, 9), (3, 3, 8), (3, 4, 10), (4, 3, 7)])
def test_nobody_who_knows_total_and_rule_can_work_a_cell_back(cells, below, top):
    """Try every table: with the same total and the same screen a hidden cell can be two things.

    The one exception is a group of which every cell is 1: there is nothing left to hide behind,
    and its total is so small that a caller hides that.
    """
    same_screen = {}
    for counts in itertools.product(range(top + 1), repeat=cells):
        if sum(counts) > top:
            continue  # the other possibilities may lie outside what is tried
        hidden = tuple(hide(list(counts), below=below)["hidden"])
        screen = tuple(None if h else c for c, h in zip(counts, hidden, strict=True))
        same_screen.setdefault((screen, sum(counts)), []).append(counts)
    for (screen, _), tables in same_screen.items():
        if tables == [(1,) * cells]:
            continue
        for position in range(cells):
            if screen[position] is None:
                assert len({table[position] for table in tables}) > 1, (screen, tables)


@given(st.text("GHKZ0123456789-. @ab", max_size=16), st.sampled_from(["", "auto ", " "]))
def test_the_first_sieve_lets_everything_through_that_is_judged(text, before):
    """Values are judged after a cheap pattern: it must never rule out a hit."""
    value = before + text
    judged = values_room._kind_of(value)

    assert kinds(value) == [judged] or (judged is None and pd.isna(kinds(value)[0]))

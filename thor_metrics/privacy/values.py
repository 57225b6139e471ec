"""Values that identify a person, and cells a spreadsheet would run; over distinct values only."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from thor_metrics.privacy.headers import ADDRESS, FREE_TEXT

__all__ = ["formula_cells", "mostly_personal", "personal_values"]

_EMAIL = re.compile(r"[^\s@<>;,]+@[^\s@<>;,]+\.[A-Za-z]{2,}")
_IBAN = re.compile(
    r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?(?![A-Z0-9])"
)
_PHONE = re.compile(
    r"(?<![\d.,/-])(?:"
    # Mobile and fixed numbers; the separator between groups is the same throughout, or a date
    # with a time ("06-06-2026 12:00") would be one.
    r"06(?:[-\s]?\d{8}|[-\s]{0,3}\d{2}([-\s.])\d{2}\1\d{2}\1\d{2}|[-\s]{0,3}\d{4}[-\s]\d{4})"
    r"|0[1-57-9]\d(?:[-\s]{0,3}\d{7}|[-\s]{1,3}\d{3}[-\s]\d{2}[-\s]\d{2}|[-\s]{1,3}\d{3}[-\s]\d{4})"
    r"|0[1-57-9]\d{2}(?:[-\s]{1,3}\d{6}|[-\s]{1,3}\d{2}[-\s]\d{2}[-\s]\d{2})"
    r"|(?:\+|00)[1-9]\d(?:[-\s]?\(0\))?(?:[-\s]?\d){7,11}"
    r")(?![\d:])"
)
_BSN = re.compile(
    r"(?<![\w.,/-])(?:\d{8,9}|\d{3}[.\s]\d{3}[.\s]\d{3}|\d{4}\.\d{2}\.\d{3})(?![\w.,/-]*\d)"
)
_DATE8 = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_POSTCODE = re.compile(r"[1-9]\d{3}\s?(?!SA|SD|SS)[A-Z]{2}(?:\s.*)?", re.IGNORECASE)

#: Letters and digits of the fourteen Dutch sidecodes, dashes apart.
_SIDECODES: Final = (
    "XX-99-99", "99-99-XX", "99-XX-99", "XX-99-XX", "XX-XX-99", "99-XX-XX", "99-XXX-9",
    "9-XXX-99", "XX-999-X", "X-999-XX", "XXX-99-X", "X-99-XXX", "9-XX-999", "999-XX-9",
)  # fmt: skip
_PLATE_WITH_DASHES = re.compile(
    # A dashed date with a Dutch month ("1-mrt-26") has the form of sidecode 8.
    r"(?<![\w-])(?!\d{1,2}-mrt-)(?:"
    + "|".join(code.replace("X", "[A-Z]").replace("9", r"\d") for code in _SIDECODES)
    + r")(?![\w-])",
    re.IGNORECASE,
)
#: Since 1978 plates have no vowels; without dashes that keeps ordinary codes out.
_PLATE_BARE = re.compile(
    "|".join(
        code.replace("-", "").replace("X", "[BDFGHJ-NPR-TV-XZ]").replace("9", r"\d")
        for code in _SIDECODES[3:]
    )
)
#: The three oldest forms look like a code with a number or a year; GM0935 is a municipality.
_PLATE_OLD_BARE = re.compile(
    r"(?!GM|[A-Z]{2}(?:19|20)\d\d)[A-Z]{2}\d{4}|\d{4}[A-Z]{2}|\d{2}[A-Z]{2}\d{2}"
)

_LONG_TEXT = 120
_MANY_WORDS = 15

#: Cheap first sieve over distinct values, in RE2: what cannot be personal is not looked at.
_SUSPECT = (
    r"@|\d[\d\s.\-()]{6,}\d|[A-Za-z]{2}\d{2}\s?[A-Za-z0-9]{4}|\d{4}\s?[A-Za-z]{2}\b"
    r"|^\s*[A-Za-z0-9]{6}\s*$|\d-[A-Za-z]|[A-Za-z]-\d"
)
_SURE_SUSPECT = r"@|[A-Za-z]{2}\d{2}\s?[A-Za-z0-9]{4}"


def _eleven_test(digits: str) -> bool:
    """Tell whether eight or nine digits pass the BSN check: sum of 9..2 and -1 times digit."""
    padded = digits.zfill(9)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, padded, strict=True))
    return total % 11 == 0 and int(digits) > 9_999_999 // 10


def _is_iban(text: str) -> bool:
    """Tell whether a text keeps the IBAN check (ISO 13616: mod 97 is 1)."""
    bare = re.sub(r"\s", "", text)
    if not 15 <= len(bare) <= 34:
        return False
    moved = bare[4:] + bare[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def _bsn_in(text: str) -> bool:
    for found in _BSN.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if not (len(digits) == 8 and _DATE8.fullmatch(digits)) and _eleven_test(digits):
            return True
    return False


def _plate_in(text: str) -> bool:
    if _PLATE_WITH_DASHES.search(text):
        return True
    bare = text.strip().upper()
    return bool(_PLATE_BARE.fullmatch(bare) or _PLATE_OLD_BARE.fullmatch(bare))


def _kind_of(text: str) -> str | None:
    """Kind of personal data in one value of an ordinary column, the surest first."""
    if _EMAIL.search(text):
        return "e-mailadres"
    if any(_is_iban(found[0]) for found in _IBAN.finditer(text.upper())):
        return "bankrekening"
    if _PHONE.search(text):
        return "telefoonnummer"
    if _bsn_in(text):
        return "BSN"
    if _POSTCODE.fullmatch(text.strip()):
        return ADDRESS
    if _plate_in(text):
        return "kenteken"
    return None


def _sure_kind_of(text: str) -> str | None:
    """Kinds that no case number has by chance."""
    if _EMAIL.search(text):
        return "e-mailadres"
    if any(_is_iban(found[0]) for found in _IBAN.finditer(text.upper())):
        return "bankrekening"
    return None


def personal_values(values: pd.Series, *, is_key: bool = False) -> pd.Series:
    """Tell per value which kind of personal data it holds.

    Works on distinct values, so a column of a few categories costs next to nothing.

    Parameters
    ----------
    values : Series
        Text or numbers (numbers are read as whole digits).
    is_key : bool
        The column holds case numbers. One in eleven of all nine-digit numbers passes the BSN
        check and a running number can look like a plate or a telephone number, so there those
        kinds count only when the column as a whole cannot be chance (see
        :func:`mostly_personal`).

    Returns
    -------
    Series of str
        Dutch kind, missing where nothing is wrong; same index.
    """
    codes, distinct = _distinct(values)
    if is_key:
        found = dict(_judged(distinct, _SURE_SUSPECT, _sure_kind_of))
        if whole := _key_kind(distinct):
            kind, test = whole
            texts = enumerate(distinct.to_pylist())
            found = {spot: kind for spot, text in texts if test(text)} | found
    else:
        found = dict.fromkeys(_long(distinct), FREE_TEXT)
        found |= dict(_judged(distinct, _SUSPECT, _kind_of))
    if not found:
        return pd.Series(pd.NA, index=values.index, dtype="str")
    kinds = np.full(len(distinct) + 1, None, dtype=object)
    kinds[list(found)] = list(found.values())
    return pd.Series(kinds[codes], index=values.index, dtype="str")


def mostly_personal(values: pd.Series) -> str | None:
    """Tell which kind of personal data a whole column holds, if it does.

    At least half of the distinct values must be of one kind, and for BSN more than chance (one in
    eleven passes) explains: Chernoff's bound on that chance below 0.001, which three of three or
    seven of thirteen reach.

    Returns
    -------
    str or None
    """
    _, distinct = _distinct(values)
    if whole := _key_kind(distinct):
        return whole[0]
    kinds = Counter(_sure_kind_of(text) for text in _sample(distinct))
    kind, count = kinds.most_common(1)[0] if kinds else (None, 0)
    return kind if 2 * count >= kinds.total() else None


#: Distinct case numbers looked at to judge a column; more cannot change "most of them".
_KEY_SAMPLE = 2_000


def _whole_bsn(text: str) -> bool:
    return bool(_BSN.fullmatch(text.strip())) and _bsn_in(text)


def _whole_plate(text: str) -> bool:
    bare = text.strip().upper()
    return bool(_PLATE_WITH_DASHES.fullmatch(bare) or _PLATE_BARE.fullmatch(bare))


def _whole_phone(text: str) -> bool:
    return bool(_PHONE.fullmatch(text.strip()))


def _sample(distinct: pa.Array) -> list[str]:
    step = max(1, len(distinct) // _KEY_SAMPLE)
    return distinct[::step][:_KEY_SAMPLE].to_pylist()


def _key_kind(distinct: pa.Array) -> tuple[str, Callable[[str], bool]] | None:
    """Kind that most case numbers are, with its test; ``None`` when it may be chance."""
    sample = _sample(distinct)
    passes = sum(map(_whole_bsn, sample))
    if _beyond_chance(passes, len(sample), 1 / 11):
        return "BSN", _whole_bsn
    plates = [text for text in sample if _whole_plate(text)]
    # Running numbers share their letters ("ZK-10-01"); plates do not.
    letters = {re.sub(r"[^A-Z]", "", text.upper()) for text in plates}
    if len(plates) >= 3 and 2 * len(plates) >= len(sample) and 2 * len(letters) >= len(plates):
        return "kenteken", _whole_plate
    phones = sum(map(_whole_phone, sample))
    if phones >= 3 and 2 * phones >= len(sample):
        return "telefoonnummer", _whole_phone
    return None


def _beyond_chance(passes: int, tried: int, chance: float) -> bool:
    share = passes / tried if tried else 0.0
    if share < 0.5:
        return False
    rest = 0.0 if share == 1 else (1 - share) * math.log((1 - share) / (1 - chance))
    return tried * (share * math.log(share / chance) + rest) > math.log(1_000)


def _distinct(values: pd.Series) -> tuple[np.ndarray, pa.Array]:
    """Code per row (-1 missing) and the distinct values as text."""
    if not isinstance(values.dtype, pd.StringDtype):
        if pd.api.types.is_float_dtype(values):
            # A BSN typed as a number in Excel is 123456782.0 here; a coordinate is no BSN.
            whole = values.where(values % 1 == 0)
            values = whole.map("{:.0f}".format, na_action="ignore")
        values = values.astype("str")
    texts = pa.array(values, type=pa.large_string(), from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    coded = pc.dictionary_encode(texts)
    return pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), coded.dictionary


def _judged(
    distinct: pa.Array, pattern: str, judge: Callable[[str], str | None]
) -> Iterator[tuple[int, str]]:
    """Judge the texts a cheap pattern does not rule out: their position and kind."""
    mask = pc.match_substring_regex(distinct, pattern)
    positions = np.flatnonzero(mask.to_numpy(zero_copy_only=False))
    for position, text in zip(positions.tolist(), distinct.filter(mask).to_pylist(), strict=True):
        if kind := judge(text):
            yield position, kind


def _long(distinct: pa.Array) -> list[int]:
    long = pc.greater(pc.utf8_length(distinct), _LONG_TEXT)
    wordy = pc.greater_equal(pc.count_substring(distinct, " "), _MANY_WORDS)
    return np.flatnonzero(pc.or_(long, wordy).to_numpy(zero_copy_only=False)).tolist()


def formula_cells(values: pd.Series) -> pd.Series:
    """Tell which text cells a spreadsheet would run: they start with ``= + - @`` and more.

    Numbers ("-3,5", "+31"), dates and a lone dash are no formulas. Tabs and returns in front do
    not hide one (OWASP, "CSV injection").

    Returns
    -------
    Series of bool
        Same index; missing is ``False``.
    """
    if not isinstance(values.dtype, pd.StringDtype):
        return pd.Series(False, index=values.index)
    codes, distinct = _distinct(values)
    found = [position for position, _ in _judged(distinct, r"^\s*[=+\-@]", _formula)]
    if not found:
        return pd.Series(False, index=values.index)
    return pd.Series(np.isin(codes, found), index=values.index)


def _formula(text: str) -> str | None:
    bare = text.strip()
    harmless = re.fullmatch(r"[+-]?[\d\s.,:/%€-]*|-+", bare)
    return None if len(bare) < 2 or harmless else "formule"

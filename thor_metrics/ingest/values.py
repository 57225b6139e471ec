"""Texts of a file -> numbers, booleans and words of the schema. Column at a time, never a loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from thor_metrics.settings import slug

__all__ = ["NumberStyle", "by_distinct", "canonical", "number_style", "numbers", "texts", "truths"]

#: How points are used in a column: 1.234 is twelve hundred or one and a bit.
NumberStyle = Literal["thousands", "decimal"]

_ONE_POINT_GROUP = r"\d{1,3}\.\d{3}"
_POINT_GROUPS = r"-?\d{1,3}(\.\d{3})+(,\d*)?"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$"
_YES = {"ja", "j", "yes", "y", "true", "t", "1", "waar", "x"}
_NO = {"nee", "n", "no", "false", "f", "0", "onwaar"}


@dataclass(frozen=True)
class Numbers:
    """Numbers of a column and the cells that hold something else.

    Attributes
    ----------
    found : ndarray of float64
        NaN where missing or unreadable.
    unreadable : ndarray of bool
    """

    found: np.ndarray
    unreadable: np.ndarray


def by_distinct(values: pd.Series, function: Callable[[str], object]) -> pd.Series:
    """Apply a function to the distinct texts only; missing stays missing.

    A million rows hold a few dozen categories: what costs a microsecond may be done per text.
    """
    codes, distinct = pd.factorize(values)
    results = pd.array([function(str(text)) for text in distinct], dtype=object)
    taken = np.empty(len(values), dtype=object)
    known = codes >= 0
    taken[known] = np.asarray(results, dtype=object)[codes[known]]
    return pd.Series(taken, index=values.index, dtype="str")


def texts(values: pd.Series) -> pd.Series:
    """Strip, and make empty cells missing. Whole numbers from a spreadsheet lose their ``.0``."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        whole = values.notna() & (values % 1 == 0)
        out = values.astype("str")
        return out.mask(whole, values.where(whole).astype("Int64").astype("str"))
    out = values.astype("str").str.strip()
    return out.mask(out == "")


def number_style(values: pd.Series, *, coordinates: bool = False) -> NumberStyle:
    """Decide what a point means in a column, from the column as a whole.

    A comma anywhere makes points thousands (Dutch). Without commas, points are decimals as soon
    as one value cannot be grouped by three (``5.68534``); when all can (``178.410``, ``1.240``)
    they are thousands. Coordinates may also be degrees rounded to three decimals (``50.852``,
    ``-118.499``): small or negative ones are.
    """
    if not isinstance(values.dtype, pd.StringDtype):
        return "decimal"
    some = values.dropna().str.strip()
    some = some[some != ""]
    if some.str.contains(",", regex=False).any():
        return "thousands"
    pointed = some[some.str.contains(".", regex=False)]
    if len(pointed) and pointed.str.fullmatch(_POINT_GROUPS).all():
        lonely = pointed.str.fullmatch(_ONE_POINT_GROUP)
        small = lonely.all() and (pd.to_numeric(pointed, errors="coerce") < 90).all()
        negative = pointed.str.startswith("-").any()
        return "decimal" if coordinates and (small or negative) else "thousands"
    return "decimal"


def numbers(values: pd.Series, *, style: NumberStyle) -> Numbers:
    """Read a column of numbers written the Dutch or the computer's way.

    Parameters
    ----------
    values : Series
        Text or numbers.
    style : {"thousands", "decimal"}
        From :func:`number_style`, decided once per column and file.
    """
    if pd.api.types.is_numeric_dtype(values):
        out = values.to_numpy(np.float64, na_value=np.nan)
        return Numbers(out, np.zeros(len(out), bool))
    clean = pa.array(values, pa.string())
    if style == "thousands":
        clean = pc.replace_substring(pc.replace_substring(clean, ".", ""), ",", ".")
    try:  # most columns hold numbers only, and then this is all there is to do
        read = clean.cast(pa.float64())
    except pa.ArrowInvalid:
        return _some_numbers(clean)
    if pc.all(pc.is_finite(read)).as_py() is False:
        return _some_numbers(clean)
    return Numbers(read.to_numpy(zero_copy_only=False), np.zeros(len(read), bool))


def _some_numbers(cells: pa.Array) -> Numbers:
    """Read the cells that are numbers; money signs and spaces may stand around them."""
    clean = pc.replace_substring_regex(cells, r"[€\s\x{a0}]", "")
    readable = pc.match_substring_regex(clean, _NUMBER)
    read = pc.if_else(readable, clean, None).cast(pa.float64())
    filled = pc.fill_null(pc.not_equal(clean, ""), False)
    unreadable = pc.and_not(filled, pc.fill_null(readable, False))
    return Numbers(read.to_numpy(zero_copy_only=False), unreadable.to_numpy(zero_copy_only=False))


def truths(values: pd.Series) -> pd.Series:
    """Read ja/nee and its relatives; anything else is missing."""
    if pd.api.types.is_bool_dtype(values):
        return values.astype("boolean")
    words = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
    codes, distinct = pd.factorize(texts(values))
    known = pd.array([words.get(text.casefold()) for text in distinct], dtype="boolean")
    return pd.Series(known.take(codes, allow_fill=True), index=values.index)


def canonical(values: pd.Series, words: Mapping[str, str], fallback: str) -> pd.Series:
    """Translate a source's words to the schema's; missing becomes what "" means, if anything."""
    told = by_distinct(values, lambda text: words.get(slug(text), fallback) if slug(text) else "")
    empty = words.get("", fallback)
    return told.mask(told.isna() | (told == ""), empty)

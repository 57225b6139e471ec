"""Which theme and rubriek of the plan a row belongs to: settings decide, never guesses."""

from __future__ import annotations

import pandas as pd

from thor_metrics.ingest.values import by_distinct
from thor_metrics.model import THEMES
from thor_metrics.settings import Settings, slug

__all__ = ["UNMAPPED", "classify"]

#: Theme of rows whose category the settings do not know; they are kept and listed.
UNMAPPED = "niet_ingedeeld"

_THEME_WORDS = {
    **{slug(theme.key): theme.key for theme in THEMES},
    **{slug(theme.title): theme.key for theme in THEMES},
    "sociaal": "sociaal",
    "fietsen": "fiets",
    "fietsoverlast": "fiets",
    "parkeeroverlast": "parkeren",
    "afvaloverlast": "afval",
    "evenement": "evenementen",
}


def classify(
    settings: Settings,
    *,
    main: pd.Series,
    sub: pd.Series | None = None,
    theme: pd.Series | None = None,
) -> pd.DataFrame:
    """Map categories to theme and rubriek.

    Parameters
    ----------
    settings : Settings
        ``rubrieken`` lists the categories of each rubriek.
    main, sub : Series of str
        Categories as the source wrote them; for controls and the like ``main`` is the kind.
    theme : Series of str, optional
        Theme as the file named it; used where the category is unknown.

    Returns
    -------
    DataFrame
        ``theme`` and ``rubriek`` (missing when unmapped), same index. ``main > sub`` wins over
        ``sub``, that over ``main > *``, that over ``main`` standing alone.
    """
    index = main.index
    if sub is None:
        sub = pd.Series(pd.NA, index=index, dtype="str")
    mains, main_words = pd.factorize(main.fillna(""))
    subs, sub_words = pd.factorize(sub.fillna(""))
    codes, distinct = pd.factorize(mains * len(sub_words) + subs)
    pairs = zip(
        main_words.take(distinct // len(sub_words)),
        sub_words.take(distinct % len(sub_words)),
        strict=True,
    )
    found = pd.array([_rubriek(settings, *pair) for pair in pairs], dtype="str")
    theme_of = {key: item.theme for key, item in settings.rubrieken.items()}
    themes = pd.array([theme_of.get(key) for key in found], dtype="str")
    rubriek = pd.Series(found.take(codes), index=index)
    out = pd.Series(themes.take(codes), index=index)
    if theme is not None:
        told = by_distinct(theme, lambda text: _THEME_WORDS.get(slug(text)))
        out = out.where(out.notna(), told)
    return pd.DataFrame({"theme": out.fillna(UNMAPPED), "rubriek": rubriek}, index=index)


def _rubriek(settings: Settings, main: str, sub: str) -> str | None:
    known = settings.rubriek_of
    main, sub = slug(main), slug(sub)
    for key in (f"{main}>{sub}", sub, f"{main}>*", main):
        if key and key in known:
            return known[key]
    return None

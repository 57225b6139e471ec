"""What all charts share: made once, Dutch, quiet axes, one scale of amounts."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any, Final, ParamSpec

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thor_metrics.model import MONTHS
from thor_metrics.views.look import Look

__all__ = [
    "LABEL", "WORDS", "Spec", "amount", "ink_on", "layers", "once", "shares",
]  # fmt: skip

#: A Vega-Lite description; the data come beside it.
Spec = dict[str, Any]

_Given = ParamSpec("_Given")

_NUMBERS: Final = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€ ", ""]}
_TIMES: Final = {
    "dateTime": "%a %e %B %Y %X",
    "date": "%d-%m-%Y",
    "time": "%H:%M:%S",
    "periods": ["", ""],
    "days": ["zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"],
    "shortDays": ["zo", "ma", "di", "wo", "do", "vr", "za"],
    "months": [
        "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
        "oktober", "november", "december",
    ],
    "shortMonths": list(MONTHS),
}  # fmt: skip

LABEL: Final = 15
_AXIS: Final = 14

WORDS = alt.Tooltip("words:N")


def once(make: Callable[_Given, Any]) -> Callable[_Given, Spec]:
    """Make a description once per set of arguments; each caller gets a copy of its own."""
    kept: Callable[..., Spec] = functools.lru_cache(maxsize=256)(
        lambda *given, **options: _finished(make(*given, **options))
    )

    @functools.wraps(make)
    def fresh(*given: _Given.args, **options: _Given.kwargs) -> Spec:
        return copy.deepcopy(kept(*given, **options))

    return fresh


def _finished(chart: Any) -> Spec:
    """Give a chart Dutch numbers and months, quiet axes and text a projector can show."""
    spec: Spec = (
        chart.configure(locale=alt.Locale(number=_NUMBERS, time=_TIMES))
        .configure_view(strokeWidth=0)
        .configure_axis(labelFontSize=_AXIS, titleFontSize=_AXIS, domain=False, ticks=False)
        .to_dict()
    )
    spec.pop("data", None)
    # Streamlit leaves room below for an axis, also where there is none.
    return spec | {"padding": {"left": 5, "right": 10, "top": 5, "bottom": 5}}


def layers(*parts: alt.Chart) -> Any:
    """Draw layers over each other, from the one set of rows the page sends."""
    # A name instead of the rows: types are then taken from the shorthand, and nothing is sent.
    return alt.layer(*parts, data=alt.NamedData("rows"))


def amount(look: Look) -> alt.Color:
    """Colours of amount: nine even steps from nought to the largest number there is.

    By ``share`` and not by ``count``, so that one description serves all numbers.
    """
    scale = alt.Scale(domain=[0, 1], range=list(look.steps), interpolate="rgb")
    return alt.Color("share:Q", scale=scale, legend=None)


def shares(counts: pd.Series) -> pd.Series:
    """Counts as a part of the largest; missing stays missing, and all noughts stay nought."""
    top = counts.max()
    return counts / top if pd.notna(top) and top > 0 else counts * 0.0


def ink_on(part: pd.Series, look: Look) -> NDArray[np.object_]:
    """Text colour per cell: the one that can be read on its colour, or on the page if hidden."""
    step = (part.fillna(0.0) * (len(look.steps) - 1)).round().astype(int)
    return np.where(part.isna(), look.ink, np.array(look.on_steps)[step.to_numpy()])

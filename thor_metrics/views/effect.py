"""What changed beside an action, in words that claim no more than was measured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import pandas as pd

from thor_metrics import dutch, effects
from thor_metrics.indicators.effect import NOT_JUDGED, EffectStudy
from thor_metrics.views.deeds import Colour

__all__ = [
    "SIGNS", "comparison_words", "course_rows", "displacement_words", "dose_words", "forest_rows",
    "needed_words", "ratio_words", "verdict_sentence",
]  # fmt: skip

#: Verdict -> icon and colour of its badge.
SIGNS: Final[Mapping[str, tuple[str, Colour]]] = {
    effects.LESS: (":material/trending_down:", "green"),
    effects.MORE: (":material/trending_up:", "orange"),
    effects.NO_DIFFERENCE: (":material/trending_flat:", "gray"),
    effects.TOO_FEW: (":material/hourglass_empty:", "gray"),
    NOT_JUDGED: (":material/block:", "gray"),
}


def verdict_sentence(study: EffectStudy, place: str) -> str:
    """Say what may be said, in one sentence."""
    if study.verdict == NOT_JUDGED:
        return f"Over {place} is nog niets te zeggen."
    if study.verdict == effects.TOO_FEW:
        return f"Er zijn te weinig meldingen op {place} om iets over een verschil te zeggen."
    if study.verdict == effects.NO_DIFFERENCE:
        return f"Op {place} is tijdens de actie geen verschil aan te tonen met hoe het elders ging."
    return (
        f"Op {place} kwamen er tijdens de actie {study.verdict} meldingen dan je zou verwachten "
        "van hoe het elders ging."
    )


def ratio_words(study: EffectStudy) -> str:
    """Say the counts first, then the ratio with its interval; empty where hidden."""
    if study.place is None or study.elsewhere is None:
        return ""
    before, after = study.place
    told = (
        f"Op de plek: **{dutch.number(before)}** meldingen ervoor, **{dutch.number(after)}** "
        f"tijdens. Elders: {dutch.number(study.elsewhere[0])} ervoor, "
        f"{dutch.number(study.elsewhere[1])} tijdens."
    )
    found = study.estimate
    if found is None or not math.isfinite(float(found.low)) or study.verdict == effects.TOO_FEW:
        return told
    return (
        f"{told} Dat is **{dutch.number(float(found.ratio), decimals=2)}** keer wat te verwachten "
        f"was; met 95 % zekerheid tussen {dutch.number(float(found.low), decimals=2)} en "
        f"{dutch.number(float(found.high), decimals=2)} (1 is geen verschil)."
    )


def needed_words(study: EffectStudy) -> str:
    """Say how much data it would take to show a fifth less; empty where that is not known."""
    if study.needed is None or study.place is None or study.verdict in {effects.LESS, effects.MORE}:
        return ""
    return (
        f"Om een vijfde minder te kunnen aantonen waren ervoor ongeveer "
        f"{dutch.number(study.needed)} meldingen nodig geweest; het waren er "
        f"{dutch.number(study.place[0])}. Een langere actie, of dezelfde actie op meer plekken "
        "samen, geeft meer zekerheid."
    )


def displacement_words(study: EffectStudy) -> str:
    """Say whether nuisance moved to the ring; empty where that cannot be told."""
    if study.moved is None or study.ring is None:
        return ""
    before, after = study.ring
    total = dutch.number(abs(study.moved.difference))
    way = "minder" if study.moved.difference < 0 else "meer"
    told = (
        f"In de ring van 150 meter eromheen: {dutch.number(before)} ervoor, "
        f"{dutch.number(after)} tijdens. Plek en ring samen: ongeveer {total} meldingen {way} dan "
        f"verwacht (tussen {dutch.signed(study.moved.low)} en {dutch.signed(study.moved.high)})."
    )
    if math.isnan(study.quotient):
        return told
    word = (
        "Er is geen teken dat het is verplaatst."
        if study.quotient > _HARDLY
        else "Een deel kan zijn verplaatst naar de ring."
        if study.quotient > -1
        else "Er kwam in de ring meer bij dan er op de plek af ging."
    )
    return f"{told} {word} (WDQ {dutch.number(study.quotient, decimals=2)}; een beschrijving.)"


def dose_words(study: EffectStudy) -> str:
    """Say what was done, before and during."""
    if study.dose is None:
        return ""
    before, after = study.dose.visits
    if after is None:
        return "Hoeveel controles er waren is hier niet te tonen."
    minutes = study.dose.minutes[1]
    hours = "" if math.isnan(minutes) else f" ({dutch.number(minutes / 60, decimals=1)} mensuren)"
    weeks = f" in {study.windows.weeks} weken" if study.windows.weeks else ""
    then = "" if before is None else f"; ervoor, in evenveel weken, {dutch.number(before)}"
    return f"{dutch.amount(after, 'controle', 'controles')}{hours}{weeks}{then}."


def comparison_words(study: EffectStudy) -> str:
    """Say which weeks are compared with which."""
    windows = study.windows
    if windows.before is None or windows.after is None:
        return f"{windows.why} {windows.note}".strip()
    return (
        f"Tijdens: {windows.after.words()} ({windows.weeks} weken). Ervoor: "
        f"{windows.before.words()}, even lang. De plek viel op in {windows.selected.words()}; die "
        f"weken tellen nergens mee. {windows.note}"
    ).strip()


def course_rows(study: EffectStudy) -> pd.DataFrame:
    """Rows of :func:`thor_metrics.views.charts.effect_course`, with a sentence each."""
    weeks = study.weeks
    if weeks is None or weeks.empty:
        return pd.DataFrame()
    words = [
        f"Week van {dutch.date(row['week'])}: {dutch.amount(row['count'], 'melding', 'meldingen')} "
        f"op de plek; naar hoe het elders ging zouden het er "
        f"{dutch.number(row['usual'], decimals=1)} zijn"
        for row in weeks.to_dict("records")
    ]
    first = weeks["window"].ne("") & ~weeks["window"].duplicated()
    ends = weeks.groupby("window")["week"].transform("max") + pd.Timedelta(days=7)
    return weeks.assign(
        words=words,
        week=weeks["week"].dt.strftime(_ISO),
        until=(weeks["week"] + pd.Timedelta(days=6)).dt.strftime(_ISO),
        band_to=ends.dt.strftime(_ISO).where(first, ""),
    )


def forest_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the picture of all actions: those with an interval, smallest ratio first."""
    shown = rows[rows["ratio"].gt(0) & rows["low"].gt(0) & rows["high"].lt(math.inf)]
    # An interval of "anything goes" would flatten all others.
    low, high = shown["low"].clip(lower=_LEAST), shown["high"].clip(upper=_MOST)
    words = [
        f"{row['title']}: {row['verdict']}, {dutch.number(row['ratio'], decimals=2)} "
        f"({dutch.number(row['low'], decimals=2)} tot {dutch.number(row['high'], decimals=2)})"
        for row in shown.to_dict("records")
    ]
    found = shown.assign(left=low, right=high, words=words)
    columns = ["title", "kind", "verdict", "ratio", "left", "right", "se_log", "words"]
    return found.sort_values("ratio")[columns].reset_index(drop=True)


_LEAST, _MOST = 0.2, 5.0

_ISO: Final = "%Y-%m-%d"

#: A quotient this near nought is chance in the ring.
_HARDLY: Final = -0.1

"""What a report is written from: the tables, what people keep, and the places."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from thor_metrics import deeds
from thor_metrics.engine import Engine
from thor_metrics.geo import AreaMap
from thor_metrics.indicators.places import names_near
from thor_metrics.indicators.questions import QUESTIONS, with_privacy
from thor_metrics.model import SERIES, Selection
from thor_metrics.plan import read_plan
from thor_metrics.progress import Papers, State, states
from thor_metrics.settings import Settings

__all__ = ["Facts"]


@dataclass(frozen=True)
class Facts:
    """Everything a report may look at; the same facts give the same report.

    Attributes
    ----------
    engine : Engine
    settings : Settings
    areas : AreaMap
    papers : Papers
        Documents, photos and actions.
    prefaces : DataFrame
        Words people wrote: :meth:`thor_metrics.ledger.sharing.Sharing.prefaces`.
    versions : mapping of str to int
        Of every table.
    sample : bool
        The data are made up.
    """

    engine: Engine
    settings: Settings
    areas: AreaMap
    papers: Papers
    prefaces: pd.DataFrame
    versions: Mapping[str, int]
    sample: bool

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """Names of buurten and rubrieken by key."""
        titles = {key: rubriek.title for key, rubriek in self.settings.rubrieken.items()}
        return titles | dict(zip(self.areas.codes, self.areas.names, strict=True))

    @property
    def below(self) -> int:
        """Counts about people under this are hidden."""
        return self.settings.privacy.hide_below

    def ask(self, question: str, selection: Selection, **options: Any) -> Any:
        """Ask one of :data:`~thor_metrics.indicators.questions.QUESTIONS`, small numbers hidden."""
        plain = with_privacy(question, self.settings.privacy, options)
        return QUESTIONS[question](self.engine, selection, **plain)

    def near(self, cells: pd.DataFrame, side: float) -> list[str]:
        """Name what each square lies near; "" where there is nothing."""
        x, y = (cells[axis].to_numpy(float) + side / 2 for axis in ("x", "y"))
        return names_near(self.engine, x, y)

    def newest(self) -> dt.date:
        """Last day of which anything was reported, seen or done; plans lie after it."""
        spans = self.engine.spans
        return max(spans[name][1] for name in SERIES if name in spans)

    def states(self, selection: Selection) -> list[State]:
        """How far each monitor item was on the day the period ended, or on the newest day."""
        privacy = self.settings.privacy
        return states(
            self.engine,
            self.papers,
            read_plan(),
            selection,
            today=min(selection.period.last_day, self.newest()),
            hide_people_below=privacy.hide_below,
            hide_sanctions_below=privacy.hide_sanctions_below,
        )

    def actions(self, selection: Selection) -> pd.DataFrame:
        """Actions that ran in the period, in the gebied if there is one."""
        every = self.papers.actions
        period = selection.period
        ran = (every["starts"] < pd.Timestamp(period.end)) & ~(
            every["ends"] < pd.Timestamp(period.start)
        )
        here = every["gebied"] == selection.gebied if selection.gebied else True
        return every[ran & here].sort_values(["starts", "id"], ignore_index=True)

    def studied(self, deed: Mapping[Any, Any]) -> dict[str, Any] | None:
        """Put an action beside what changed; ``None`` when there is nothing to measure yet."""
        if not deeds.measurable(deed):
            return None
        options = deeds.effect_options(deed, self.papers.actions, self.areas)
        study = self.ask("action_effect", deeds.selection_of(deed), **options)
        return deeds.study_row(deed, study)

"""The ledger: everything that people keep; categories, rubrieken and selections are here."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import sqlalchemy as sa

from thor_metrics.ledger import acts
from thor_metrics.ledger.actions import Actions
from thor_metrics.ledger.models import Mapping, Rubriek, SavedSelection
from thor_metrics.ledger.papers import Papers
from thor_metrics.ledger.problems import LedgerError
from thor_metrics.ledger.sharing import Sharing
from thor_metrics.ledger.words import all_checked, checked
from thor_metrics.settings import category_slug

__all__ = ["Ledger"]


class Ledger(Papers, Actions, Sharing):
    """What people write in the app.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Ledger.open(Path(folder.name)) as ledger:
    ...     number = ledger.add_document("Evaluatie pilot", monitor="M05", by="team Noord")
    ...     version = ledger.change_document(number, 1, status="vastgesteld")
    ...     ledger.documents(monitor="M05")[["title", "status", "version"]]
                 title       status  version
    0  Evaluatie pilot  vastgesteld        2
    >>> folder.cleanup()
    """

    # --- categories and rubrieken ----------------------------------------------------------

    def mappings(self, *, all_of_them: bool = False) -> pd.DataFrame:
        """Return what people decided about categories of sources.

        Parameters
        ----------
        all_of_them : bool
            Also decisions that a newer one replaced (newest first).

        Returns
        -------
        DataFrame
            ``id, version, source, category, category_slug, theme, rubriek, created_by,
            created_at, changed_by, changed_at``; one row per source and category.
        """
        frame = self._frame(
            "mapping", sa.select(Mapping).where(~Mapping.removed).order_by(Mapping.id.desc())
        )
        if all_of_them:
            return frame
        newest = frame.drop_duplicates(["source", "category_slug"])
        return newest.sort_values(["source", "category_slug"], ignore_index=True)

    def map_category(
        self, category: str, theme: str, *, rubriek: str = "", source: str = "", by: str = ""
    ) -> int:
        """Decide what a category of a source is about; the newest decision holds.

        Parameters
        ----------
        category : str
            ``sub``, ``main > sub`` or ``main > *``; case, accents and punctuation do not count.
        theme : str
            Key of a theme; ``niet_ingedeeld`` takes a category out.
        rubriek : str
            Key of a rubriek of the settings or of the ledger, or empty.
        source : str
            Only this source system; empty: all of them.
        by : str
            Team or role.

        Returns
        -------
        int
            Number of the decision: undoing it brings the one before back.

        Raises
        ------
        LedgerError
            When something is missing or unknown, or the rubriek is of another theme.
        """
        values = all_checked(
            {"category": category, "theme": theme, "rubriek": rubriek, "source": source}
        )
        with self._writing() as session:
            wanted = sa.select(Rubriek).where(Rubriek.key == values["rubriek"])
            there = session.scalar(wanted)
            if there is not None and there.theme != values["theme"]:
                raise LedgerError(
                    f"De rubriek '{there.title}' hoort bij het thema '{there.theme}', niet bij "
                    f"'{values['theme']}'. Kies een rubriek van dat thema."
                )
            new = Mapping(**values, category_slug=category_slug(values["category"]))
            return acts.add(session, new, by=checked("by", by))

    def rubrieken(self) -> pd.DataFrame:
        """Return rubrieken added in the app: ``id, version, key, theme, title``, who and when."""
        query = sa.select(Rubriek).where(~Rubriek.removed)
        return self._frame("rubriek", query.order_by(Rubriek.theme, Rubriek.title))

    def add_rubriek(
        self, theme: str, title: str, *, taken: Collection[str] = (), by: str = ""
    ) -> str:
        """Add a subject within a theme; gives its key, made of the title.

        Parameters
        ----------
        theme : str
            Key of a theme.
        title : str
            Needed; personal data in it is refused.
        taken : collection of str
            Keys that exist already elsewhere (the settings).
        by : str
            Team or role.

        Raises
        ------
        LedgerError
            When it exists already, or cannot be kept like this.
        """
        values = all_checked({"key": title, "theme": theme, "title": title})
        who = checked("by", by)
        with self._writing() as session:
            there = session.scalar(sa.select(Rubriek).where(Rubriek.key == values["key"]))
            if values["key"] in taken or (there is not None and not there.removed):
                raise LedgerError(
                    f"Er is al een rubriek '{values['title']}'. Gebruik die, of kies een andere "
                    "titel."
                )
            if there is None:
                acts.add(session, Rubriek(**values), by=who)
            else:
                values["removed"] = False
                acts.change(session, "rubriek", there.id, values, by=who, action="restore")
        return values["key"]

    # --- selections ------------------------------------------------------------------------

    def selections(self, page: str | None = None) -> pd.DataFrame:
        """Return saved selections, of one page or of all: ``id, version, name, page, address``."""
        query = sa.select(SavedSelection).where(~SavedSelection.removed)
        if page is not None:
            query = query.where(SavedSelection.page == checked("page", page))
        return self._frame("selection", query.order_by(SavedSelection.name, SavedSelection.id))

    def save_selection(self, name: str, page: str, address: str, *, by: str = "") -> int:
        """Keep a page with its filters under a name; gives its number.

        The same name on the same page is replaced, and the one before stays in the history.

        Parameters
        ----------
        name : str
            Needed; personal data in it is refused.
        page : str
            Address of the page: ``hotspots``.
        address : str
            The query string, with or without the question mark.
        by : str
            Team or role.

        Raises
        ------
        LedgerError
            When the name is missing, or the address is no query string.
        """
        values = all_checked({"name": name, "page": page, "address": address})
        who = checked("by", by)
        with self._writing() as session:
            same = sa.select(SavedSelection).where(
                SavedSelection.page == values["page"], SavedSelection.name == values["name"]
            )
            there = session.scalar(same)
            if there is None:
                return acts.add(session, SavedSelection(**values), by=who)
            action = "restore" if there.removed else "change"
            values["removed"] = False
            acts.change(session, "selection", there.id, values, by=who, action=action)
            return there.id

"""What every part of the ledger shares: the database, the files, and acts on any kind of thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from thor_metrics.errors import StoreError
from thor_metrics.ledger import acts
from thor_metrics.ledger.connect import WRITING, connected, told
from thor_metrics.ledger.files import Files
from thor_metrics.ledger.frames import history_frame, things_frame
from thor_metrics.ledger.models import Change, Thing
from thor_metrics.ledger.problems import LedgerError
from thor_metrics.ledger.words import checked

__all__ = ["Desk"]


class Desk:
    """An open ledger; use :meth:`open`. Any number of threads may share one."""

    def __init__(self, pool: sa.Engine, files: Files) -> None:
        self._pool = pool
        self._files = files
        self._open = True

    @classmethod
    def open(cls, folder: Path, url: str = "") -> Self:
        """Open what people wrote, and make or renew its tables when needed.

        Parameters
        ----------
        folder : Path
            Data folder: holds the files, and the database unless there is a URL.
        url : str
            ``postgresql+psycopg://user:password@server:5432/database``; empty: SQLite.

        Raises
        ------
        SettingsError
            When the URL is of another kind, or psycopg is not installed.
        StoreError
            When the database does not answer, or is of a newer edition of the program.
        """
        pool = connected(folder, url)
        files = Files(folder)
        files.tidy()
        return cls(pool, files)

    def close(self) -> None:
        """Let go of the database; closing twice is no mistake."""
        self._open = False
        self._pool.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def newest(self) -> int:
        """Return the number of the last change of anything: part of the key of what is cached."""
        with self._reading() as session:
            return session.scalar(sa.select(sa.func.max(Change.id))) or 0

    def open_file(self, digest: str) -> bytes:
        """Return the bytes of a file by its hash.

        Raises
        ------
        StoreError
            When it is not there, or damaged.
        """
        return self._files.read(digest)

    # --- acts on anything ------------------------------------------------------------------

    def remove(
        self,
        kind: str,
        id: int,  # noqa: A002 - the word of the address bar
        *,
        version: int | None = None,
        by: str = "",
    ) -> int:
        """Take a thing out of sight; it can be undone.

        Parameters
        ----------
        kind : str
            Word of :data:`~thor_metrics.ledger.kinds.KINDS`: "document", "action" ...
        id : int
        version : int, optional
            Version the person looked at; when given, a change since then is a conflict.
        by : str
            Team or role.

        Returns
        -------
        int
            The new version.
        """
        return self._change(kind, id, {"removed": True}, by=by, version=version, action="remove")

    def restore(self, kind: str, id: int, *, by: str = "") -> int:  # noqa: A002 - same
        """Bring a removed thing back in sight; gives the version."""
        return self._change(kind, id, {"removed": False}, by=by, action="restore")

    def undo(
        self,
        kind: str,
        id: int,  # noqa: A002 - same
        *,
        version: int | None = None,
        by: str = "",
    ) -> int:
        """Take back the last change of a thing; once more takes back the one before it.

        Returns
        -------
        int
            The new version.

        Raises
        ------
        Conflict
            When ``version`` is given and somebody changed the thing since.
        LedgerError
            When nothing is left to take back.
        """
        with self._writing(kind, id) as session:
            return acts.undo(session, kind, id, by=checked("by", by), version=version)

    def history(self, kind: str, id: int) -> pd.DataFrame:  # noqa: A002 - same
        """Return everything that ever happened to a thing, newest first.

        Returns
        -------
        DataFrame
            ``act`` (what was done at once shares one), ``at`` (UTC), ``by``, ``action`` ("add",
            "change", "remove", "restore", "undo"), ``field``, ``old``, ``new`` (text).
        """
        with self._reading() as session:
            return history_frame(acts.changes_of(session, kind, id))

    # --- inside ----------------------------------------------------------------------------

    def _frame(self, kind: str, query: sa.Select[Any]) -> pd.DataFrame:
        with self._reading() as session:
            return things_frame(kind, session.scalars(query))

    def _add(self, new: Thing, *, by: str) -> int:
        who = checked("by", by)
        with self._writing() as session:
            return acts.add(session, new, by=who)

    def _change(
        self,
        kind: str,
        id: int,  # noqa: A002 - same
        values: Mapping[str, Any],
        *,
        by: str,
        version: int | None = None,
        action: str = "change",
    ) -> int:
        who = checked("by", by)
        with self._writing(kind, id, values) as session:
            return acts.change(session, kind, id, values, by=who, version=version, action=action)

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        if not self._open:
            raise StoreError("De verbinding is gesloten. Laad de pagina opnieuw.")
        with told(self._pool), Session(self._pool) as session:
            yield session

    @contextmanager
    def _writing(
        self,
        kind: str = "",
        id: int = 0,  # noqa: A002 - same
        mine: Mapping[str, Any] | None = None,
    ) -> Iterator[Session]:
        """One transaction: all of it or nothing."""
        if not self._open:
            raise StoreError("De verbinding is gesloten. Laad de pagina opnieuw.")
        pool = self._pool.execution_options(**{WRITING: True})
        try:
            with told(self._pool), Session(pool) as session, session.begin():
                yield session
        except StaleDataError:
            # PostgreSQL lets two writers read the same version; the second finds out here.
            if not kind:
                raise _somebody_was_first() from None
            with self._reading() as session:
                raise acts.conflict(kind, acts.thing(session, kind, id), mine or {}) from None
        except sa.exc.IntegrityError:
            raise _somebody_was_first() from None


def _somebody_was_first() -> LedgerError:
    return LedgerError(
        "Iemand anders bewaarde op hetzelfde moment iets met dezelfde naam; jouw wijziging is niet "
        "bewaard. Kijk in de lijst en bewaar opnieuw."
    )

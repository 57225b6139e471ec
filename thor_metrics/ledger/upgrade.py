"""Bring a database to this edition of the program, whoever else opens it at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory

from thor_metrics.errors import StoreError

__all__ = ["VERSION_TABLE", "upgrade"]

VERSION_TABLE: Final = "ledger_edition"
_STEPS: Final = Path(__file__).parent / "migrations"

#: Steps speak through module globals of alembic, so one at a time within a process.
_one_at_a_time = threading.Lock()

#: Any number, the same in every program that opens the ledger ("thor" on a telephone).
_POSTGRESQL_LOCK: Final = 8467


def upgrade(connection: sa.Connection) -> None:
    """Run the steps this database has not had, inside the caller's transaction.

    A program that dies halfway leaves the database as it was: both SQLite and PostgreSQL roll
    back tables too. SQLite's writer lock must be held already; on PostgreSQL it is taken here.

    Parameters
    ----------
    connection : Connection
        In a transaction.

    Raises
    ------
    StoreError
        When a newer edition of the program has been here.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_POSTGRESQL_LOCK)))
    script = ScriptDirectory(str(_STEPS))

    def missing(heads: tuple[str, ...], _: MigrationContext) -> Iterable[Any]:
        steps = reversed(list(script.iterate_revisions("heads", heads)))
        return [MigrationStep.upgrade_from_script(script.revision_map, step) for step in steps]

    with _one_at_a_time:
        context = MigrationContext.configure(
            connection, opts={"fn": missing, "version_table": VERSION_TABLE}
        )
        known = {step.revision for step in script.walk_revisions()}
        if unknown := set(context.get_current_heads()) - known:
            raise StoreError(
                "Wat in de app is geschreven, is bewaard door een nieuwere versie van het "
                f"programma (stap {max(unknown)}; deze versie kent {max(known)}). Installeer de "
                "nieuwe versie van het programma; er is niets veranderd."
            )
        with Operations.context(context):
            context.run_migrations()

"""One package of files into one table: read, understand, check, compare, write, account.

Rows flow through in batches; only rows without personal data wait on disk (an Arrow file in the
store's own folder) until all are read, and then become one version of the table.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.errors
import pyarrow as pa

from thor_metrics import geo, privacy
from thor_metrics.ingest import remembered
from thor_metrics.ingest.areas import sync_areas
from thor_metrics.ingest.fingerprint import fingerprint
from thor_metrics.ingest.keep import kept_known
from thor_metrics.ingest.prepare import (
    KEYS,
    FileSense,
    Prepared,
    has_categories,
    prepare,
    unmapped,
)
from thor_metrics.ingest.report import IngestReport
from thor_metrics.ingest.staging import Staging
from thor_metrics.ledger import Ledger
from thor_metrics.schema import TABLES, Table
from thor_metrics.settings import Settings
from thor_metrics.sources import Batch, Package, Reading, Request, Source, recognise
from thor_metrics.sources.dates import decide_order
from thor_metrics.store import QUARANTINE, SAMPLE, LoadNote, Store

__all__ = ["Progress", "load", "load_reading", "open_reading", "unheard"]

#: Told now and then: a share between 0 and 1 (or -1 when unknown) and what is happening.
Progress = Callable[[float, str], None]

_EXAMPLES = 200

# Arrow's default allocator keeps what a batch used; these give it back. On a million rows that
# is 530 MB at the peak instead of 650. Windows has no jemalloc.
pa.set_memory_pool(
    pa.jemalloc_memory_pool()
    if "jemalloc" in pa.supported_memory_backends()
    else pa.system_memory_pool()
)


def unheard(share: float, words: str) -> None:
    """Progress nobody looks at."""


def open_reading(
    package: Package,
    settings: Settings,
    *,
    table: str | None = None,
    source: str | None = None,
    columns: dict[str, str] | None = None,
) -> tuple[Source, Reading]:
    """Recognise a package and start reading it.

    Columns that a user corrected for a file with the same headers are remembered.
    """
    request = Request(settings, table=table, source=source, columns=columns or {})
    reader = recognise(package, request)
    reading = reader.read(package, request)
    if not columns:
        headers = [*reading.columns, *reading.ignored]
        known = remembered.columns(settings, headers)
        if known:
            request = Request(settings, table=table, source=source, columns=known)
            reading = reader.read(package, request)
    return reader, reading


def load(
    package: Package,
    settings: Settings,
    store: Store,
    *,
    table: str | None = None,
    source: str | None = None,
    columns: dict[str, str] | None = None,
    dry_run: bool = False,
    keep_sample: bool = False,
    areas: geo.AreaMap | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Load a package into its table.

    Parameters
    ----------
    package : Package
        From :func:`thor_metrics.sources.package.open_package`.
    table, source, columns
        What the user said about it; ``None`` lets the file decide.
    dry_run : bool
        Check and count everything, write nothing.
    keep_sample : bool
        Keep the made-up city's rows when this is the first real load; normally they go.
    areas : AreaMap, optional
        To share between loads; read from the settings otherwise.
    progress : callable, optional

    Raises
    ------
    FileRefused
        When the file as a whole cannot be read; nothing has changed then.
    StoreError
        When another load holds the store.
    """
    _, reading = open_reading(package, settings, table=table, source=source, columns=columns)
    return load_reading(
        reading,
        package.name,
        settings,
        store,
        dry_run=dry_run,
        keep_sample=keep_sample,
        areas=areas,
        progress=progress,
    )


def load_reading(
    reading: Reading,
    file: str,
    settings: Settings,
    store: Store,
    *,
    dry_run: bool = False,
    keep_sample: bool = False,
    areas: geo.AreaMap | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Load what a source reads, from a file or from its API; see :func:`load`."""
    settings = remembered.with_categories(settings)
    if not dry_run:
        sync_areas(settings, store)
    job = _Job(TABLES[reading.table], reading, file, settings, areas, progress)
    with _workplace(store, dry_run=dry_run) as work, Staging(work, job.table) as staging:
        job.stage(staging)
        if dry_run:
            return job.finish(store, write=False)
        if not keep_sample and not reading.source.startswith(SAMPLE) and store.is_sample():
            remove_sample(store)
            with Ledger.open(settings.data_dir, settings.ledger.url) as ledger:
                remove_sample_papers(ledger)
            job.warnings.append(
                "De voorbeeldgegevens zijn weggehaald, omdat er nu echte gegevens zijn. "
                "Terugzetten kan bij de geschiedenis."
            )
        return job.finish(store, write=True)


@contextmanager
def _workplace(store: Store, *, dry_run: bool) -> Iterator[Path]:
    """A folder for work in progress; a dry run needs no place in the queue of writers."""
    if dry_run:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
    else:
        with store.writing() as folder:
            yield folder


def remove_sample(store: Store) -> None:
    """Take the made-up city out of every table; the history can bring it back."""
    for name, table in TABLES.items():
        if name != "areas" and store.count(name):
            note = LoadNote(load="sample-out", file="", source=SAMPLE)
            store.rewrite(name, table.arrow.empty_table(), note=note)


def remove_sample_papers(ledger: Ledger) -> None:
    """Take what was made up for it out of sight; undo can bring it back."""
    for kind, things in (
        ("document", ledger.documents()),
        ("photo", ledger.photos()),
        ("visit", ledger.visits()),
        ("action", ledger.actions()),
    ):
        for number in things.loc[things["created_by"].str.startswith(SAMPLE), "id"]:
            ledger.remove(kind, int(number))


class _Job:
    """The state of one load between its steps."""

    def __init__(
        self,
        table: Table,
        reading: Reading,
        file: str,
        settings: Settings,
        areas: geo.AreaMap | None,
        progress: Progress | None,
    ) -> None:
        self.table = table
        self.reading = reading
        self.file = file
        self.settings = settings
        self.areas = areas or geo.load_areas(settings)
        self.progress = progress or unheard
        self.id = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        self.read = 0
        self.reasons: Counter[str] = Counter()
        self.corrections: Counter[str] = Counter()
        self.personal: Counter[str] = Counter(
            {f"Kolom '{header}' ({kind})": 0 for header, kind in reading.personal.items()}
        )
        self.unmapped: Counter[str] = Counter()
        self.warnings = list(reading.warnings)
        self.refused: list[pd.DataFrame] = []
        self.raw: list[pd.DataFrame] = []

    def stage(self, staging: Staging) -> None:
        """Read everything; good rows go to ``staging``, refused rows stay with their reasons."""
        self.staging = staging
        order = self.reading.date_order or decide_order(self.reading.date_samples())
        zone = self.reading.time_zone or self.settings.municipality.time_zone
        sense = FileSense(zone, order)
        for batch in self.reading.batches:
            rows = self._good_rows(batch, sense)
            if rows is not None:
                staging.add(rows)
            self._tell(f"{self.read:,} rijen gelezen".replace(",", "."))

    def finish(self, store: Store, *, write: bool) -> IngestReport:
        """Compare with what is there, write one version, and account for every row."""
        self._tell("Vergelijken met wat er al is", share=0.85)
        keys = self.staging.keys()
        plan = store.compare(self.table.name, keys)
        refused = self._refused()
        if plan.stale:
            self.warnings.append(
                f"{plan.stale} rijen zijn ouder dan wat er al staat en zijn niet overgenomen."
            )
        note = LoadNote(
            self.id, self.file, self.reading.source, self.read, plan.new, plan.updated,
            plan.unchanged, plan.duplicates, len(refused),
        )  # fmt: skip
        version = store.versions().get(self.table.name, 0)
        if write:
            self._tell("Wegschrijven", share=0.9)
            # Refused rows first: if the power fails between the two, they are listed, and
            # loading the file again completes it.
            self._quarantine(store, refused, keys, note)
            if plan.new or plan.updated:
                months: Iterable[tuple[str, pa.Table]] = self.staging.months(plan.write)
                if plan.updated:
                    given = set(self.reading.columns.values())
                    months = kept_known(months, store, self.table, given)
                version = store.write(self.table.name, months, merge=plan.updated > 0, note=note)
        self._tell("Klaar", share=1.0)
        return IngestReport(
            table=self.table.name,
            source=self.reading.source,
            file=self.file,
            read=self.read,
            new=plan.new,
            updated=plan.updated,
            unchanged=plan.unchanged,
            duplicates=plan.duplicates,
            rejected=len(refused),
            reasons=dict(self.reasons.most_common()),
            corrections={told: count for told, count in self.corrections.most_common() if count},
            personal=dict(self.personal),
            warnings=tuple(self.warnings),
            unmapped=dict(self.unmapped.most_common()),
            version=version,
            examples=refused.head(_EXAMPLES).reset_index(drop=True),
            dry_run=not write,
        )

    # --- inside ----------------------------------------------------------------------------

    def _tell(self, words: str, share: float | None = None) -> None:
        if share is None:
            total = self.reading.total
            share = 0.8 * min(self.read / total, 1.0) if total else -1.0
        self.progress(share, words)

    def _good_rows(self, batch: Batch, sense: FileSense) -> pa.Table | None:
        """Check one batch; return its good rows as they go to disk."""
        self.read += len(batch.rows) + len(batch.broken)
        for number, reason in batch.broken:
            self._refuse_broken(number, reason)
        if batch.rows.empty:
            return None
        done = prepare(
            batch.rows, self.table, self.reading, sense, settings=self.settings, areas=self.areas
        )
        for name in self.reading.personal:
            kind = self.reading.personal[name]
            self.personal[f"Kolom '{name}' ({kind})"] += len(batch.rows)
        self.corrections.update(done.corrections)
        self.personal.update(done.personal)
        why = self._faults(done)
        bad = why.index
        if len(bad):
            self._refuse(batch, done, why)
        good = done.rows.drop(index=bad) if len(bad) else done.rows
        if "theme" in good and has_categories(self.table):
            self.unmapped.update(unmapped(good))
        return _to_arrow(good, self.table)

    def _faults(self, done: Prepared) -> pd.Series:
        """Reasons per refused row, joined; index holds only refused rows."""
        found = [
            pd.Series(reason, index=done.rows.index[mask]) for reason, mask in done.faults.items()
        ]
        try:
            self.table.checks.validate(done.rows, lazy=True)
        except pandera.errors.SchemaErrors as errors:
            cases = errors.failure_cases.dropna(subset=["index"])
            cases = cases.drop_duplicates(["index", "check"])
            found.append(pd.Series(cases["check"].to_numpy(), index=cases["index"].astype(int)))
        if not found:
            return pd.Series(dtype="str", index=done.rows.index[:0])
        every = pd.concat(found)
        # An unreadable date is also a missing one; only the first helps.
        every = _without_echo(every)
        self.reasons.update(every.to_list())
        once = ~every.index.duplicated(keep=False)
        several = every[~once].groupby(level=0).agg("; ".join)
        return pd.concat([every[once], several]).sort_index()

    def _refuse(self, batch: Batch, done: Prepared, why: pd.Series) -> None:
        self.refused.append(
            pd.DataFrame(
                {
                    "source_id": done.rows.loc[why.index, "source_id"].astype(object),
                    "row_number": batch.row_numbers.loc[why.index].astype(np.int64),
                    "reasons": why,
                }
            )
        )
        self.raw.append(batch.rows.loc[why.index])

    def _refuse_broken(self, number: int, reason: str) -> None:
        self.reasons[reason] += 1
        self.refused.append(
            pd.DataFrame({"source_id": [None], "row_number": [number], "reasons": [reason]})
        )
        self.raw.append(pd.DataFrame(index=[0]))

    def _refused(self) -> pd.DataFrame:
        columns = ["source_id", "row_number", "reasons", "raw"]
        if not self.refused:
            return pd.DataFrame(columns=columns)
        refused = pd.concat(self.refused, ignore_index=True)
        refused["raw"] = _raw_json(pd.concat(self.raw, ignore_index=True), self.table)
        return refused.sort_values("row_number")[columns]

    def _quarantine(
        self, store: Store, refused: pd.DataFrame, keys: pa.Table, note: LoadNote
    ) -> None:
        rows = refused.assign(
            table=self.table.name,
            source=self.reading.source,
            file=self.file,
            load=self.id,
            at=pd.Timestamp.now(tz="UTC").as_unit("us"),
        )[QUARANTINE.names]
        store.set_quarantine(
            self.table.name,
            self.reading.source,
            pa.Table.from_pandas(rows, schema=QUARANTINE, preserve_index=False),
            accepted=keys,
            note=note,
        )


def _without_echo(every: pd.Series) -> pd.Series:
    """Drop "Gemeld op ontbreekt" where "Gemeld op is geen leesbare datum" stands already."""
    if not every.str.endswith(" ontbreekt").any():
        return every
    missing = every[every.str.endswith(" ontbreekt")]
    titles = missing.str.removesuffix(" ontbreekt")
    others = every[~every.str.endswith(" ontbreekt")]
    said = others.groupby(level=0).agg("; ".join)
    told = said.reindex(missing.index).fillna("")
    echo = np.array([title in text for title, text in zip(titles, told, strict=True)], bool)
    return pd.concat([others, missing[~echo]])


def _raw_json(rows: pd.DataFrame, table: Table) -> list[str]:
    """Refused rows under the headers of the template, without values that identify people."""
    named = {column.name: column.title for column in table.inputs}
    shown = {}
    for name, column in rows.items():
        values = column.astype("str")
        kinds = privacy.personal_values(values, is_key=name in KEYS)
        shown[named[str(name)]] = values.mask(kinds.notna(), "(weggelaten: persoonsgegeven)")
    frame = pd.DataFrame(shown, index=rows.index).astype(object)
    records = frame.where(frame.notna(), None).to_dict("records")
    return [
        json.dumps({str(key): said for key, said in record.items() if said}, ensure_ascii=False)
        for record in records
    ]


def _to_arrow(rows: pd.DataFrame, table: Table) -> pa.Table:
    """Typed rows to the table's Arrow schema, with the fingerprint of what the file said."""
    schema = table.arrow
    arrays = [
        pa.array(fingerprint(rows, table))
        if column.name == "row_hash"
        else pa.Array.from_pandas(rows[column.name], type=schema.field(column.name).type)
        for column in table.stored
    ]
    return pa.Table.from_arrays(arrays, schema=schema)

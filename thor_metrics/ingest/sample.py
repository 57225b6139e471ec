"""Fill the store with the made-up city, through the same door as any user's files."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from pathlib import Path

from thor_metrics import geo
from thor_metrics.ingest.load import Progress, load, remove_sample_papers, unheard
from thor_metrics.ingest.report import IngestReport
from thor_metrics.ledger import Ledger, Target, Upload
from thor_metrics.settings import Settings
from thor_metrics.sources.package import open_package
from thor_metrics.store import SAMPLE, Store

__all__ = ["sample_city"]


def sample_city(
    settings: Settings,
    store: Store,
    *,
    until: dt.date | None = None,
    scale: float = 1.0,
    progress: Progress | None = None,
) -> list[IngestReport]:
    """Make the files of the sample city and load each of them.

    Parameters
    ----------
    until : date, optional
        Last day; default the end of last month.
    scale : float
        Share of the city's usual number of rows, for tests.
    """
    from sample_data import write_sample_city  # noqa: PLC0415 - only needed when asked for

    tell = progress or unheard
    last = until or dt.date.today().replace(day=1) - dt.timedelta(days=1)  # noqa: DTZ011 - the user's day
    areas = geo.load_areas(settings)
    reports = []
    with tempfile.TemporaryDirectory() as folder:
        tell(0.0, "Voorbeeldstad maken")
        paths = write_sample_city(
            Path(folder),
            until=last,
            scale=scale,
            progress=lambda words, share: tell(0.4 * share, words),
        )
        packages = [
            package
            for path in paths
            for package in open_package([path], max_mb=settings.data.max_file_mb)
        ]
        for number, package in enumerate(packages):
            tell(0.4 + 0.6 * number / len(packages), f"{package.name} laden")
            reports.append(load(package, settings, store, source=_label(package.name), areas=areas))
    _papers(settings, last, areas)
    _deeds(settings, store, last)
    tell(1.0, "De voorbeeldstad staat klaar")
    return reports


def _papers(settings: Settings, last: dt.date, areas: geo.AreaMap) -> None:
    """Put the city's documents and photos in the ledger, once."""
    from sample_data.papers import BY, papers, pictures  # noqa: PLC0415 - same

    gebieden = tuple(sorted(set(areas.gebieden)))
    with Ledger.open(settings.data_dir, settings.ledger.url) as ledger:
        remove_sample_papers(ledger)
        for paper in papers(last, gebieden):
            ledger.add_document(
                paper.title,
                kind=paper.kind,
                monitor=paper.monitor,
                period=paper.period,
                status=paper.status,
                due_next=paper.due_next,
                note=paper.note,
                links=[Target("gebied", paper.gebied)] if paper.gebied else [],
                by=BY,
            )
        for picture in pictures(last):
            ledger.add_photo(
                Upload(io.BytesIO(picture.content), f"{picture.moment}.jpg"),
                picture.alt,
                moment=picture.moment,
                taken_on=picture.taken_on,
                links=[Target("monitor", "M08")],
                by=BY,
            )


def _deeds(settings: Settings, store: Store, last: dt.date) -> None:
    """Put the city's hotspot actions in the ledger, at the places that were loaded."""
    from sample_data.deeds import BY, deeds  # noqa: PLC0415 - same

    objects = store.rows("objects", columns=["kind", "name", "x", "y", "gebied"]).to_pandas()
    there = objects.drop_duplicates(["kind", "name"]).set_index(["kind", "name"])
    with Ledger.open(settings.data_dir, settings.ledger.url) as ledger:
        for deed in deeds(last):
            at = there.loc[(deed.soort, deed.place)]
            ledger.add_action(
                title=deed.title,
                kind=deed.kind,
                theme=deed.theme,
                gebied=at["gebied"] or "",
                stage=deed.stage,
                place_name=deed.place,
                x=float(at["x"]),
                y=float(at["y"]),
                radius=deed.radius_m,
                starts=deed.starts,
                ends=deed.ends,
                selected_from=deed.selected_from,
                selected_to=deed.selected_to,
                goal_from=deed.goal_from,
                goal_to=deed.goal_to,
                goal_by=deed.ends,
                moments=deed.moments,
                team=deed.team,
                partner=deed.partner,
                prevent=deed.prevent,
                approach=deed.approach,
                sanction=deed.sanction,
                monitor=deed.monitor,
                by=BY,
            )


def _label(name: str) -> str:
    """Source name that says it is made up: ``voorbeeld-signalen``."""
    return f"{SAMPLE}-{Path(name).stem.replace('_', '-')}"

"""Pieces of the page Inlezen that take a file in: recognise, map columns, check, load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from thor_metrics import dutch, ingest
from thor_metrics.ingest import IngestReport
from thor_metrics.schema import TABLES
from thor_metrics.sources import Package, Reading
from thor_metrics.sources.package import open_package
from thor_metrics.ui import data, errors, frame, keys
from thor_metrics.views.tables import Head, styled

__all__ = ["HELP", "last_reports", "take_in"]

HELP: Final = """
1. **Maak een export** van uw meldsysteem (CSV, Excel, ODS, GeoJSON, GeoPackage, shapefile of een
   zip daarvan) of vul een sjabloon in. Namen, kentekens, telefoonnummers en vrije tekst hoeven er
   niet in; staan ze er toch, dan worden ze niet gelezen.
2. **Sleep het bestand** in het vak. Het programma herkent het systeem en de kolommen.
3. **Kijk de kolommen na.** Staat er iets verkeerd, kies dan de goede kolom; dat wordt onthouden
   voor het volgende bestand met dezelfde koppen.
4. **Lees de controle**: hoeveel rijen goed zijn en waarom andere geweigerd worden.
5. **Laad in.** Hetzelfde bestand nog eens laden verandert niets. Een fout kan altijd terug, bij
   Geschiedenis.
"""

_LEAVE_OUT: Final = "niet lezen"


def take_in() -> None:
    """Take files, show what they are, check them, and load them when asked."""
    round_number = st.session_state.setdefault(keys.UPLOAD_ROUND, 0)
    settings = data.settings()
    files = st.file_uploader(
        "Sleep hier een of meer bestanden, of kies ze",
        accept_multiple_files=True,
        key=f"{keys.UPLOAD}-{round_number}",
        max_upload_size=settings.data.max_file_mb,
        help=f"CSV, Excel, ODS, Parquet, GeoJSON, GeoPackage, shapefile (alle delen samen), gz of "
        f"zip; samen hoogstens {settings.data.max_file_mb} MB. Er wordt niets bewaard voordat u "
        "op 'Laad in' klikt.",
    )
    if not files:
        return
    with errors.shown():
        for number, package in enumerate(open_package(files, max_mb=settings.data.max_file_mb)):
            with st.container(border=True), errors.shown():
                _one(package, f"{round_number}-{number}-{package.name}")


def _one(package: Package, key: str) -> None:
    """Show one package from name to load button."""
    st.subheader(package.name, anchor=False)
    table = _chosen_table(key)
    source, reading = ingest.open_reading(package, data.settings(), table=table)
    titles = TABLES[reading.table].title
    st.markdown(f"Herkend als **{source.title}**; de rijen gaan naar de tabel **{titles}**.")
    columns = _columns(reading, key)
    signature = (key, table, tuple(sorted((columns or {}).items())))
    report = _checked(package, table, columns, signature)
    show_report(report)
    if not report.new and not report.updated:
        st.info("Er is niets te laden: alle goede rijen staan er al.")
        return
    keep_sample = _keep_sample(key)
    st.button(
        f"Laad {dutch.amount(report.new + report.updated, 'rij', 'rijen')} in",
        key=f"laad-{key}",
        type="primary",
        icon=":material/upload:",
        on_click=_ask_to_load,
        args=(key,),
    )
    if st.session_state.pop(f"laden-{key}", False):
        _load(package, reading, table, columns, keep_sample=keep_sample)


def _keep_sample(key: str) -> bool:
    """Say that the made-up city will go, and let it stay for who wants that."""
    if data.is_empty() or not data.is_sample():
        return False
    st.info("De verzonnen voorbeeldstad verdwijnt zodra u eigen gegevens laadt; terughalen kan bij "
            "Geschiedenis.")  # fmt: skip
    return st.toggle("Voorbeeldstad laten staan", key=f"voorbeeld-{key}")


def _chosen_table(key: str) -> str | None:
    titles = {table.title: name for name, table in TABLES.items()}
    chosen = st.selectbox(
        "Tabel",
        list(titles),
        index=None,
        placeholder="Vanzelf herkend",
        key=f"tabel-{key}",
        width=320,
    )
    return titles.get(chosen) if chosen else None


def _columns(reading: Reading, key: str) -> dict[str, str] | None:
    """Show which header became which column, and let it be corrected.

    Returns
    -------
    dict of str to str or None
        The whole choice when something was changed, else ``None``.
    """
    table = TABLES[reading.table]
    titles = {column.title: column.name for column in table.inputs}
    of = {name: title for title, name in titles.items()}
    headers = [*reading.columns, *reading.ignored]
    with st.expander(f"Kolommen: {len(reading.columns)} van {len(headers)} gelezen"):
        chosen: dict[str, str] = {}
        with st.grid(3, min_column_width=240):
            for header in headers:
                now = of.get(reading.columns.get(header, ""), _LEAVE_OUT)
                picks = [_LEAVE_OUT, *titles]
                pick = st.selectbox(
                    header, picks, index=picks.index(now), key=f"kolom-{key}-{header}"
                )
                chosen[header] = titles.get(pick, "")
        for header, kind in reading.personal.items():
            st.markdown(f":material/block: **{header}** wordt niet gelezen: {kind}.")
    before = {header: reading.columns.get(header, "") for header in headers}
    return chosen if chosen != before else None


def _checked(
    package: Package, table: str | None, columns: dict[str, str] | None, signature: Any
) -> IngestReport:
    """Check the whole file without writing; once per file and choice of columns."""
    kept = st.session_state.get(f"controle-{signature[0]}")
    version = data.versions()
    if kept and kept[0] == (signature, version):
        report: IngestReport = kept[1]
        return report
    with frame.progress("Controleren") as tell:
        report = ingest.load(
            package, data.settings(), data.store(), table=table, columns=columns, dry_run=True,
            areas=data.areas(), progress=tell,
        )  # fmt: skip
    st.session_state[f"controle-{signature[0]}"] = ((signature, version), report)
    return report


def _ask_to_load(key: str) -> None:
    st.session_state[f"laden-{key}"] = True


def _load(
    package: Package,
    reading: Reading,
    table: str | None,
    columns: dict[str, str] | None,
    *,
    keep_sample: bool,
) -> None:
    """Load for real, tell what happened, and make room for the next file."""
    with frame.progress("Laden") as tell:
        report = ingest.load(
            package, data.settings(), data.store(), table=table, columns=columns,
            keep_sample=keep_sample, areas=data.areas(), progress=tell,
        )  # fmt: skip
    if columns:
        ingest.remember_columns(data.settings(), [*reading.columns, *reading.ignored], columns)
    data.changed()
    st.session_state.setdefault(keys.LAST_REPORTS, []).append(report)
    st.session_state[keys.UPLOAD_ROUND] += 1
    st.rerun()


def last_reports() -> None:
    """Tell what this visitor loaded just now."""
    for report in reversed(st.session_state.get(keys.LAST_REPORTS, [])):
        st.success(f"{report.file} is geladen: {_counts(report)}.", icon=":material/check:")
        for warning in report.warnings:
            st.warning(warning)
    if st.session_state.get(keys.LAST_REPORTS):
        st.page_link("pages/beeld/overzicht.py", label="Bekijk wat er speelt")


# --- the report -----------------------------------------------------------------------------------


def _counts(report: IngestReport) -> str:
    parts = (
        (report.new, "nieuw"),
        (report.updated, "bijgewerkt"),
        (report.unchanged, "al bekend"),
        (report.duplicates, "dubbel in het bestand"),
        (report.rejected, "geweigerd"),
    )
    told = ", ".join(f"{dutch.number(count)} {word}" for count, word in parts if count)
    return f"{dutch.amount(report.read, 'rij', 'rijen')} gelezen" + (f", {told}" if told else "")


def show_report(report: IngestReport) -> None:
    """Show what a check or a load did with every row."""
    st.markdown(f"**Controle:** {_counts(report)}.")
    for warning in report.warnings:
        st.warning(warning)
    if report.rejected:
        st.error(
            f"{dutch.amount(report.rejected, 'rij wordt', 'rijen worden')} geweigerd; de andere "
            "rijen kunnen gewoon geladen worden.",
            icon=":material/block:",
        )
        _list("Waarom", report.reasons)
        with st.expander("Voorbeelden van geweigerde rijen"):
            st.dataframe(
                styled(report.examples, [Head("row_number", "Rij", "rate"),
                                         Head("reasons", "Reden"), Head("raw", "Inhoud")]),
                hide_index=True, alt="Geweigerde rijen met hun reden.",
            )  # fmt: skip
    _list("Rechtgezet bij het lezen", report.corrections)
    _list("Niet gelezen: persoonsgegevens", report.personal)
    if report.unmapped:
        _list("Categorieën zonder thema (komen onder 'niet ingedeeld')", report.unmapped)


def _list(title: str, found: Mapping[str, int]) -> None:
    if not found:
        return
    listed = pd.DataFrame({"what": list(found), "rows": list(found.values())})
    st.markdown(f"**{title}**")
    st.dataframe(
        styled(listed, [Head("what", "Wat"), Head("rows", "Rijen", "rate")]),
        hide_index=True, alt=title, width=720,
    )  # fmt: skip

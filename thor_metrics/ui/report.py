"""Pieces of the page Halfjaarrapport: the files, the team's own words, and what it says."""

from __future__ import annotations

import base64
import functools
import html
import io
import zipfile
from typing import Any, Final

import streamlit as st

from thor_metrics import dutch, report
from thor_metrics.errors import ThorError
from thor_metrics.ledger import Conflict, warnings_for
from thor_metrics.model import Period, Selection
from thor_metrics.report.document import Block, Bullets, Figure, Table, Text
from thor_metrics.ui import data, frame
from thor_metrics.ui.frame import Screen
from thor_metrics.views import texts
from thor_metrics.views.tables import styled

__all__ = ["METHOD", "files", "preview", "words"]

METHOD: Final = """
**Wat er staat.** Dezelfde cijfers als op de pagina's Hot-items, Hotspots, Hottijden, Effect,
Dekking en Uitvoeringsplan, voor één gebied of de hele gemeente en één periode.

**Steeds hetzelfde.** Achterin staat van welke versies van de gegevens het rapport is gemaakt.
Dezelfde versies geven hetzelfde bestand. Kleine aantallen over personen zijn in elk formaat
verborgen.

**Eigen woorden.** Inleiding en conclusie worden per gebied en periode bewaard, met wie wat wanneer
veranderde. Schrijf er geen namen, kentekens of telefoonnummers in.
"""

_TITLES: Final = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel", "html": "Webpagina"}
_MIMES: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
}
_MADE: Final = "halfjaarrapport-bestanden"
_SEEN: Final = "halfjaarrapport-versie"


def _asked(screen: Screen) -> Selection:
    return Selection(screen.selection.period, gebied=screen.selection.gebied)


def _facts() -> report.Facts:
    return report.Facts(
        data.engine(),
        data.settings(),
        data.areas(),
        data.papers(),
        data.ledger().prefaces(),
        dict(data.versions()),
        data.is_sample(),
    )


@st.cache_resource(max_entries=20, show_spinner="Rapport schrijven")
def _document(
    versions: object,  # noqa: ARG001 - the key only
    newest: int,  # noqa: ARG001 - same
    folder: str,  # noqa: ARG001 - same
    selection: Selection,
) -> report.Document:
    return report.compose(_facts(), selection)


def _here(screen: Screen) -> report.Document:
    folder = str(data.settings().data_dir)
    return _document(data.versions(), data.ledger().newest(), folder, _asked(screen))


# --- files ---------------------------------------------------------------------------------------


def files(screen: Screen) -> None:
    """Offer the report in every format, and all reports at once."""
    asked = _asked(screen)
    place = texts.place(asked, screen.names, city=screen.city)
    screen.headline(f"Het rapport van {place}, {asked.period.words()}: lees na, vul aan, neem mee.")
    document = _here(screen)
    name = report.file_name(asked.period, asked.gebied or screen.city)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for ending, title in _TITLES.items():
            st.download_button(
                title,
                # Written when somebody asks for it, not at every rerun.
                functools.partial(report.FORMATS[ending], document),
                file_name=f"{name}.{ending}",
                mime=_MIMES[ending],
                icon=":material/download:",
                key=f"rapport-{ending}",
                type="primary" if ending == "pdf" else "secondary",
                on_click="ignore",
                help=f"Het rapport van {place} als {title}",
            )
        if st.button("Maak alle gebieden", icon=":material/folder_zip:", key="rapport-alle"):
            st.session_state[_MADE] = (asked.period, _all(screen, asked.period))
        made = st.session_state.get(_MADE)
        if made and made[0] == asked.period:
            st.download_button(
                "Download alle rapporten (zip)",
                made[1],
                file_name=f"halfjaarrapporten-{asked.period}.zip".replace("/", "-"),
                mime="application/zip",
                icon=":material/download:",
                key="rapport-zip",
                on_click="ignore",
            )


def _all(screen: Screen, period: Period) -> bytes:
    """Write every report in every format into one zip."""
    gebieden = [*screen.options.gebieden, ""]
    total = len(gebieden) * len(report.FORMATS)
    out = io.BytesIO()
    with frame.progress("Rapporten schrijven") as tell, zipfile.ZipFile(out, "w") as archive:
        every = report.make(_facts(), period, gebieden, list(report.FORMATS))
        for number, made in enumerate(every, 1):
            archive.writestr(zipfile.ZipInfo(made.name), made.content)
            tell(number / total, f"{number} van {total}: {made.name}")
    return out.getvalue()


# --- the team's own words ------------------------------------------------------------------------


def words(screen: Screen) -> None:
    """Let the team write what stands before and after the numbers."""
    asked = _asked(screen)
    period, gebied = str(asked.period), asked.gebied or ""
    kept = data.ledger().prefaces()
    mine = kept[(kept["gebied"] == gebied) & (kept["period"] == period)].to_dict("records")
    there: dict[Any, Any] = (
        mine[0] if mine else {"introduction": "", "conclusion": "", "version": 0}
    )
    key = f"{_SEEN}-{gebied}-{period}"
    with st.expander("Eigen inleiding en conclusie", icon=":material/edit_note:"):
        # The version that was on screen when writing began: a later one is somebody else's.
        seen = st.session_state.setdefault(key, int(there["version"]))
        with st.form(f"woorden-{gebied}-{period}", border=False):
            introduction = st.text_area(
                "Inleiding", there["introduction"], max_chars=5_000, key=f"inleiding-{key}"
            )
            conclusion = st.text_area(
                "Conclusie", there["conclusion"], max_chars=5_000, key=f"conclusie-{key}"
            )
            st.caption("Geen namen, kentekens, telefoonnummers of e-mailadressen.")
            if not st.form_submit_button("Bewaar", icon=":material/save:"):
                return
        for warning in warnings_for(f"{introduction}\n{conclusion}"):
            st.warning(warning)
        try:
            new = data.ledger().write_preface(
                gebied, period, introduction=introduction, conclusion=conclusion, version=seen
            )
        except Conflict as conflict:
            st.error(
                "Iemand anders schreef intussen ook; uw tekst staat hier nog en is niet bewaard. "
                "Wat er nu staat:"
            )
            for difference in conflict.differences:
                st.text(str(difference.theirs))
            st.session_state[key] = conflict.version
            st.caption("Neem over wat u houden wilt en druk nog eens op Bewaar.")
            return
        except ThorError as error:
            st.error(str(error))
            return
        st.session_state[key] = new
        st.toast("Bewaard: de tekst staat in het rapport.")
        if not warnings_for(f"{introduction}\n{conclusion}"):
            st.rerun()


# --- what it says --------------------------------------------------------------------------------


def preview(screen: Screen) -> None:
    """Show the report as it will be, section by section."""
    document = _here(screen)
    many = dutch.amount(len(document.sections), "deel", "delen")
    st.caption(f"Voorbeeld van het rapport, {many}.")
    for number, section in enumerate(document.sections, 1):
        st.subheader(section.title, anchor=False)
        for place, block in enumerate(section.blocks):
            _block(block, f"{number}-{place}")


def _block(block: Block, key: str) -> None:
    match block:
        case Text():
            lines = html.escape(block.words).replace("\n", "<br>")
            st.html(f"<p><strong>{lines}</strong></p>" if block.strong else f"<p>{lines}</p>")
        case Bullets():
            st.html("<ul>" + "".join(f"<li>{html.escape(x)}</li>" for x in block.items) + "</ul>")
        case Table():
            st.markdown(f"**{block.caption}**")
            st.dataframe(
                styled(block.frame, block.heads, hide_below=block.hide_below),
                hide_index=True,
                key=f"rapport-tabel-{key}",
                alt=block.caption,
            )
        case Figure():
            drawn = base64.b64encode(block.svg.encode()).decode()
            st.html(
                f'<img src="data:image/svg+xml;base64,{drawn}" alt="{html.escape(block.alt)}" '
                'style="max-width: 100%; background: #fff; border-radius: 8px">'
            )
            st.caption(block.caption)

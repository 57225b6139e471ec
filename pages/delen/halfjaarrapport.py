"""Halfjaarrapport: the overview of a gebied, to read, to add words to, and to take along."""

from thor_metrics.ui import frame, report

screen = frame.open_page(
    "Wat zetten we in het halfjaarrapport?",
    promise="Hier maakt u per gebied het halfjaarrapport: als PDF, Word, Excel of webpagina.",
)

report.files(screen)
report.words(screen)
report.preview(screen)

frame.explain(screen, report.METHOD)

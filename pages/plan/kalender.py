"""Wat staat er op de agenda: activities, events and documents that are due, month by month."""

from thor_metrics.ui import calendar_page, frame

screen = frame.open_page(
    "Wat staat er op de agenda?",
    promise="Hier ziet u spreekuren, activiteiten, evenementen en stukken die eraan komen.",
)

first = calendar_page.choose_month(screen)
every = calendar_page.ask(screen, first, calendar_page.moved(first, 1))
rows = calendar_page.kinds(screen, every)

screen.headline(calendar_page.headline(rows, first))
calendar_page.month(screen, first, rows)
calendar_page.listed(screen, rows)
calendar_page.download(screen)

frame.explain(screen, calendar_page.METHOD)

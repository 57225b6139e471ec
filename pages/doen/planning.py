"""Planning: the rounds of a week, from what is expected, what the plan asks and the hours."""

from thor_metrics.ui import frame, rounds

screen = frame.open_page(
    "Waar gaan we deze week heen?",
    promise="Hier maakt u van de verwachte overlast en de uren een weekplan met rondes.",
)

rounds.show(screen)

frame.explain(screen, rounds.METHOD)

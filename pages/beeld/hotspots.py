"""Waar is het raak: the map from gebied to square, with the same facts in a table."""

from thor_metrics.ui import frame, hotspots

screen = frame.open_page(
    "Waar is het raak?",
    promise="Hier ziet u op de kaart waar het raak is: per stadsdeel, buurt en vak van 100 meter.",
)

way = hotspots.way(screen)
picture = hotspots.ask(screen, way)
place = hotspots.chosen_place(screen, picture)

screen.counted_headline(hotspots.tail(picture))
hotspots.show(screen, picture, place)

frame.explain(screen, hotspots.METHOD)

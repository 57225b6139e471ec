"""Waar is het raak: the map from gebied to square, with the same facts in a table."""

from thor_metrics.ui import frame, hotspots, place_card
from thor_metrics.ui.hotspots.levels import MONTHS

screen = frame.open_page(
    "Waar is het raak?",
    promise="Hier ziet u op de kaart waar het raak is: per stadsdeel, buurt en vak van 100 meter.",
)

way = hotspots.way(screen)
picture = hotspots.ask(screen, way)
place = hotspots.chosen_place(screen, picture)

screen.counted_headline(hotspots.tail(picture))
if way.picture == MONTHS:
    hotspots.by_month(screen)
else:
    hotspots.map_beside_table(screen, picture, place)
if place:
    place_card.show(
        screen, x=place.x, y=place.y, radius=place.radius, name=place.name, words=place.words
    )

frame.explain(screen, hotspots.METHOD)

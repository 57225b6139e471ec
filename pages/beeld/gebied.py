"""Wat speelt er in Wyck: one gebied, the three H's beside each other, alarms and controls."""

from thor_metrics.ui import area, frame, making

screen = frame.open_page(
    area.question(),
    promise="Hier ziet u van één gebied wat er opvalt, waar en wanneer, en wat er is gedaan.",
)

if area.is_chosen(screen):
    area.other_area(screen)
    screen.counted_headline()
    area.alarms(screen)
    area.three_h(screen)
    area.effort(screen)
    making.area_button(screen, key="gebied-actie")
else:
    area.choose(screen)

frame.explain(screen, area.METHOD)

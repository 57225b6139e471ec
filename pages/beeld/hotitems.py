"""Wat valt op: per area what is more than elsewhere and what rises, in sentences."""

import pandas as pd

from thor_metrics.ui import frame, hotitems

screen = frame.open_page(
    "Wat valt op?",
    promise="Hier ziet u per gebied wat er meer is dan elders en wat er stijgt.",
)

own, parts = hotitems.ask(screen)

screen.headline(hotitems.surest(parts if own.empty else own))
hotitems.own_area(screen, own)
hotitems.areas(screen, parts)
hotitems.table(screen, pd.concat([own, parts], ignore_index=True))

frame.explain(screen, hotitems.METHOD)

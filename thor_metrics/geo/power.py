"""Boundaries when only facts are known: a power diagram of the buurten's centroids.

Every place goes to the buurt with the smallest *power distance* ``|p - c|^2 - area / pi``: as if
each buurt were a disc as large as its land. Beside a plain Voronoi diagram this gives a large
buurt room and a small one none of its neighbours'. It stays an approximation and is called so.

Source: Aurenhammer, "Power diagrams: properties, algorithms and applications", SIAM J. Comput.
16 (1987): the diagram is the lower hull of the points lifted to ``z = |c|^2 - w``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

from thor_metrics.errors import AreasError

__all__ = ["outline", "power_diagram", "repaired_weights"]

Floats = NDArray[np.float64]

#: Rivers, canals and ponds beside the land: 60.1 km2 of Maastricht has 55.8 km2 of land.
_WITH_WATER: Final = 1.08

#: A neighbour's border stays at least a tenth of the distance away from a centroid.
_SHARE: Final = 0.8


def power_diagram(centres: Floats, land_m2: Floats) -> NDArray[np.object_]:
    """Draw one polygon per buurt, together without gaps or overlaps.

    Parameters
    ----------
    centres : array of float, shape (n, 2)
        Centroids in metres, all different.
    land_m2 : array of float, shape (n,)
        Land area in square metres.

    Returns
    -------
    array of shapely geometries, shape (n,)
        Neighbours share exactly the same vertices, so no point falls between two of them. Each
        centroid lies in its own polygon.

    Raises
    ------
    AreasError
        When two centroids are the same, or an area is not a positive number.
    """
    _check(centres, land_m2)
    middle = centres.mean(axis=0)
    local = centres - middle
    weights = repaired_weights(local, land_m2 / np.pi)
    city = outline(local, land_m2)
    shapely.prepare(city)
    # One sheet of lines, cut where they cross: every face then has its neighbours' own vertices.
    sheet = shapely.union_all([*_borders(local, weights), city.boundary])
    faces = np.array(shapely.get_parts(shapely.polygonize([sheet])))
    inside = shapely.point_on_surface(faces)
    faces = faces[shapely.intersects(city, inside)]
    points = shapely.get_coordinates(shapely.point_on_surface(faces))
    power = ((points[:, None, :] - local[None, :, :]) ** 2).sum(axis=2) - weights
    owner = power.argmin(axis=1)
    polygons = [shapely.union_all(faces[owner == site]) for site in range(len(local))]
    return np.array(shapely.transform(polygons, lambda xy: xy + middle), dtype=object)


def _check(centres: Floats, land_m2: Floats) -> None:
    if not (np.isfinite(centres).all() and np.isfinite(land_m2).all() and (land_m2 > 0).all()):
        raise AreasError(
            "Voor benaderde grenzen heeft elke buurt een zwaartepunt (x en y) en een "
            "landoppervlak groter dan nul nodig. Vul de tabel met buurten aan, of geef een "
            "bestand met grenzen op bij [areas] boundaries."
        )
    if len(np.unique(centres, axis=0)) < len(centres):
        raise AreasError(
            "Twee buurten hebben hetzelfde zwaartepunt; daar is geen grens tussen te trekken. "
            "Verbeter x en y in de tabel met buurten."
        )


def repaired_weights(centres: Floats, weights: Floats) -> Floats:
    """Shrink weights until every centroid lies in its own cell.

    The centroid of i lies in its own cell when ``w_j - w_i <= |c_i - c_j|^2`` for every j. A
    large buurt beside a small one can break that (Maastricht: De Heeg, eaten by Randwyck). The
    answer is the largest set of weights, none above the given ones, with
    ``w_j - w_i <= 0.8 |c_i - c_j|^2``; what breaks nothing stays as it was.
    """
    apart = ((centres[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    weights = np.array(weights, dtype=np.float64)
    for _ in weights:  # a shortest-path closure: n rounds are always enough
        weights = np.minimum(weights, (weights[:, None] + _SHARE * apart).min(axis=0))
    return weights


def outline(centres: Floats, land_m2: Floats) -> shapely.Geometry:
    """Draw a believable edge of the municipality, in one piece.

    Discs round the centroids, in proportion to their land, grown until together they cover the
    land and 8 % of water, with the gaps between neighbours closed over the width of a buurt.
    """
    points, radii = shapely.points(centres), np.sqrt(land_m2 / np.pi)
    wanted = _WITH_WATER * float(land_m2.sum())
    close = float(np.sqrt(land_m2.mean()))

    def grown(factor: float) -> shapely.Geometry:
        discs = shapely.union_all(shapely.buffer(points, factor * radii))
        return discs.buffer(close).buffer(-close)

    low, high = 0.5, 3.0
    for _ in range(12):
        factor = (low + high) / 2
        low, high = (factor, high) if grown(factor).area < wanted else (low, factor)
    city = grown(high)
    if city.geom_type == "MultiPolygon":
        # Far apart on the map (an island): joined by the shortest way rather than left out.
        city = shapely.concave_hull(city, ratio=0.3)
    return shapely.Polygon(city.exterior)


def _borders(centres: Floats, weights: Floats) -> list[shapely.Geometry]:
    """Straight lines between the cells, each once, running well past the outline."""
    spread = float(np.abs(centres).max() + np.sqrt(weights.max()) + 1.0)
    angles = np.linspace(0, 2 * np.pi, 8, endpoint=False) + 0.1
    # Far sites of no weight close the outer cells, too far away to touch the city.
    far = 1_000 * spread * np.column_stack([np.cos(angles), np.sin(angles)])
    sites = np.vstack([centres, far]) / spread
    lifted = (sites**2).sum(axis=1) - np.append(weights, np.zeros(len(far))) / spread**2
    hull = ConvexHull(np.column_stack([sites, lifted]))
    lower = hull.equations[:, 2] < 0
    # Facet z = ax + by + c touches the paraboloid's points; its power centre is (a, b) / 2.
    corners = -hull.equations[:, :2] / (2 * hull.equations[:, 2:3]) * spread
    return [
        shapely.linestrings([corners[facet], corners[other]])
        for facet in np.flatnonzero(lower)
        for other in hull.neighbors[facet]
        if facet < other and lower[other]
    ]

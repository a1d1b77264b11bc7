"""Outlines of places (GeoJSON) as paths on a blank ground: no map of anybody else's is asked for."""

from dataclasses import dataclass
from math import cos, isfinite, radians

WIDTH, HEIGHT, EDGE = 640, 420, 12
MOST_POINTS = 5_000


@dataclass
class Shape:
    """One place: the path of its outline, and where its name stands."""

    pk: int
    path: str
    x: float
    y: float


def shapes(outlines):
    """Shapes of `{pk: GeoJSON}` on a ground of WIDTH x HEIGHT, north above. What is no polygon is left out."""
    rings = {pk: found for pk, outline in outlines.items() if (found := _rings(outline))}
    points = [point for found in rings.values() for ring in found for point in ring]
    if not points:
        return []
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    # A degree of longitude is shorter than one of latitude, by the cosine.
    shrink = cos(radians((south + north) / 2)) or 1
    scale = min((WIDTH - 2 * EDGE) / ((east - west) * shrink or 1), (HEIGHT - 2 * EDGE) / ((north - south) or 1))

    def place(point):
        return round(EDGE + (point[0] - west) * shrink * scale, 1), round(EDGE + (north - point[1]) * scale, 1)

    found = []
    for pk, parts in rings.items():
        placed = [[place(point) for point in ring] for ring in parts]
        path = "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "Z" for ring in placed)
        first = placed[0]
        x, y = (round((min(values) + max(values)) / 2, 1) for values in zip(*first, strict=True))
        found.append(Shape(pk, path, x, y))
    return found


def _rings(outline):
    """Rings (lists of (longitude, latitude)) of a Polygon or MultiPolygon, alone or in a Feature; [] for anything else."""
    try:
        shape = outline.get("geometry") or outline
        if shape["type"] == "Polygon":
            parts = [shape["coordinates"]]
        elif shape["type"] == "MultiPolygon":
            parts = shape["coordinates"]
        else:
            return []
        rings = [[(float(point[0]), float(point[1])) for point in ring] for part in parts for ring in part]
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return []
    points = [number for ring in rings for point in ring for number in point]
    if not all(map(isfinite, points)) or len(points) > 2 * MOST_POINTS or not all(len(ring) > 2 for ring in rings):
        return []
    return rings

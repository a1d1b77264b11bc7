"""Outlines on a blank ground: polygons only, north above, nothing that is not a number."""

import re

import pytest

from grids.outline import EDGE, HEIGHT, WIDTH, shapes

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[120.0, 30.0], [120.01, 30.0], [120.01, 30.01], [120.0, 30.01], [120.0, 30.0]]],
}


def numbers(path):
    return [float(text) for text in re.findall(r"-?[\d.]+", path)]


def test_an_outline_fits_the_ground_with_north_above():
    (shape,) = shapes({7: SQUARE})

    xs, ys = numbers(shape.path)[::2], numbers(shape.path)[1::2]
    assert shape.pk == 7
    assert min(xs) == EDGE
    assert (min(ys), max(ys)) == (EDGE, HEIGHT - EDGE)
    assert max(xs) <= WIDTH - EDGE
    # The first point lies in the south, so it stands below.
    assert ys[0] == max(ys)
    assert (shape.x, shape.y) == (round((min(xs) + max(xs)) / 2, 1), HEIGHT / 2)


def test_several_parts_and_a_feature_around_them_are_one_path():
    multi = {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]] * 2}}

    (shape,) = shapes({1: multi})

    assert shape.path.count("M") == shape.path.count("Z") == 2


@pytest.mark.parametrize("outline", [
    None, {}, [], "x", {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon"}, {"type": "Polygon", "coordinates": 5},
    {"type": "Polygon", "coordinates": [[["<b>", 1], [2, 3], [4, 5]]]}, {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]},
    {"type": "Polygon", "coordinates": [[[float("nan"), 2], [3, 4], [5, 6]]]}, {"n": 1},
    {"type": "Polygon", "coordinates": [[[n, n] for n in range(5001)]]},
])  # fmt: skip
def test_what_is_no_outline_is_left_out(outline):
    assert shapes({1: outline}) == []
    assert [shape.pk for shape in shapes({1: outline, 2: SQUARE})] == [2]


def test_a_line_without_width_is_drawn_all_the_same():
    flat = {"type": "Polygon", "coordinates": [[[120, 30], [120, 30], [120, 30]]]}

    (shape,) = shapes({1: flat})

    assert set(numbers(shape.path)) == {EDGE}

"""The wall to scale: geometry from arc length and angle, and drawings that keep their proportions."""

import math

import pytest
from hypothesis import given, strategies as st

from studios.drawing import MARGIN, PERSON_M, arc_of, plan, unrolled

length = st.floats(1, 200)
height = st.floats(1, 20)


@given(length=length, height=height, width=st.sampled_from([358, 1200]))
def test_wall_and_person_have_the_same_scale(length, height, width):
    found = unrolled(length, height, width=width)
    scale = (width - 2 * MARGIN) / length
    assert found.wall_w == pytest.approx(width - 2 * MARGIN, abs=0.2)
    assert found.wall_h == pytest.approx(height * scale, abs=0.2)
    assert found.person_h == pytest.approx(PERSON_M * scale, abs=0.2)
    assert found.top + found.wall_h == pytest.approx(found.floor, abs=0.2)


def test_the_published_wall_of_stage_1():
    arc = arc_of(42, 150)
    assert (round(arc.radius_m, 1), round(arc.chord_m, 1), round(arc.depth_m, 1)) == (16.0, 31.0, 11.9)


@given(length=length, angle=st.floats(1, 359))
def test_the_arc_is_as_long_as_the_wall(length, angle):
    assert arc_of(length, angle).radius_m * math.radians(angle) == pytest.approx(length)


def test_a_flat_wall_has_no_arc_and_a_wall_without_size_no_drawing():
    assert arc_of(20, 0) is None
    assert plan(20, 0, size=400) is None
    with pytest.raises(ValueError, match="length"):
        unrolled(0, 7, width=300)

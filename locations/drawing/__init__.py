"""A place without a picture of its own is drawn: a section through it from its own facts.

Pure functions from `SectionFacts` to the text of an SVG: no database, no clock, no request. The same facts give the
same text. `docs/implementation/drawn-places.md` says how a drawing reads and how to add a set.
"""

from .facts import SectionFacts
from .plan import CARD, SHARE, WIDE, Frame, Plan, make_plan
from .svg import draw_section
from .words import describe

__all__ = ["CARD", "SHARE", "WIDE", "Frame", "Plan", "SectionFacts", "describe", "draw_section", "make_plan"]

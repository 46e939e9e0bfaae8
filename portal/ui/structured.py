"""Structured data in a page's head (schema.org)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.utils.safestring import SafeString, mark_safe

ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def json_ld(data: Mapping[str, object]) -> SafeString:
    """Return JSON-LD in ASCII, escaped so that no text ends the element it stands in."""
    return mark_safe(json.dumps(data).translate(ESCAPES))  # noqa: S308 - escaped by the line itself

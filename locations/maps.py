"""Links that land right on Chinese maps: the point converted to GCJ-02."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from portal.core.geo import Point, gcj02


@dataclass(frozen=True, slots=True)
class MapLink:
    """One map app."""

    label: Any
    href: str


def map_links(point: Point, name: str) -> list[MapLink]:
    """Return links to Amap, Tencent and Baidu maps with a pin at the point."""
    lat, lng = gcj02(point)
    amap = urlencode({"position": f"{lng},{lat}", "name": name, "coordinate": "gaode"})
    tencent = urlencode({"marker": f"coord:{lat},{lng};title:{name}", "referer": "portal"})
    baidu = urlencode(
        {
            "location": f"{lat},{lng}",
            "title": name,
            "content": name,
            "output": "html",
            "coord_type": "gcj02",
            "src": "portal",
        }
    )
    return [
        MapLink(_("Amap"), f"https://uri.amap.com/marker?{amap}"),
        MapLink(_("Tencent Maps"), f"https://apis.map.qq.com/uri/v1/marker?{tencent}"),
        MapLink(_("Baidu Maps"), f"https://api.map.baidu.com/marker?{baidu}"),
    ]

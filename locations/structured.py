"""What search engines and chat apps read: schema.org's Place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.safestring import SafeString

from media.templatetags.pictures import picture_url
from portal.core.geo import Point
from portal.ui.structured import json_ld

from .sections import share_address

if TYPE_CHECKING:
    from .models import Location, LocationPhoto


def place_data(request: HttpRequest, place: Location, point: Point, cover: LocationPhoto | None) -> SafeString:
    """Return JSON-LD of a place in ASCII, escaped so that no text ends the element it stands in."""
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Place",
        "name": place.name,
        "alternateName": place.name_en if place.name == place.name_zh else place.name_zh,
        "description": place.summary,
        "identifier": place.code,
        "url": request.build_absolute_uri(place.get_absolute_url()),
        "geo": {"@type": "GeoCoordinates", "latitude": round(point.lat, 5), "longitude": round(point.lng, 5)},
        "address": {
            "@type": "PostalAddress",
            "addressCountry": "CN",
            "addressRegion": "Chongqing",
            "addressLocality": place.district,
        },
    }
    address = picture_url(cover.image, 1600) if cover else ""
    data["image"] = request.build_absolute_uri(address or share_address(place))
    return json_ld(data)

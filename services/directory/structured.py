"""What search engines and chat apps read: schema.org's LocalBusiness, without any way to reach the vendor."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.safestring import SafeString

from media.models import PortalImage
from media.templatetags.pictures import picture_url
from portal.ui.structured import json_ld

from . import facts, vocabulary
from .models import Vendor


def vendor_data(request: HttpRequest, vendor: Vendor, image: PortalImage | None) -> SafeString:
    """Return JSON-LD of a vendor in ASCII, escaped so that no text ends the element it stands in."""
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "name": vendor.name,
        "alternateName": vendor.name_en if vendor.name == vendor.name_zh else vendor.name_zh,
        "description": vendor.summary,
        "url": request.build_absolute_uri(vendor.get_absolute_url()),
        "areaServed": [str(term) for term in vocabulary.terms("coverage", vendor.coverage)] or "Chongqing",
        "knowsLanguage": [term.key for term in vocabulary.terms("languages", vendor.languages)],
        "makesOffer": [
            {"@type": "Offer", "itemOffered": {"@type": "Service", "name": str(term)}} for term in vendor.category_terms
        ],
        "priceRange": facts.price(vendor),
        "address": {"@type": "PostalAddress", "addressCountry": "CN", "addressRegion": "Chongqing"},
    }
    address = picture_url(image, 960) if image else ""
    if address:
        data["image"] = request.build_absolute_uri(address)
    return json_ld(data)

"""What stands for a place on a card: its own photograph, else its section drawn from its facts."""

from __future__ import annotations

from typing import Literal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, pgettext

from locations.drawing import CARD, WIDE
from locations.models import Location, LocationPhoto
from locations.sections import section_address, section_words
from media.models import PortalImage
from media.templatetags.pictures import EAGER, LAZY, SIZES, author, picture

register = template.Library()


@register.simple_tag
def place_picture(
    place: Location,
    image: PortalImage | Literal[""] | None = None,
    sizes: str = SIZES,
    eager: bool = False,
    alt: str | None = None,
) -> SafeString:
    """Draw a place's own picture with its author, else its section. No queries where the sizes are prefetched."""
    if not image:  # a template says "" where there is no cover
        return section_picture(place, eager=eager, alt=alt)
    by = f" {image.credit}" if image.credit else ""
    return format_html(
        '{}<span class="edge">{}<span translate="no">{}</span></span>',
        picture(image, sizes=sizes, eager=eager, alt=alt),
        pgettext("picture", "True view"),
        by,
    )


@register.simple_tag
def section_picture(place: Location, wide: bool = False, eager: bool = False, alt: str | None = None) -> SafeString:
    """Draw a place's section; `wide` takes the broad one where there is room for it."""
    img = format_html(
        '<img class="section-drawing" src="{}" width="{}" height="{}" alt="{}"{}>',
        section_address(place),
        CARD.width,
        CARD.height,
        section_words(place) if alt is None else alt,
        EAGER if eager else LAZY,
    )
    if not wide:
        return img
    return format_html(
        '<picture><source media="(width >= 900px)" srcset="{}" width="{}" height="{}">{}</picture>',
        section_address(place, WIDE),
        WIDE.width,
        WIDE.height,
        img,
    )


@register.simple_tag
def place_words(photo: LocationPhoto) -> str:
    """Say what a picture on a place's page shows, first of all that it is not this place."""
    subject = str(photo.image.subject or photo.image.title)
    return subject if photo.shows_place else _("Sample picture, not this place: %(subject)s") % {"subject": subject}


@register.simple_tag
def place_caption(photo: LocationPhoto) -> SafeString:
    """Say what a picture shows and whose it is, linked to its licence."""
    by = format_html(" · {}", author(photo.image)) if photo.image.credit else ""
    return format_html("<span>{}{}</span>", place_words(photo), by)

"""Pictures in templates: `{% picture %}`, `{% shot %}`, `{% picture_url %}`. They read prefetched sizes only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from media.models import PortalImage, PortalRendition

register = template.Library()

GREY = "data:image/gif;base64,R0lGODlhAQABAIAAAJmZmf///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="
SIZES = "(width >= 900px) 33vw, 100vw"
EAGER, LAZY = mark_safe(' fetchpriority="high"'), mark_safe(' loading="lazy" decoding="async"')


def of_format(image: PortalImage, kind: str) -> list[PortalRendition]:
    """Return the sizes of a format, smallest first. No query where `with_renditions()` was used, one otherwise."""
    ending = f"|format-{kind}"
    found = [
        size
        for size in image.renditions.all()
        if size.filter_spec.startswith("width-") and size.filter_spec.endswith(ending)
    ]
    return sorted(found, key=lambda size: size.width)


def srcset(sizes: Iterable[PortalRendition]) -> str:
    """Return `address 480w, address 960w`."""
    return ", ".join(f"{size.url} {size.width}w" for size in sizes)


@register.simple_tag
def picture(
    image: PortalImage | None,
    sizes: str = SIZES,
    eager: bool = False,
    css: str = "",
    alt: str | None = None,
    night: PortalImage | None = None,
) -> SafeString:
    """Draw a picture at the sizes that are there, its placeholder where none is yet.

    `alt` left out: what the picture shows; `alt=""`: decoration. `night`: another picture under a dark scheme.
    """
    if image is None:
        return mark_safe("")
    fallback = (of_format(image, "jpeg") or of_format(image, "webp"))[-1:]
    src = fallback[0].url if fallback else (image.placeholder or GREY)
    width, height = (fallback[0].width, fallback[0].height) if fallback else (image.width, image.height)
    img = format_html(
        '<img src="{}" width="{}" height="{}" alt="{}" data-tone="{}"{}{}>',
        src,
        width,
        height,
        image.subject or image.title if alt is None else alt,
        image.tone or "#8a8f90",
        format_html(' class="{}"', css) if css else "",
        EAGER if eager else LAZY,
    )
    sources = _sources(night, sizes, "(prefers-color-scheme: dark)") if night else []
    sources += _sources(image, sizes)
    return format_html("<picture>{}{}</picture>", mark_safe("".join(sources)), img)  # noqa: S308 - built by format_html


def _sources(image: PortalImage, sizes: str, media: str = "") -> list[SafeString]:
    shown = format_html(' media="{}"', media) if media else ""
    kinds = ("avif", "webp", "jpeg") if media else ("avif", "webp")
    return [
        format_html(
            '<source type="image/{}" srcset="{}" sizes="{}" width="{}" height="{}"{}>',
            kind,
            srcset(found),
            sizes,
            found[-1].width,
            found[-1].height,
            shown,
        )
        for kind in kinds
        if (found := of_format(image, kind))
    ]


@register.simple_tag
def caption(image: PortalImage | None, shows_place: bool = False) -> SafeString:
    """Say what a picture truly shows and whose it is: 示例图片：… · name, linked to its licence."""
    if image is None:
        return mark_safe("")
    return format_html("<span>{}{}</span>", _said(image, shows_place), _by(image))


def _said(image: PortalImage, shows_place: bool) -> str:
    subject: Any = image.subject or image.title
    if image.kind == PortalImage.Kind.RENDER:
        return _("Concept render: %(subject)s") % {"subject": subject}
    return str(subject) if shows_place else _("Sample picture: %(subject)s") % {"subject": subject}


@register.simple_tag
def author(image: PortalImage) -> SafeString:
    """Name the author, linked to the licence; a dash where the author is not known."""
    return _author(image) if image.credit else mark_safe("—")


def _by(image: PortalImage) -> SafeString:
    return format_html(" · {}", _author(image)) if image.credit else mark_safe("")


def _author(image: PortalImage) -> SafeString:
    han = mark_safe(' lang="zh-Hans"') if any("\u4e00" <= char <= "\u9fff" for char in image.credit) else ""
    name = format_html('<span translate="no"{}>{}</span>', han, image.credit)
    if image.licence_url or image.source_url:
        name = format_html('<a href="{}" rel="license noopener">{}</a>', image.licence_url or image.source_url, name)
    return name


@register.simple_tag
def shot(
    image: PortalImage | None,
    shows_place: bool = False,
    sizes: str = SIZES,
    eager: bool = False,
    css: str = "",
    alt: str | None = None,
    words: str = "",
) -> SafeString:
    """Draw a figure with its honest caption. `words` replace the subject where the picture does show the thing."""
    if image is None:
        return mark_safe("")
    return format_html(
        '<figure class="shot{}">{}<figcaption><span>{}</span>{}</figcaption></figure>',
        f" {css}" if css else "",
        picture(image, sizes=sizes, eager=eager, alt=alt),
        words if words and shows_place else _said(image, shows_place),
        format_html("<span>{}</span>", _author(image)) if image.credit else "",
    )


@register.simple_tag
def sample_edge(image: PortalImage | None, shows_place: bool = False) -> SafeString:
    """The short mark on a card's picture: 示例图片 or 概念渲染, nothing where it shows the thing itself."""
    if image is None:
        return mark_safe("")
    if image.kind == PortalImage.Kind.RENDER:
        return format_html('<span class="edge">{}</span>', _("Concept render"))
    return mark_safe("") if shows_place else format_html('<span class="edge">{}</span>', _("Sample picture"))


@register.simple_tag
def picture_url(image: PortalImage | None, width: int = 960, kind: str = "") -> str:
    """Return the address of the JPEG or WebP size nearest to `width`, JPEG first; empty where there is none yet."""
    if image is None:
        return ""
    found = of_format(image, kind) if kind else [*of_format(image, "jpeg"), *of_format(image, "webp")]
    return min(found, key=lambda size: abs(size.width - width)).url if found else ""

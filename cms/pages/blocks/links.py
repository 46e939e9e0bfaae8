"""Ways on from a page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from media.models import PortalDocument


def validate_address(value: str) -> None:
    """Raise `ValidationError` unless it is a path of this site or an https address."""
    if not (value.startswith("https://") or (value.startswith("/") and not value.startswith("//"))):
        raise ValidationError(_("Begin with / for this site, or with https://."), code="address")


class PaperBlock(blocks.StructBlock):
    """A document to fetch."""

    document = DocumentChooserBlock(label=_("document"))
    label = blocks.CharBlock(label=_("label"), max_length=80)

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "pages/blocks/document.html"
        description = _("A link to a file, with its type and size. Only public documents open for visitors.")

    def get_preview_value(self) -> Any:
        """Show the newest document."""
        newest = PortalDocument.objects.order_by("-pk").first()
        return self.to_python({"document": getattr(newest, "pk", None), "label": "校色报告 PDF"})

    def get_preview_template(self, value: Any, context: Any = None) -> str:
        return self.DEFAULT_PREVIEW_TEMPLATE


class CallValue(blocks.StructValue):
    """Where the button leads."""

    @property
    def address(self) -> str:
        page = self.get("page")
        return (page.url if page else self.get("path")) or ""


class CallBlock(blocks.StructBlock):
    """One thing to do next."""

    title = blocks.CharBlock(label=_("title"), max_length=60)
    text = blocks.TextBlock(label=_("text"), required=False, max_length=300)
    button = blocks.CharBlock(
        label=_("words on the button"), max_length=30, help_text=_("Say what happens, never just “OK”.")
    )
    page = blocks.PageChooserBlock(label=_("page"), required=False)
    path = blocks.CharBlock(label=_("or an address"), required=False, max_length=200, validators=[validate_address])

    class Meta:
        icon = "link"
        label = _("What to do next")
        template = "pages/blocks/call.html"
        value_class = CallValue
        preview_value = {
            "title": "要找能连排五天的棚？",
            "text": "选好天数，看哪几座棚有空。",
            "button": "按连续天数找棚",
            "path": "/zh-hans/stages/",
        }
        description = _("A box with one button.")

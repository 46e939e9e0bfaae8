"""Pictures, facts and tables."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from media.models import PortalImage
from portal.ui.components import Cell


class PictureChooserBlock(ImageChooserBlock):
    """A chooser that reads all pictures of a body, with their sizes, in two queries."""

    def bulk_to_python(self, values: Any) -> list[PortalImage | None]:
        """Return the pictures in the order of `values`, `None` where one is gone."""
        found = PortalImage.objects.with_renditions().in_bulk([value for value in values if value is not None])
        return [found.get(value) for value in values]


class PictureBlock(blocks.StructBlock):
    """A picture with its caption."""

    image = PictureChooserBlock(label=_("picture"))
    alt = blocks.CharBlock(
        label=_("for those who cannot see it"),
        required=False,
        max_length=160,
        help_text=_("One sentence. Left empty: what the picture shows."),
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=160)
    shows_subject = blocks.BooleanBlock(
        label=_("it shows the very thing the text speaks of"),
        required=False,
        help_text=_("Off: the caption says that this is a sample picture."),
    )

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "pages/blocks/picture.html"
        description = _("A picture across the text, with an honest caption.")

    def get_preview_value(self) -> Any:
        """Show the newest picture that is ready."""
        return self.to_python({"image": getattr(PortalImage.objects.ready().order_by("-pk").first(), "pk", None)})

    def get_preview_template(self, value: Any, context: Any = None) -> str:
        return self.DEFAULT_PREVIEW_TEMPLATE


class FactBlock(blocks.StructBlock):
    """One exact fact."""

    label = blocks.CharBlock(label=_("label"), max_length=24)
    figure = blocks.CharBlock(label=_("figure or word"), max_length=24)
    unit = blocks.CharBlock(label=_("unit"), required=False, max_length=12)

    class Meta:
        icon = "tick"
        label = _("Fact")


class FactsValue(blocks.StructValue):
    """The facts as cells of a slate."""

    @property
    def cells(self) -> list[Cell]:
        return [Cell(fact["label"], fact["figure"], fact["unit"] or "") for fact in self["facts"]]


class FactsBlock(blocks.StructBlock):
    """Three to eight exact facts on a slate 场记板."""

    facts = blocks.ListBlock(FactBlock(), label=_("facts"), min_num=2, max_num=8)

    class Meta:
        icon = "list-ul"
        label = _("Slate of facts")
        template = "pages/blocks/facts.html"
        value_class = FactsValue
        preview_value = {
            "facts": [
                {"label": "平均色差", "figure": "0.9", "unit": "ΔE"},
                {"label": "换下模组", "figure": "18", "unit": "块"},
                {"label": "下次校色", "figure": "11月", "unit": ""},
            ]
        }
        description = _("Label, figure and unit; only what somebody decides by.")


class RowBlock(blocks.StructBlock):
    """One row of a table."""

    name = blocks.CharBlock(label=_("entry"), max_length=60)
    value = blocks.CharBlock(label=_("value"), max_length=120)
    note = blocks.CharBlock(label=_("note"), required=False, max_length=160)


class TableBlock(blocks.StructBlock):
    """A plain table of names, values and notes."""

    caption = blocks.CharBlock(label=_("caption"), max_length=80)
    rows = blocks.ListBlock(RowBlock(), label=_("rows"), min_num=1, max_num=40)

    class Meta:
        icon = "table"
        label = _("Table")
        template = "pages/blocks/table.html"
        preview_value = {
            "caption": "来片场的路",
            "rows": [
                {"name": "高铁", "value": "永川东站", "note": "示例"},
                {"name": "高速", "value": "成渝高速永川出口", "note": "示例"},
            ],
        }
        description = _("Name, value and note, row by row.")

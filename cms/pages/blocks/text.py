"""Words."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

TEXT_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]


class HeadingBlock(blocks.CharBlock):
    """A heading inside the text."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_length": 80, **kwargs})

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "pages/blocks/heading.html"
        preview_value = "怎么来 · Getting here"
        description = _("Starts a new section of the text.")


class ParagraphBlock(blocks.RichTextBlock):
    """Paragraphs and lists."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"features": TEXT_FEATURES, **kwargs})

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "pages/blocks/paragraph.html"
        preview_value = "<p>从成渝高速永川出口到片场约十分钟。<b>大车</b>请走北门。</p>"
        description = _("Paragraphs, lists and links.")


class QuoteBlock(blocks.StructBlock):
    """What somebody said, and who it was."""

    text = blocks.TextBlock(label=_("quoted words"), max_length=400)
    who = blocks.CharBlock(label=_("who said it"), max_length=80)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "pages/blocks/quote.html"
        preview_value = {"text": "左翼那三列以前要单独拉一条曲线，现在不用了。", "who": "屏控操作员，2号棚"}
        description = _("One or two sentences of a named person.")

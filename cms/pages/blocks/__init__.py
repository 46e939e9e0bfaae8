"""What an article, guide or service page is made of. No colours, no alignment: the house decides how it looks."""

from wagtail import blocks

from .figures import FactsBlock, PictureBlock, PictureChooserBlock, TableBlock
from .links import CallBlock, PaperBlock
from .text import HeadingBlock, ParagraphBlock, QuoteBlock


class BodyBlock(blocks.StreamBlock):
    """The body of a page."""

    paragraph = ParagraphBlock()
    heading = HeadingBlock()
    picture = PictureBlock()
    facts = FactsBlock()
    table = TableBlock()
    quote = QuoteBlock()
    document = PaperBlock()
    call = CallBlock()


__all__ = [
    "BodyBlock",
    "CallBlock",
    "FactsBlock",
    "HeadingBlock",
    "PaperBlock",
    "ParagraphBlock",
    "PictureBlock",
    "PictureChooserBlock",
    "QuoteBlock",
    "TableBlock",
]

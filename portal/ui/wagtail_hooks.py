"""What the design system adds to the Wagtail admin."""

from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from wagtail import hooks

SHEETS = ("ui/css/tokens.css", "ui/css/admin.css")  # the tokens' layers lie under Wagtail's sheet, ours above it


@hooks.register("insert_global_admin_css")
def admin_styles() -> SafeString:
    """Return our colours and our rules for the admin."""
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(sheet),) for sheet in SHEETS))

"""What the design system adds to the Wagtail admin."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def admin_styles() -> SafeString:
    """Return our few rules for the admin."""
    return format_html('<link rel="stylesheet" href="{}">', static("ui/css/admin.css"))

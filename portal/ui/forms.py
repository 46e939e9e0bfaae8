"""One template for every field of every form."""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.template.loader import render_to_string

PLAIN_INPUTS = {
    "text",
    "email",
    "password",
    "number",
    "url",
    "tel",
    "date",
    "time",
    "datetime-local",
    "search",
    "month",
}


class PortalRenderer(DjangoTemplates):
    """Fields are drawn by `ui/field.html` in the portal's own template engine; widgets stay Django's."""

    field_template_name = "ui/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Draw a form part. Text-like widgets get the class `input` unless they name their own."""
        if template_name.startswith("ui/"):
            return render_to_string(template_name, context, request).strip()
        widget = context.get("widget")
        if widget and (
            widget.get("type") in PLAIN_INPUTS or template_name.endswith(("/textarea.html", "/select.html"))
        ):
            attrs = widget.get("attrs", {})
            if "class" not in attrs:
                widget["attrs"] = {**attrs, "class": "input"}
        return super().render(template_name, context, request)

"""One template for every field of every form."""

from django.forms.renderers import DjangoTemplates


class PortalRenderer(DjangoTemplates):
    """Fields are drawn by `ui/field.html`; widgets stay Django's."""

    field_template_name = "ui/field.html"

    def render(self, template_name, context, request=None):  # type: ignore[no-untyped-def]  # Django's untyped signature
        if template_name.startswith("ui/"):
            from django.template.loader import render_to_string

            return render_to_string(template_name, context, request).strip()
        return super().render(template_name, context, request)

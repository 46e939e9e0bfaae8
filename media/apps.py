from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    name = "media"
    label = "media"
    verbose_name = _("Pictures and documents")

    def ready(self) -> None:
        from wagtail.admin.views.account import AvatarSettingsPanel
        from wagtail.contrib.redirects import views as redirect_views

        from portal.accounts.rules import EDITOR, STAGE_MANAGER, register_permissions

        from .forms import AvatarForm, RedirectSheetForm

        AvatarSettingsPanel.form_class = AvatarForm  # Wagtail has no setting for these two
        redirect_views.ImportForm = RedirectSheetForm
        register_permissions({"media.manage": (set(), {EDITOR, STAGE_MANAGER})})

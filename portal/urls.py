"""The only list of every URL, grouped by who may see it and whether it may be cached."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.i18n import set_language
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls

from bookings.views import calendar_file
from portal.accounts.admin import DeskAccountView
from portal.accounts.views import sign_in_door
from portal.api import api, api_docs
from portal.health import readyz
from portal.payments.views import fake as fake_provider
from portal.payments.views.webhooks import webhook
from portal.ui import views as ui
from portal.ui.gallery import gallery as ui_gallery

operations = [path("healthz", ui.healthz, name="healthz"), path("readyz", readyz, name="readyz")]

private = [
    path("accounts/", include("portal.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/login/", sign_in_door, name="admin_sign_in"),
    path("admin/account/", require_admin_access(DeskAccountView.as_view())),  # before Wagtail's, under its name
    path("admin/", include(wagtailadmin_urls)),
    path("", include("media.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("language/", set_language, name="set_language"),
    path("", include("portal.notifications.urls")),
    path("calendar/<str:secret>.ics", calendar_file, name="calendar_file"),
    path("payments/webhooks/stripe/", webhook, {"provider": "stripe"}, name="stripe_webhook"),
    path("payments/webhooks/fake/", webhook, {"provider": "fake"}, name="fake_webhook"),
    path("payments/fake/", fake_provider.drive, name="fake_drive"),
    path("payments/fake/<str:ref>/", fake_provider.checkout, name="fake_checkout"),
    path("ui/", ui_gallery, name="ui_gallery"),
]

public = [
    path("", ui.root, name="root"),
    path("favicon.ico", ui.favicon, name="favicon"),
    path("", include("cms.pages.root_urls")),
]

pages = i18n_patterns(
    path("", include("media.page_urls")),
    path("locations/", include("locations.urls")),
    path("stages/", include("studios.urls")),
    path("bookings/", include("bookings.urls")),
    path("payments/", include("portal.payments.urls")),
    path("film-week/", include("cms.events.urls")),
    path("services/directory/", include("services.directory.urls")),
    path("", include("cms.pages.urls")),
    path("_util/login/", sign_in_door, name="frontend_sign_in"),
    path("", include(wagtail_urls)),
    prefix_default_language=True,
)

urlpatterns = [
    *operations,
    *private,
    path("api/v1/docs", api_docs, name="api_docs"),
    path("api/v1/", api.urls),
    *public,
    *pages,
]

handler400 = "portal.ui.views.bad_request"
handler403 = "portal.ui.views.forbidden"
handler404 = "portal.ui.views.not_found"
handler500 = "portal.ui.views.server_error"

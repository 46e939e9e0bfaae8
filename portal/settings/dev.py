"""`make run`: everything embedded, nothing secret, demo content, mail readable at /outbox/."""

from . import env
from .base import *  # noqa: F403 - a settings module extends the base by design
from .base import STRIPE_SECRET_KEY, TEST_MONEY, VAR_DIR

VAR_DIR.mkdir(parents=True, exist_ok=True)
DEBUG = False
SECRET_KEY = "for-development-only-" + "0" * 40
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
_served = env.text("PORTAL_SERVED_ADDRESS", "")  # set by `portal.serve --host`
if _served not in {"", "localhost", "127.0.0.1", "::1"}:
    ALLOWED_HOSTS = ["*"] if _served in {"0.0.0.0", "::"} else [*ALLOWED_HOSTS, _served]  # noqa: S104 - compared with
WAGTAILADMIN_BASE_URL = env.text("PORTAL_BASE_URL", f"http://localhost:{env.number('PORT', 8000)}")
PORTAL_BASE_URL = WAGTAILADMIN_BASE_URL
EMAIL_BACKEND = "portal.notifications.mail.OutboxBackend"
OUTBOX_PAGE = True
STAFF_NEED_SECOND_FACTOR = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"
DEMO_ALLOWED = True
PAYMENTS_FAKE = True
STRIPE_SECRET_KEY = STRIPE_SECRET_KEY if TEST_MONEY else ""  # no real money here, whatever key is in the environment
TEST_MONEY = True

"""`make run`: everything embedded, nothing secret, demo content, mail readable at /outbox/."""

from .base import *  # noqa: F403 - a settings module extends the base by design
from .base import VAR_DIR

VAR_DIR.mkdir(parents=True, exist_ok=True)
DEBUG = False
SECRET_KEY = "for-development-only-" + "0" * 40
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
EMAIL_BACKEND = "portal.notifications.mail.OutboxBackend"
OUTBOX_PAGE = True
STAFF_NEED_SECOND_FACTOR = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"
DEMO_ALLOWED = True
PAYMENTS_FAKE = True
TEST_MONEY = True

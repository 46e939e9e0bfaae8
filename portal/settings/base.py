"""Settings that every environment shares. Read once, here; app code asks `django.conf.settings`."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from . import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.text("PORTAL_VAR", str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "demo",
    "cms.pages",
    "cms.events",
    "bookings",
    "services.directory",
    "locations",
    "studios",
    "portal.productions",
    "media",
    "portal.search",
    "portal.payments",
    "portal.accounts",
    "portal.notifications",
    "portal.tasks",
    "portal.ui",
    "portal.audit",
    "portal.core",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
    "leaflet",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",  # Wagtail takes its relative times, whose Chinese stands here
]

MIDDLEWARE = [
    "portal.core.middleware.RequestIdMiddleware",
    "portal.core.middleware.QueryLimitMiddleware",
    "portal.core.middleware.PlainTextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.ui.compression.CompressionMiddleware",
    "portal.core.storage.WrittenFilesMiddleware",
    "portal.ui.middleware.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.ui.middleware.PageLocaleMiddleware",
    "portal.ui.middleware.PathLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.middleware.OrganisationMiddleware",
    "portal.ui.middleware.CachePolicyMiddleware",
    "portal.core.middleware.StorableMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.ui.context_processors.chrome",
            ],
            "builtins": [
                "portal.ui.templatetags.ui",
                "media.templatetags.pictures",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]
FORM_RENDERER = "portal.ui.forms.PortalRenderer"

# DATABASE_URL and REDIS_URL are read where data is real (production.py): on a desk they are another project's.
DATABASES = {"default": env.database("PORTAL_DATABASE_URL", env.sqlite_url(VAR_DIR / "portal.sqlite3"))}
CACHES = {"default": env.cache("PORTAL_REDIS_URL"), "pages": env.page_cache("PORTAL_REDIS_URL")}
VISITORS_FORGOTTEN_AFTER_DAYS = 30  # names and addresses of film-week visitors, after the edition's last day
PAGE_CACHE_SECONDS = 60  # visitors' whole pages; 0 keeps none (ADR 0016)
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# Languages: Chinese first (Wagtail's first Locale row is made from LANGUAGE_CODE)
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = False
LOCALE_PATHS = [BASE_DIR / "portal" / "ui" / "words"]  # what Wagtail and Django leave English
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_COOKIE_NAME = "language"

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.ui.styles.SiteSheetFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "portal.core.storage.WholeFileStorage"},
    "private": {
        "BACKEND": "portal.core.storage.WholeFileStorage",
        "OPTIONS": {"location": str(VAR_DIR / "private"), "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

# Wagtail
WAGTAIL_SITE_NAME = "光影重庆"
WAGTAILADMIN_BASE_URL = env.text("PORTAL_BASE_URL", "http://localhost:8000")
PORTAL_BASE_URL = WAGTAILADMIN_BASE_URL
WAGTAIL_AUTOSAVE_INTERVAL = 5000
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAIL_USER_TIME_ZONES = [
    "Asia/Shanghai"
]  # every time is said by the lot's clock; Wagtail then asks nobody for theirs
WAGTAILIMAGES_IMAGE_MODEL = "media.PortalImage"
WAGTAILDOCS_DOCUMENT_MODEL = "media.PortalDocument"
WAGTAILIMAGES_IMAGE_FORM_BASE = "media.forms.PictureForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "media.forms.DocumentForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 40 * 2**20
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "jfif", "png", "webp", "avif", "heic"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 40 * 2**20
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "csv", "txt", "zip"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILEMBEDS_FINDERS: list[dict[str, object]] = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "portal.search.modelsearch_backend"}}
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]},
    }
}

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]  # one door: portal/urls.py
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "portal.accounts.passwords.KeysEndWithThePassword"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.accounts.adapter.PortalAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "portal.accounts.forms.SignupForm"
ACCOUNT_FORMS = {"signup": "portal.accounts.signup.AddressForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
ACCOUNT_RATE_LIMITS: dict[str, str] = {}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
STAFF_NEED_SECOND_FACTOR = True
STAFF_FACTOR_HOURS = env.number("STAFF_FACTOR_HOURS", 12)  # then a session of staff is asked for the factor again
API_KEY_DAYS = (30, 90, 365)  # how long a key for programs may live
WAGTAILADMIN_LOGIN_URL = (
    "/admin/login/"  # ours: leads to the one sign-in page, and tells the signed-in that they may not
)
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # the account pages change, set and reset passwords
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # an address is confirmed before it is one's own
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)  # how many proxies write X-Forwarded-For before us
ALLAUTH_RATE_LIMIT_IPV6_PREFIX = 64  # one household or office has a /64

DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "光影重庆 <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
OUTBOX_PAGE = False
EMAIL_BACKEND = "portal.notifications.mail.QueueBackend"  # pages write mail into the queue …
MAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # … and a worker hands it to the server
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", "")  # the old keys while one is changed

# Security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.ui.views.csrf_failure"
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY", "")
TEST_MONEY = STRIPE_SECRET_KEY.startswith(("sk_test_", "rk_test_"))  # said on every page
STRIPE_PAGES = (
    ["https://checkout.stripe.com"] if STRIPE_SECRET_KEY else []
)  # browsers check where a form leads in the end
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *STRIPE_PAGES],
        "frame-ancestors": [SELF],
    }
}
ADMIN_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)

# Work outside the request: an INSERT in the same transaction (docs/implementation/tasks.md)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "media"]}}

# The lot
SEARCH_URL = env.text("SEARCH_URL", f"tantivy://{VAR_DIR / 'search'}")
SEARCH_STANDBY_URL = env.text(
    "SEARCH_STANDBY_URL", f"tantivy://{VAR_DIR / 'search'}"
)  # answers while a cluster is away
SEARCH_NOTES_DIR = VAR_DIR / "search-notes"  # what was asked in vain or slowly, until the clock takes it in
LOT_NAME = {"zh": "永川科技片场", "en": "Yongchuan Tech Film Lot"}
LOT_POINT = (29.3563, 105.9270)  # WGS-84, Yongchuan new town; to be confirmed by the lot
EARNEST_MONEY_CAP_PERCENT = 20  # Civil Code art. 586 caps 定金 at 20 %; have counsel confirm
ICP_NUMBER = env.text("ICP_NUMBER", "")
PENALTY_DUE_DAYS = 14
REFUND_APPROVAL_LIMIT_FEN = env.number("REFUND_APPROVAL_LIMIT_FEN", 1_000_000)  # above it a second person approves
SLIPS_PER_AMOUNT = 5
PAYMENTS_FAKE = False  # the test provider; never where data is real
STRIPE_WEBHOOK_SECRET = env.text("STRIPE_WEBHOOK_SECRET", "")  # several with commas while one is rotated
STRIPE_ACCOUNT = env.text("STRIPE_ACCOUNT", "")
STRIPE_METHODS = env.words("STRIPE_METHODS", "card,alipay,wechat_pay")
STRIPE_API_BASE = env.text("STRIPE_API_BASE", "")  # another address than Stripe's own, for its stub
STRIPE_NETWORK_RETRIES = 1
REGISTRATIONS_PER_MINUTE = env.number("REGISTRATIONS_PER_MINUTE", 300)  # an address; a venue is one
REGISTRATIONS_PER_DAY = env.number("REGISTRATIONS_PER_DAY", 5000)  # an address
LETTERS_PER_MAILBOX_A_DAY = env.number("LETTERS_PER_MAILBOX_A_DAY", 40)  # that registering and its link cause
API_READS_PER_MINUTE = env.number("API_READS_PER_MINUTE", 3000)
API_WRITES_PER_MINUTE = env.number("API_WRITES_PER_MINUTE", 1200)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "portal.core.logs.RequestFilter"}},
    "formatters": {"json": {"()": "portal.core.logs.JsonFormatter"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request"]}},
    "root": {"handlers": ["out"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["out"], "propagate": False},
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # SAMEORIGIN: Wagtail's preview panel frames our own pages

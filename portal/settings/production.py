"""Where data is real. Every secret comes from the environment; a missing one stops the start."""

from . import env
from .base import *  # noqa: F403 - a settings module extends the base by design

DEBUG = False
SECRET_KEY = env.text("SECRET_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
WAGTAILADMIN_BASE_URL = env.text("PORTAL_BASE_URL", f"https://{ALLOWED_HOSTS[0].lstrip('.')}" if ALLOWED_HOSTS else "")
PORTAL_BASE_URL = WAGTAILADMIN_BASE_URL
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS]
DATABASES = {"default": env.database(env.first("PORTAL_DATABASE_URL", "DATABASE_URL"))}
_redis = env.first("PORTAL_REDIS_URL", "REDIS_URL")
CACHES = {"default": env.cache(_redis), "pages": env.page_cache(_redis)}
EMAIL_HOST = env.text("MAIL_HOST")
EMAIL_PORT = env.number("MAIL_PORT", 587)
EMAIL_HOST_USER = env.text("MAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("MAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("MAIL_TLS", default=True)
EMAIL_TIMEOUT = 10

SECURE_SSL_REDIRECT = env.flag("TLS_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 1 if env.flag("BEHIND_PROXY", default=False) else 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", default=False) else None
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
DEMO_ALLOWED = False

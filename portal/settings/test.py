"""The suite: a file database (threads need one), tasks run when asked, mail stays in memory."""

import atexit
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from . import env
from .base import *  # noqa: F403 - a settings module extends the base by design
from .base import VAR_DIR

DEBUG = False
SECRET_KEY = "for-tests-only-" + "0" * 40
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
TEST_DIR = Path(env.text("PORTAL_TEST_DIR", str(VAR_DIR / "test")))
TEST_DIR.mkdir(parents=True, exist_ok=True)
DATABASES = {"default": env.database("TEST_DATABASE_URL", env.sqlite_url(TEST_DIR / "unused.sqlite3"))}
CACHES = {"default": env.cache("REDIS_URL"), "pages": env.page_cache("REDIS_URL")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": TEST_DIR / "test.sqlite3"}
_worker = env.text("PYTEST_XDIST_WORKER", "").removeprefix("gw")
if _worker and env.text("REDIS_URL", ""):  # each process of the suite clears a cache of its own
    for _cache in CACHES.values():
        _cache["LOCATION"] = urlsplit(str(_cache["LOCATION"]))._replace(path=f"/{int(_worker) + 1}").geturl()
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
OUTBOX_PAGE = True
STAFF_NEED_SECOND_FACTOR = False
DEMO_ALLOWED = True
PAYMENTS_FAKE = True
TEST_MONEY = True
PAGE_CACHE_SECONDS = 0  # tests/ui/test_page_cache.py switches it on
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": ["default", "media"]}}
_files = tempfile.mkdtemp(prefix="portal-test-")
atexit.register(shutil.rmtree, _files, ignore_errors=True)
MEDIA_ROOT = Path(_files) / "media"
SEARCH_NOTES_DIR = Path(_files) / "search-notes"
SEARCH_URL = SEARCH_STANDBY_URL = f"tantivy://{_files}/search"
STORAGES = {
    "default": {"BACKEND": "portal.core.storage.WholeFileStorage"},
    "private": {
        "BACKEND": "portal.core.storage.WholeFileStorage",
        "OPTIONS": {"location": f"{_files}/private", "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "WARNING"}}

"""Addresses per language. The named ones below are pages of the tree: the name lets others link to them."""

from django.urls import path, re_path
from wagtail.urls import serve_pattern

from . import views
from .serving import serve

app_name = "pages"
urlpatterns = [
    path("not-yet/", views.not_yet, name="not_yet"),
    path("find/", views.find, name="find"),
    path("news/feed.xml", views.NewsFeed(), name="feed"),
    path("news/", serve, {"path": "news/"}, name="news"),
    path("guides/", serve, {"path": "guides/"}, name="guides"),
    path("one-stop/", serve, {"path": "one-stop/"}, name="one_stop"),
    re_path(serve_pattern, serve, name="page"),
]

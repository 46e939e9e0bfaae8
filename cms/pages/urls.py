"""Addresses per language. The named ones below are pages of the tree: the name lets others link to them."""

from django.urls import path, re_path
from wagtail.urls import serve_pattern

from . import views
from .serving import serve

app_name = "pages"
urlpatterns = [
    path("not-yet/", views.not_yet, name="not_yet"),
    path("find/", views.find, name="find"),
    path("find/pages/", views.find_pages, name="find_pages"),
    path("find/suggest/", views.suggest_all, name="suggest"),
    path("newsroom/<int:pk>/", views.open_draft, name="open_draft"),
    path("press/pictures/<int:image_id>.jpg", views.press_picture, name="press_picture"),
    path("press/", serve, {"path": "press/"}, name="press"),
    path("people/", serve, {"path": "people/"}, name="people"),
    path("people/<slug:slug>/", views.person, name="person"),
    path("news/feed.xml", views.NewsFeed(), name="feed"),
    path("news/", serve, {"path": "news/"}, name="news"),
    path("guides/", serve, {"path": "guides/"}, name="guides"),
    path("one-stop/", serve, {"path": "one-stop/"}, name="one_stop"),
    path("<path:section>/feed.xml", views.SectionFeed(), name="section_feed"),
    re_path(serve_pattern, serve, name="page"),
]

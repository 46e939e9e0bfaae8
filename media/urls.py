"""Addresses of files; `pages` are mounted per language."""

from django.urls import path

from . import views

app_name = "media"
urlpatterns = [
    path("media/<path:path>", views.file, name="file"),
    path("pictures/<int:pk>/original/", views.original, name="original"),
]

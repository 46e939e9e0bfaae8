"""Addresses of files. Pages of this app are in `page_urls`, mounted per language.

They have no trailing slash, so that a 404 stays one instead of leading to the same path under a language.
"""

from django.urls import path

from . import views

app_name = "media"
urlpatterns = [
    path("media/<path:path>", views.file, name="file"),
    path("pictures/<int:pk>/original.file", views.original, name="original"),
    path("documents/<int:document_id>/<str:document_filename>", views.document, name="document"),
]

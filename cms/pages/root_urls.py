"""Addresses without a language."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from . import views

urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.site_map, name="sitemap"),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": {"pages": views.PagesSitemap}}, name="sitemap_section"),
]

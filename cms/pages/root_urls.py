"""Addresses without a language."""

from django.urls import path

from . import views

urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.site_map, name="sitemap"),
    path("sitemap-<section>.xml", views.site_map_section, name="sitemap_section"),
]

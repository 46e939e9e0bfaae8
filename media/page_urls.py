"""Pages of this app, mounted per language."""

from django.urls import path

from . import views

app_name = "pictures"
urlpatterns = [path("credits/", views.credits_page, name="credits")]

from django.urls import path

from . import views

app_name = "locations"
urlpatterns = [
    path("", views.list_places, name="list"),
    path("<slug:slug>/", views.place_detail, name="detail"),
]

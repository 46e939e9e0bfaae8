from django.urls import path

from . import views

app_name = "studios"
urlpatterns = [
    path("", views.stage_list, name="list"),
    path("<slug:slug>/", views.stage_detail, name="detail"),
]

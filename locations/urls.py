from django.urls import path

from . import saving, views

app_name = "locations"
urlpatterns = [
    path("", views.list_places, name="list"),
    path("saved/", saving.searches, name="searches"),
    path("saved/new/", saving.save, name="save_search"),
    path("saved/<int:pk>/", saving.change, name="change_search"),
    path("saved/stop/<str:token>/", saving.stop, name="stop_search"),
    path("<slug:slug>/", views.place_detail, name="detail"),
    path("<slug:slug>/section-<slug:frame>.svg", views.section_drawing, name="section"),
    path("<slug:slug>/section.png", views.share_picture, name="share_picture"),
]

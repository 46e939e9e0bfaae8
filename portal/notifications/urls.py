from django.urls import path

from . import views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:pk>/", views.open_notice, name="open"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:pk>/html/", views.outbox_html, name="outbox_html"),
]

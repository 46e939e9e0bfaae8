from django.urls import path

from . import views

app_name = "bookings"
urlpatterns = [
    path("", views.booking_list, name="list"),
    path("new/<slug:slug>/", views.pick, name="pick"),
    path("<str:reference>/", views.booking_detail, name="detail"),
    path("<str:reference>/accept/", views.step, {"event": "accept-quote"}, name="accept"),
    path("<str:reference>/hold/", views.step, {"event": "hold"}, name="hold"),
    path("<str:reference>/confirm/", views.step, {"event": "confirm"}, name="confirm"),
    path("<str:reference>/release/", views.step, {"event": "release"}, name="release"),
    path("<str:reference>/cancel/", views.cancel, name="cancel"),
    path("<str:reference>/quote/", views.quote, name="quote"),
    path("<str:reference>/decline/", views.decline, name="decline"),
    path("<str:reference>/extend/", views.extend, name="extend"),
    path("<str:reference>/deposit/<int:schedule>/", views.deposit, name="deposit"),
]

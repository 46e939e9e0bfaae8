from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("", views.home, name="home"),
    path("profile/", views.profile, name="profile"),
    path("company/new/", views.create_organisation, name="create_organisation"),
    path("company/", views.edit_organisation, name="edit_organisation"),
    path("company/switch/", views.switch_organisation, name="switch_organisation"),
    path("company/invite/", views.invite, name="invite"),
    path("company/members/<int:pk>/", views.change_member, name="change_member"),
    path("invitations/<str:secret>/", views.accept_invitation, name="accept_invitation"),
    path("keys/new/", views.create_token, name="create_token"),
    path("keys/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
]

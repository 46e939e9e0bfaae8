from django.urls import path

from .views import desk, door, mine, programme, registering, stage_days

app_name = "events"

urlpatterns = [
    path("", programme.current, name="current"),
    path("mine/", mine.my_programme, name="mine"),
    path("mine/keep/", mine.keep_in_account, name="keep"),
    path("mine/programme.ics", mine.my_calendar, name="my_calendar"),
    path("sessions/<slug:slug>/", registering.session, name="session"),
    path("sessions/<slug:slug>/pick/", mine.toggle, name="toggle"),
    path("sessions/<slug:slug>/session.ics", programme.session_calendar, name="session_calendar"),
    path("r/<str:secret>/", registering.registration, name="registration"),
    path("r/<str:secret>/ticket.ics", registering.registration_calendar, name="registration_calendar"),
    path("r/<str:secret>/companions/", registering.change, name="change_registration"),
    path("r/<str:secret>/cancel/", registering.cancel, name="cancel_registration"),
    path("r/<str:secret>/accept/", registering.accept, name="accept_offer"),
    path("desk/", desk.editions, name="desk"),
    path("desk/sessions/<int:pk>/", desk.edit_session, name="edit_session"),
    path("desk/sessions/<int:pk>/move/", desk.move, name="move_session"),
    path("desk/sessions/<int:pk>/announce/", desk.announce, name="announce_session"),
    path("desk/sessions/<int:pk>/call-off/", desk.call_off, name="call_off_session"),
    path("desk/sessions/<int:pk>/delete/", desk.delete, name="delete_session"),
    path("desk/sessions/<int:pk>/visitors/", desk.visitors, name="visitors"),
    path("desk/sessions/<int:pk>/visitors.<str:form>", desk.export, name="export"),
    path("desk/stage-days/", stage_days.stage_days, name="stage_days"),
    path("desk/stage-days/<int:pk>/", stage_days.answer, name="answer_stage_day"),
    path("desk/<slug:slug>/", desk.board, name="board"),
    path("desk/<slug:slug>/new/", desk.new_session, name="new_session"),
    path("desk/<slug:slug>/copy/", desk.copy, name="copy_edition"),
    path("door/", door.doors, name="doors"),
    path("door/worker.js", door.worker, name="door_worker"),
    path("door/<slug:slug>/", door.door, name="door"),
    path("door/<slug:slug>/sync/", door.sync, name="sync"),
    path("door/<slug:slug>/picture/", door.picture, name="door_picture"),
    path("door/<slug:slug>/settle/", door.settle, name="settle"),
    path("<slug:slug>/", programme.edition, name="edition"),
    path("<slug:slug>/films/", programme.films, name="films"),
    path("<slug:slug>/films/<slug:film>/", programme.film, name="film"),
    path("<slug:slug>/programme.ics", programme.edition_calendar, name="edition_calendar"),
]

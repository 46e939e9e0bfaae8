from django.urls import path

from .views import own, public, review

app_name = "directory"
urlpatterns = [
    path("", public.list_vendors, name="list"),
    path("still-true/<str:token>/", public.still_true, name="still_true"),
    path("confirm/<str:token>/", public.confirm, name="confirm"),
    path("mine/", own.own_list, name="own_list"),
    path("mine/new/", own.register, name="register"),
    path("mine/<slug:slug>/", own.own_entry, name="own"),
    path("mine/<slug:slug>/preview/", own.preview, name="preview"),
    path("mine/<slug:slug>/submit/", own.submit, name="submit"),
    path("mine/<slug:slug>/papers/<int:pk>/remove/", own.remove_paper, name="remove_paper"),
    path("mine/<slug:slug>/papers/<int:pk>/file/", own.paper_file, name="paper_file"),
    path("mine/<slug:slug>/pictures/<int:pk>/remove/", own.remove_picture, name="remove_picture"),
    path("mine/<slug:slug>/<slug:step>/", own.step, name="step"),
    path("imports/", review.imports, name="imports"),
    path("imports/<int:pk>/", review.import_run, name="import"),
    path("review/<slug:slug>/", review.review, name="review"),
    path("review/<slug:slug>/take/", review.take, name="take"),
    path("review/<slug:slug>/check/", review.check, name="check"),
    path("review/<slug:slug>/verify/", review.verify, name="verify"),
    path("review/<slug:slug>/return/", review.send_back, name="return"),
    path("review/<slug:slug>/resume/", review.resume, name="resume"),
    path("review/<slug:slug>/contact/", review.contact, name="contact"),
    path("<slug:slug>/", public.vendor_detail, name="detail"),
    path("<slug:slug>/ask/", public.ask, name="ask"),
    path("<slug:slug>/asked/", public.asked, name="asked"),
]

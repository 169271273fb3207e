"""Routes of 支援ナビ: everybody's questions and result, the firm's kept ones."""

from django.urls import path

from portal.navi import views

app_name = "navi"

urlpatterns = [
    path("navi/", views.start, name="start"),
    path("navi/questions/<slug:code>/", views.question, name="question"),
    path("navi/result/", views.result, name="result"),
    path("navi/forget/", views.forget, name="forget"),
    path("navi/keep/", views.keep, name="keep"),
    path("navi/calls/<int:call_id>/begin/", views.begin, name="begin"),
    path("navi/go/<slug:code>/", views.go, name="go"),
    path("navi/kept/", views.kept, name="kept"),
    path("navi/kept/<uuid:public_id>/", views.kept_one, name="kept_one"),
]

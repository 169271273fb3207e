from django.urls import path

from portal.manuals import views

app_name = "manuals"

urlpatterns = [
    path("manuals/", views.index, name="index"),
    path("manuals/<slug:role>/", views.manual, name="manual"),
    path("help/<str:screen>/", views.screen_help, name="help"),
]

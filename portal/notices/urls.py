from django.urls import path

from portal.notices import views

app_name = "notices"

urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/<uuid:notice_id>/", views.notice_open, name="open"),
]

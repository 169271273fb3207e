"""Routes of the runs."""

from django.urls import path

from subsidies.bulk import views

app_name = "bulk"

urlpatterns = [
    path("staff/bulk/", views.run_list, name="list"),
    path("staff/bulk/prepare/", views.prepare, name="prepare"),
    path("staff/bulk/<uuid:public_id>/", views.run, name="run"),
    path("staff/bulk/<uuid:public_id>/start/", views.start, name="start"),
    path("staff/bulk/<uuid:public_id>/cancel/", views.cancel, name="cancel"),
    path("staff/bulk/<uuid:public_id>/<slug:which>/", views.download, name="file"),
]

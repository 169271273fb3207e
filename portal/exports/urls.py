from django.urls import path

from portal.exports import views

app_name = "exports"

urlpatterns = [
    path("exports/", views.job_list, name="list"),
    path("exports/<uuid:public_id>/", views.job, name="job"),
    path("exports/<uuid:public_id>/cancel/", views.cancel, name="cancel"),
    path("exports/<uuid:public_id>/file/", views.download, name="download"),
    path("exports/<slug:code>.<slug:file_format>", views.file, name="file"),
]

from django.urls import path

from portal.desk import audit, lab, my, views

app_name = "desk"

urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("my/", my.my_page, name="my"),
    path("my/together/", lab.lab_page, name="lab"),
    path("audit/", audit.audit_list, name="audit"),
    path("audit/csv/", audit.audit_csv, name="audit_csv"),
]

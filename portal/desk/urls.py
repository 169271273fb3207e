from django.urls import path

from portal.desk import audit, views

app_name = "desk"

urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("audit/", audit.audit_list, name="audit"),
    path("audit/csv/", audit.audit_csv, name="audit_csv"),
]

from django.urls import path

from kpi import views

app_name = "kpi"

urlpatterns = [
    path("dashboards/", views.current, name="current"),
    path("dashboards/<int:year>/", views.overview, name="overview"),
    path("dashboards/<int:year>/wards/<int:ward_id>/", views.ward, name="ward"),
    path("dashboards/<int:year>/csv/", views.download, name="csv"),
    path("dashboards/<int:year>/outcome/csv/", views.outcome_download, name="outcome_csv"),
    path("dashboards/indicators/", views.definitions, name="definitions"),
]

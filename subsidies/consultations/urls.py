"""Routes of the consultations."""

from django.urls import path

from subsidies.consultations import views

app_name = "consultations"

urlpatterns = [
    path("staff/consultations/", views.consultation_list, name="list"),
    path("staff/consultations/record/", views.record, name="record"),
    path("staff/consultations/<int:consultation_id>/withdraw/", views.withdraw, name="withdraw"),
]

from django.urls import path

from portal.personal import views

app_name = "personal"

urlpatterns = [
    path("my/data/", views.own, name="own"),
    path("my/data/copies/", views.copy_order, name="copy_order"),
    path("my/data/copies/<uuid:public_id>/", views.copy_take, name="copy_take"),
    path("my/data/deletion/", views.ask, name="ask"),
    path("my/data/deletion/<uuid:public_id>/withdraw/", views.withdraw, name="withdraw"),
    path("staff/deletions/", views.requests, name="requests"),
    path("staff/deletions/<uuid:public_id>/", views.request_page, name="request"),
    path("staff/deletions/<uuid:public_id>/decide/", views.decide, name="decide"),
]

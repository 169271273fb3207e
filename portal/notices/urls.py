from django.urls import path

from portal.notices import views

app_name = "notices"

urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/read/", views.notice_all_read, name="all_read"),
    path("notices/settings/", views.notice_settings, name="settings"),
    path("notices/address/", views.address_retry, name="address_retry"),
    path("notices/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("notices/<uuid:notice_id>/", views.notice_open, name="open"),
    path("notices/<uuid:notice_id>/mail/", views.notice_mail, name="mail"),
]

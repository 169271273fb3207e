from django.urls import path

from portal.accounts.gbizid import views

# No namespace: allauth includes these itself and reverses `<provider>_login`.
urlpatterns = [
    path("gbizid/login/", views.login, name="gbizid_login"),
    path("gbizid/login/callback/", views.callback, name="gbizid_callback"),
    path("gbizid/reauthenticate/", views.reauthenticate, name="gbizid_reauthenticate"),
]

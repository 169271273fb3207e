"""Routes of the news mails."""

from django.urls import path

from portal.cms.mailing import views

app_name = "mailing"

urlpatterns = [
    path("news-mail/", views.subscribe, name="subscribe"),
    path("news-mail/asked/", views.asked, name="asked"),
    path("news-mail/confirm/<str:token>/", views.confirm, name="confirm"),
    path("news-mail/stop/<str:token>/", views.stop, name="stop"),
    path("news-mail/of/<slug:place>/", views.subscribe, name="subscribe_ward"),
]

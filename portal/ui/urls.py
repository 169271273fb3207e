from django.urls import path

from portal.ui import views

app_name = "ui"

urlpatterns = [
    path("accessibility/", views.accessibility, name="accessibility"),
    path("site-policy/", views.site_policy, name="site_policy"),
    path("settings/language/", views.set_language, name="set_language"),
    path("settings/shortcuts/", views.set_shortcuts, name="set_shortcuts"),
]

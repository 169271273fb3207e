from django.urls import URLPattern

app_name = "navi"

urlpatterns: list[URLPattern] = []

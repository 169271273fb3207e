from django.urls.resolvers import URLPattern

app_name = "nakama"
urlpatterns: list[URLPattern] = []

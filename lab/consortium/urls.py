from django.urls.resolvers import URLPattern

app_name = "consortium"
urlpatterns: list[URLPattern] = []

from django.urls import path

from portal.search.views import office, public

app_name = "search"

urlpatterns = [
    path("search/", public.site, name="site"),
    path("staff/search/", office.office, name="office"),
]

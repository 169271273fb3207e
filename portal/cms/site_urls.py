"""Routes of the public site; the pages themselves come last of all (portal/urls.py)."""

from django.urls import path

from portal.cms import site

app_name = "site"

urlpatterns = [
    path("sitemap.xml", site.sitemap, name="sitemap"),
    path("robots.txt", site.robots, name="robots"),
    path("feeds/news.xml", site.feed, name="feed"),
    path("feeds/<slug:place>/news.xml", site.ward_feed, name="ward_feed"),
    path("media/images/<path:path>", site.picture, name="picture"),
]

"""Routes of the watch: officials' and auditors' pages."""

from django.urls import path

from subsidies.watch import limit_views, pair_views, views

app_name = "watch"

urlpatterns = [
    path("staff/watch/", views.listing, name="list"),
    path("staff/watch/limits/", limit_views.limits, name="limits"),
    path("staff/watch/vendors/", views.vendors, name="vendors"),
    path("staff/watch/vendors/<slug:key>/", views.vendor, name="vendor"),
    path("staff/watch/pairs/", pair_views.pairs, name="pairs"),
    path("staff/watch/pairs/<slug:key>/", pair_views.pair, name="pair"),
    path("staff/watch/<int:finding_id>/", views.finding, name="finding"),
    path("staff/watch/<int:finding_id>/<slug:action>/", views.settle, name="settle"),
]

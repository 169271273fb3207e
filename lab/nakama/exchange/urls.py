"""Routes: sharing/ for firms, staff/lab/ for the coordinator, staff/exchange/ for counts."""

from django.urls import path

from lab.nakama.exchange.views import sharing

app_name = "exchange"

urlpatterns = [
    path("sharing/", sharing.board, name="board"),
    path("sharing/new/<slug:kind>/", sharing.listing_new, name="listing_new"),
    path("sharing/listings/<uuid:public_id>/", sharing.listing, name="listing"),
    path("sharing/pairings/<uuid:public_id>/", sharing.pairing, name="pairing"),
    path("staff/lab/sharing/", sharing.desk, name="desk"),
    path("staff/lab/sharing/pair/", sharing.pair_up, name="pair_up"),
    path("staff/exchange/", sharing.wards, name="wards"),
]

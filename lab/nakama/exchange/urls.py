"""Routes: sharing/, fairs/ and matches/ for firms (staff run fairs there, too), staff/ for coordinator and counts."""

from django.urls import path

from lab.nakama.exchange.views import fairs, joint, joint_lead, outside, purchases, runs, sharing

app_name = "exchange"

urlpatterns = [
    path("sharing/", sharing.board, name="board"),
    path("sharing/new/<slug:kind>/", sharing.listing_new, name="listing_new"),
    path("sharing/listings/<uuid:public_id>/", sharing.listing, name="listing"),
    path("sharing/pairings/<uuid:public_id>/", sharing.pairing, name="pairing"),
    path("staff/lab/sharing/", sharing.desk, name="desk"),
    path("staff/lab/sharing/pair/", sharing.pair_up, name="pair_up"),
    path("staff/exchange/", sharing.wards, name="wards"),
    path("exchange/runs/<uuid:public_id>/", runs.run, name="run"),
    path("fairs/", fairs.fairs, name="fairs"),
    path("fairs/new/", fairs.fair_new, name="fair_new"),
    path("fairs/<uuid:public_id>/", fairs.fair, name="fair"),
    path("fairs/<uuid:public_id>/wishes/", fairs.wishes, name="wishes"),
    path("fairs/<uuid:public_id>/sheets/", fairs.sheets, name="sheets"),
    path("joint-orders/", joint.joints, name="joints"),
    path("joint-orders/new/", joint.joint_new, name="joint_new"),
    path("joint-orders/<uuid:public_id>/", joint.joint, name="joint"),
    path("joint-orders/<uuid:public_id>/split/", joint_lead.joint_split, name="joint_split"),
    path("matches/", outside.matches, name="matches"),
    path("matches/new/", outside.match_new, name="match_new"),
    path("matches/<uuid:public_id>/", outside.match, name="match"),
    path("purchases/", purchases.purchases, name="purchases"),
    path("purchases/new/", purchases.purchase_new, name="purchase_new"),
    path("purchases/<uuid:public_id>/", purchases.purchase, name="purchase"),
]

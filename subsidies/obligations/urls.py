"""Routes of the obligations: the ward's calendar and hand-over, the firm's list, the feed."""

from django.urls import path

from subsidies.obligations.views import assets, feed, firm, staff

app_name = "obligations"

urlpatterns = [
    path("submissions/", firm.mine, name="mine"),
    path("staff/obligations/", staff.calendar, name="calendar"),
    path("staff/obligations/handover/", staff.hand_over, name="handover"),
    path("staff/obligations/feed/", feed.manage, name="feed"),
    path("staff/obligations/<int:obligation_id>/", staff.item, name="item"),
    path("staff/obligations/<int:obligation_id>/<slug:action>/", staff.settle, name="settle"),
    path("staff/assets/", assets.ledger, name="assets"),
    path("staff/assets/<int:asset_id>/", assets.asset, name="asset"),
    path("staff/assets/<int:asset_id>/confirm/", assets.confirm, name="asset_confirm"),
    path("staff/assets/<int:asset_id>/disposal/", assets.disposal, name="asset_disposal"),
    path("calendar/<str:secret>.ics", feed.read, name="ics"),
]

"""Routes of the retention."""

from django.urls import path

from subsidies.retention.views import cases, disposals

app_name = "retention"

urlpatterns = [
    path("staff/retention/", cases.kept_list, name="list"),
    path("staff/retention/propose/", disposals.propose, name="propose"),
    path("staff/retention/disposals/", disposals.disposal_list, name="disposals"),
    path("staff/retention/disposals/<int:disposal_id>/", disposals.disposal, name="disposal"),
    path("staff/retention/disposals/<int:disposal_id>/approve/", disposals.approve, name="approve"),
    path("staff/retention/disposals/<int:disposal_id>/return/", disposals.give_back, name="return"),
    path(
        "staff/retention/disposals/<int:disposal_id>/record.<slug:kind>",
        disposals.record,
        name="record",
    ),
    path("staff/retention/holds/<int:hold_id>/lift/", cases.lift, name="lift"),
    path("staff/retention/cases/<str:receipt_no>/", cases.case, name="case"),
]

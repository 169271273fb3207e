from django.urls import path

from subsidies.ledger.views import public, staff

app_name = "ledger"

urlpatterns = [
    path("staff/ledger/", staff.ledger, name="ledger"),
    path("open-data/", public.open_data, name="open_data"),
    path("open-data/grants.csv", public.grants_csv, name="grants_csv"),
    path("open-data/calls.json", public.call_list, name="calls_json"),
    path("open-data/calls/<slug:call_id>.json", public.call_detail, name="call_json"),
]

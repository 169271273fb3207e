from django.urls import path

from portal.duty.views import inbox

app_name = "duty"

urlpatterns = [
    path("inbox/", inbox.inbox_page, name="inbox"),
    path("inbox/csv/", inbox.inbox_csv, name="inbox_csv"),
]

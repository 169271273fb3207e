from django.urls import path

from portal.duty.views import absences, announcements, handovers, inbox

app_name = "duty"

urlpatterns = [
    path("inbox/", inbox.inbox_page, name="inbox"),
    path("inbox/csv/", inbox.inbox_csv, name="inbox_csv"),
    path("absences/", absences.absences, name="absences"),
    path("absences/new/", absences.absence_new, name="absence_new"),
    path("absences/<int:absence_id>/end/", absences.absence_stop, name="absence_stop"),
    path("handovers/", handovers.handovers, name="handovers"),
    path("handovers/<int:handover_id>/", handovers.handover_sheet, name="handover_sheet"),
    path("announcements/", announcements.announcements, name="announcements"),
    path("announcements/new/", announcements.announcement_new, name="announcement_new"),
    path(
        "announcements/<int:announcement_id>/file/",
        announcements.announcement_file,
        name="announcement_file",
    ),
    path(
        "announcements/<int:announcement_id>/read/",
        announcements.announcement_mark,
        name="announcement_mark",
    ),
    path(
        "announcements/<int:announcement_id>/withdraw/",
        announcements.announcement_take_down,
        name="announcement_take_down",
    ),
]

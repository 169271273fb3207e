"""Routes of the events: public, the door's, the firm's, the staff's."""

from django.urls import path

from lab.events.views import firm, office, public, roster, taking

app_name = "events"

urlpatterns = [
    path("lab/events/", public.events, name="events"),
    path("lab/events/calendar/<str:token>.ics", public.ics, name="ics"),
    path("lab/events/door/<uuid:key>/", public.door, name="door"),
    path("lab/events/enter/<str:token>/", taking.enter, name="enter"),
    path("lab/events/materials/<int:material_id>/", taking.material, name="material"),
    path("lab/events/<uuid:public_id>/", public.event, name="event"),
    path("lab/events/<uuid:public_id>/register/", firm.register, name="register"),
    path("lab/events/<uuid:public_id>/showcase/", firm.showcase, name="showcase"),
    path("lab/events/mine/", firm.mine, name="mine"),
    path("lab/events/mine/calendar/", firm.calendar_new, name="calendar_new"),
    path(
        "lab/events/mine/slots/<uuid:public_id>/withdraw/", firm.slot_withdraw, name="slot_withdraw"
    ),
    path("lab/events/mine/<uuid:public_id>/", firm.registration, name="registration"),
    path("lab/events/mine/<uuid:public_id>/accept/", firm.accept, name="accept"),
    path("lab/events/mine/<uuid:public_id>/withdraw/", firm.withdraw, name="withdraw"),
    path("staff/lab/events/", office.home, name="home"),
    path("staff/lab/events/new/<uuid:lab_key>/", office.event_new, name="event_new"),
    path("staff/lab/events/programmes/<uuid:lab_key>/", office.programmes, name="programmes"),
    path("staff/lab/events/<uuid:public_id>/", roster.board, name="board"),
    path("staff/lab/events/<uuid:public_id>/edit/", office.event_edit, name="event_edit"),
    path("staff/lab/events/<uuid:public_id>/attendance/", roster.attendance, name="attendance"),
    path("staff/lab/events/<uuid:public_id>/walk-in/", roster.walk_in, name="walk_in"),
    path("staff/lab/events/<uuid:public_id>/files/", roster.files, name="files"),
    path("staff/lab/events/<uuid:public_id>/vendors/", roster.vendors, name="vendors"),
    path("staff/lab/events/<uuid:public_id>/act/<slug:action>/", office.act, name="act"),
    path(
        "staff/lab/events/files/<int:material_id>/remove/",
        roster.material_remove,
        name="material_remove",
    ),
    path("staff/lab/events/registrations/<uuid:public_id>/remove/", roster.remove, name="remove"),
    path("staff/lab/events/slots/<uuid:public_id>/", roster.slot, name="slot"),
]

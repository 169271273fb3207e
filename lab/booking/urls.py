"""Routes of the bookings: public, the firm's, the door's, the staff's, and the figures."""

from django.urls import path

from lab.booking.views import (
    booking,
    entering,
    firm,
    keeping,
    office,
    photos,
    public,
    setup,
    terms,
)

app_name = "booking"

urlpatterns = [
    path("lab/", public.labs, name="labs"),
    path("lab/book/", booking.book, name="book"),
    path("lab/calendar/<str:token>.ics", public.ics, name="ics"),
    path("lab/door/<uuid:key>/", entering.kiosk, name="kiosk"),
    path("lab/enter/<str:token>/", entering.enter, name="enter"),
    path("lab/machines/<uuid:public_id>/", public.machine, name="machine"),
    path("lab/machines/<uuid:public_id>/photo/<slug:digest>.jpg", photos.photo, name="photo"),
    path("lab/<uuid:public_id>/", public.week, name="week"),
    path("lab/<uuid:public_id>/free/", public.free_now, name="free"),
    path("lab/<uuid:public_id>/rules/", firm.agree, name="agree"),
    path("my/lab/", firm.mine, name="mine"),
    path("my/lab/calendar/", firm.calendar_new, name="calendar_new"),
    path("my/lab/turns/<int:turn_id>/leave/", firm.leave, name="leave"),
    path("my/lab/trials/<uuid:public_id>/", entering.trial_result, name="trial_result"),
    path("my/lab/trials/<uuid:public_id>/consent/", entering.trial_consent, name="trial_consent"),
    path("my/lab/<uuid:public_id>/", firm.reservation, name="reservation"),
    path("my/lab/<uuid:public_id>/cancel/", firm.cancel, name="cancel"),
    path("my/lab/<uuid:public_id>/move/", firm.move, name="move"),
    path("my/lab/<uuid:public_id>/accept/", firm.accept, name="accept"),
    path("my/lab/<uuid:public_id>/trial/", entering.trial, name="trial"),
    path("staff/lab/", office.home, name="home"),
    path("staff/lab/figures/", keeping.utilisation, name="utilisation"),
    path("staff/lab/<uuid:public_id>/", office.ledger, name="ledger"),
    path("staff/lab/<uuid:public_id>/calendar/", office.ledger_calendar, name="ledger_calendar"),
    path("staff/lab/<uuid:public_id>/queue/", office.queue, name="queue"),
    path("staff/lab/<uuid:public_id>/machines/", setup.machines, name="machines"),
    path("staff/lab/<uuid:public_id>/machines/new/", setup.machine_new, name="machine_new"),
    path("staff/lab/<uuid:public_id>/closures/", terms.closures, name="closures"),
    path("staff/lab/<uuid:public_id>/fees/", terms.fees, name="fees"),
    path("staff/lab/<uuid:public_id>/visits/", office.visit_list, name="visits"),
    path("staff/lab/<uuid:public_id>/certificates/", keeping.certificates, name="certificates"),
    path("staff/lab/<uuid:public_id>/incidents/", keeping.incidents, name="incidents"),
    path("staff/lab/<uuid:public_id>/consumables/", keeping.consumables, name="consumables"),
    path("staff/lab/bookings/<uuid:public_id>/", office.desk, name="desk"),
    path("staff/lab/bookings/<uuid:public_id>/used/", office.use, name="use"),
    path("staff/lab/bookings/<uuid:public_id>/<slug:action>/", office.act, name="act"),
    path("staff/lab/machines/<uuid:public_id>/", setup.machine_edit, name="machine_edit"),
    path("staff/lab/machines/<uuid:public_id>/photo/", photos.photo_edit, name="photo_edit"),
    path("staff/lab/machines/<uuid:public_id>/stop/", setup.machine_stop, name="machine_stop"),
    path(
        "staff/lab/machines/<uuid:public_id>/resume/", setup.machine_resume, name="machine_resume"
    ),
    path("staff/lab/machines/<uuid:public_id>/maintenance/", setup.maintenance, name="maintenance"),
    path(
        "staff/lab/maintenance/<int:maintenance_id>/remove/",
        setup.maintenance_remove,
        name="maintenance_remove",
    ),
    path(
        "staff/lab/closures/<int:closure_id>/remove/", terms.closure_remove, name="closure_remove"
    ),
    path(
        "staff/lab/visits/<int:visit_id>/correct/", office.visit_take_back, name="visit_take_back"
    ),
    path(
        "staff/lab/certificates/<int:certificate_id>/withdraw/",
        keeping.certificate_withdraw,
        name="certificate_withdraw",
    ),
    path(
        "staff/lab/incidents/<int:incident_id>/close/",
        keeping.incident_close,
        name="incident_close",
    ),
]

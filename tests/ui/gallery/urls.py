"""A site of its own that shows every building block; served to a real browser by the tests."""

from django.urls import include, path

from portal.ui import views as ui_views
from tests.ui.gallery import views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("subsidies.urls")),
    path("", include("dojo.urls")),
    path("", include("portal.navi.urls")),
    path("", include("programs.diagnosis.urls")),
    path("", include("lab.booking.urls")),
    path("", include("subsidies.ledger.urls")),
    path("", include("portal.ui.urls")),
    path("gallery/queue/", views.queue, name="gallery_queue"),
    path("gallery/form/", views.form, name="gallery_form"),
    path("gallery/parts/", views.parts, name="gallery_parts"),
    path("gallery/charts/", views.charts, name="gallery_charts"),
    path("gallery/confirm/", views.confirm, name="gallery_confirm"),
    path("gallery/autosave/", views.autosave, name="gallery_autosave"),
    path("gallery/broken/", views.broken, name="gallery_broken"),
    path("gallery/closed/", ui_views.forbidden, name="gallery_closed"),
    path("gallery/conflict/", ui_views.conflict, name="gallery_conflict"),
]

handler403 = "portal.ui.views.forbidden"
handler404 = "portal.ui.views.not_found"
handler500 = "portal.ui.views.server_error"

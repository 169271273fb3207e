"""Routes of the diagnosis: the firm's own, its readers', the questions."""

from django.urls import path

from programs.diagnosis.views import firm, pages, questions, reading, sharing

app_name = "diagnosis"

urlpatterns = [
    path("my/diagnosis/", firm.home, name="home"),
    path("my/diagnosis/start/<slug:instrument>/", firm.start, name="start"),
    path("my/diagnosis/consents/<uuid:consent_id>/end/", sharing.end, name="consent_end"),
    path("my/diagnosis/<uuid:public_id>/", firm.diagnosis, name="diagnosis"),
    path("my/diagnosis/<uuid:public_id>/pages/<slug:page>/", pages.page, name="page"),
    path(
        "my/diagnosis/<uuid:public_id>/pages/<slug:page>/autosave/",
        pages.autosave,
        name="autosave",
    ),
    path("my/diagnosis/<uuid:public_id>/risks/", firm.ticks, name="ticks"),
    path("my/diagnosis/<uuid:public_id>/share/", sharing.share, name="share"),
    path("my/diagnosis/<uuid:public_id>/discard/", firm.discard, name="discard"),
    path("diagnosis/shared/", reading.shared, name="shared"),
    path("diagnosis/<uuid:public_id>/", reading.read, name="read"),
    path("diagnosis/<uuid:public_id>/diagnosis.pdf", reading.pdf, name="pdf"),
    path("staff/diagnosis/questions/", questions.versions, name="versions"),
    path("staff/diagnosis/questions/<slug:instrument>/", questions.version_new, name="version_new"),
]

"""Routes of the diagnosis: the firm's own, its readers', the questions."""

from django.urls import path

from programs.diagnosis.views import firm, pages, questions, reading, sharing, trying

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
    path("my/diagnosis/<uuid:public_id>/reminder/", firm.reminder, name="reminder"),
    path("diagnosis/try/", trying.home, name="try"),
    path("diagnosis/try/start/<slug:instrument>/", trying.start, name="try_start"),
    path("diagnosis/try/pages/<slug:page>/", trying.page, name="try_page"),
    path("diagnosis/try/result/", trying.result, name="try_result"),
    path("diagnosis/try/forget/", trying.forget, name="try_forget"),
    path("diagnosis/try/take-over/", trying.take_over, name="try_take_over"),
    path("diagnosis/shared/", reading.shared, name="shared"),
    path("diagnosis/<uuid:public_id>/", reading.read, name="read"),
    path("diagnosis/<uuid:public_id>/diagnosis.pdf", reading.pdf, name="pdf"),
    path("staff/diagnosis/questions/", questions.versions, name="versions"),
    path("staff/diagnosis/questions/<slug:instrument>/", questions.version_new, name="version_new"),
]

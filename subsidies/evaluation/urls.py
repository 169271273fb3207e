"""Routes of the plan evaluation: the firm's page of an application, and the advisor's own."""

from django.urls import path

from subsidies.evaluation.views import advisor, firm

app_name = "evaluation"

urlpatterns = [
    path("apply/<uuid:public_id>/evaluation/", firm.plan, name="plan"),
    path("apply/<uuid:public_id>/evaluation/<uuid:share_id>/end/", firm.end, name="end"),
    path("advice/", advisor.home, name="home"),
    path("advice/<uuid:share_id>/", advisor.shared, name="shared"),
    path("advice/<uuid:share_id>/evaluation/", advisor.evaluate, name="evaluate"),
    path("advice/<uuid:share_id>/evaluation/autosave/", advisor.autosave, name="autosave"),
    path("advice/<uuid:share_id>/evaluation/check/", advisor.check, name="check"),
]

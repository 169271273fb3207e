from django.urls import path

from kpi.surveys.views import figures, link, mine, office, waves

app_name = "surveys"

_LINK = "surveys/a/<slug:secret>/"

urlpatterns = [
    path("surveys/", waves.wave_list, name="list"),
    path("surveys/new/", waves.plan, name="plan"),
    path("surveys/mine/", mine.mine, name="mine"),
    path("surveys/mine/<uuid:public_id>/", mine.answer, name="answer"),
    path("surveys/firms/<uuid:public_id>/", office.firm, name="firm"),
    path("surveys/firms/<uuid:public_id>/enter/", office.enter, name="enter"),
    path("surveys/firms/<uuid:public_id>/outside/", office.outside, name="outside"),
    path(_LINK, link.link, name="link"),
    path(f"{_LINK}q/<slug:page>/", link.page, name="page"),
    path(f"{_LINK}send/", link.send, name="send"),
    path(f"{_LINK}thanks/", link.thanks, name="thanks"),
    path(f"{_LINK}stop/", link.stop, name="stop"),
    path("surveys/<uuid:public_id>/", waves.wave, name="wave"),
    path("surveys/<uuid:public_id>/acts/", waves.act, name="act"),
    path("surveys/<uuid:public_id>/cancel/", waves.cancel, name="cancel"),
    path("surveys/<uuid:public_id>/extend/", waves.extend, name="extend"),
    path("surveys/<uuid:public_id>/firms/", office.firms, name="firms"),
    path("surveys/<uuid:public_id>/paper/", waves.paper, name="paper"),
    path("surveys/<uuid:public_id>/results/", figures.results, name="results"),
    path("surveys/<uuid:public_id>/results/<slug:file_format>/", figures.results_file, name="file"),
    path(
        "surveys/<uuid:public_id>/results/pictures/<slug:kind>.<slug:form>",
        figures.picture,
        name="picture",
    ),
]

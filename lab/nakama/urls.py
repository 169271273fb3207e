"""Routes of profiles and the search."""

from django.urls import path

from lab.nakama.views import editing, finding, words

app_name = "nakama"

urlpatterns = [
    path("nakama/search/", finding.find, name="search"),
    path("nakama/mine/", editing.mine, name="mine"),
    path("nakama/band/", editing.band, name="band"),
    path("nakama/prefill/", editing.prefill, name="prefill"),
    path("nakama/words/", words.queue, name="words"),
    path("nakama/words/list/", words.aliases, name="aliases"),
    path("nakama/words/list/<int:alias_id>/", words.alias, name="alias"),
    path("nakama/words/<int:word_id>/", words.settle, name="settle"),
    path("nakama/firms/<uuid:public_id>/", finding.profile, name="profile"),
    path("nakama/firms/<uuid:public_id>/edit/", editing.edit, name="edit"),
    path("nakama/firms/<uuid:public_id>/tell/", editing.tell, name="tell"),
    path("nakama/firms/<uuid:public_id>/processes/", editing.processes, name="processes"),
    path("nakama/firms/<uuid:public_id>/process/", editing.process, name="process_add"),
    path("nakama/firms/<uuid:public_id>/process/<str:code>/", editing.process, name="process"),
    path("nakama/firms/<uuid:public_id>/machines/", editing.machines, name="machines"),
    path("nakama/firms/<uuid:public_id>/certificates/", editing.certificates, name="certificates"),
    path("nakama/firms/<uuid:public_id>/weeks/", editing.weeks, name="weeks"),
    path("nakama/firms/<uuid:public_id>/<slug:action>/do/", editing.move, name="move"),
]

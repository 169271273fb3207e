from django.urls import path

from portal.auditing.views import cases, jobs, lists, samples

app_name = "auditing"

urlpatterns = [
    path("auditing/samples/", samples.sample_list, name="samples"),
    path("auditing/samples/new/", samples.draw, name="draw"),
    path("auditing/samples/<uuid:public_id>/", samples.sample, name="sample"),
    path("auditing/samples/<uuid:public_id>/<int:position>/", samples.item, name="item"),
    path("auditing/samples/<uuid:public_id>/<int:position>/move/", samples.move, name="move"),
    path("auditing/cases/", cases.case_list, name="cases"),
    path("auditing/purpose/", cases.purpose, name="purpose"),
    path("auditing/cases/<str:receipt_no>/", cases.case, name="case"),
    path("auditing/cases/<str:receipt_no>/bundle/", jobs.order_bundle, name="order_bundle"),
    path("auditing/violations/", lists.violation_list, name="violations"),
    path("auditing/overrides/", lists.override_list, name="overrides"),
    path("auditing/recounts/", jobs.recount_list, name="recounts"),
    path("auditing/recounts/<uuid:public_id>/", jobs.job, name="recount"),
    path("auditing/cases/jobs/<uuid:public_id>/", jobs.job, name="job"),
    path("auditing/cases/jobs/<uuid:public_id>/cancel/", jobs.cancel, name="cancel"),
    path("auditing/cases/jobs/<uuid:public_id>/file/", jobs.download, name="download"),
    path("auditing/verify.py", jobs.verify, name="verify"),
]

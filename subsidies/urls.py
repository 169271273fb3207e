"""Routes: public calls, the firm's application, the ward's desk, files."""

from django.urls import path

from subsidies.views import (
    budget,
    check,
    draft,
    files,
    public,
    queue,
    quotes,
    review,
    status,
    submit,
)

app_name = "subsidies"

public_routes = [
    path("programs/", public.call_list, name="call_list"),
    path("programs/<int:call_id>/", public.call_detail, name="call_detail"),
    path("programs/<int:call_id>/forms/<slug:code>/", public.template, name="template"),
]

firm_routes = [
    path("apply/<int:call_id>/start/", check.start, name="start"),
    path("apply/<uuid:public_id>/", draft.task_list, name="task_list"),
    path("apply/<uuid:public_id>/check/", check.result, name="check_result"),
    path("apply/<uuid:public_id>/check/<slug:code>/", check.question, name="check"),
    path("apply/<uuid:public_id>/task/<slug:task>/", draft.task, name="task"),
    path("apply/<uuid:public_id>/task/<slug:task>/autosave/", draft.autosave, name="autosave"),
    path("apply/<uuid:public_id>/budget/", budget.budget, name="budget"),
    path("apply/<uuid:public_id>/budget/autosave/", budget.autosave, name="budget_autosave"),
    path("apply/<uuid:public_id>/quotes/", quotes.quotes, name="quotes"),
    path("apply/<uuid:public_id>/quotes/autosave/", quotes.autosave, name="quotes_autosave"),
    path("apply/<uuid:public_id>/files/", files.files, name="files"),
    path("apply/<uuid:public_id>/check-answers/", submit.check_answers, name="check_answers"),
    path("apply/<uuid:public_id>/done/", submit.done, name="done"),
    path("apply/<uuid:public_id>/status/", status.status, name="status"),
    path("apply/<uuid:public_id>/correction/", status.correction, name="correction"),
    path("apply/<uuid:public_id>/messages/", status.message, name="message"),
    path("apply/<uuid:public_id>/withdraw/", status.withdraw, name="withdraw"),
    path("apply/<uuid:public_id>/delete/", draft.delete, name="delete"),
]

staff_routes = [
    path("staff/queue/", queue.queue, name="queue"),
    path("staff/queue/bulk/", queue.bulk, name="bulk"),
    path("staff/applications/<str:receipt_no>/", review.application, name="application"),
    path("staff/applications/<str:receipt_no>/checks/", review.check, name="checks"),
    path(
        "staff/applications/<str:receipt_no>/correction/",
        review.correction,
        name="correction_request",
    ),
    path("staff/applications/<str:receipt_no>/propose/", review.propose, name="propose"),
    path("staff/applications/<str:receipt_no>/approve/", review.approve, name="approve"),
    path("staff/applications/<str:receipt_no>/messages/", review.message, name="staff_message"),
]

shared_routes = [
    path("files/<uuid:file_id>/", files.download, name="download"),
    path("files/<uuid:file_id>/preview/", files.preview, name="preview"),
    path("applications/<uuid:public_id>/versions/<int:number>/", status.version, name="version"),
]

urlpatterns = [*public_routes, *firm_routes, *staff_routes, *shared_routes]

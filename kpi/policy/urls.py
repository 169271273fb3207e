from django.urls import path

from kpi.policy.views import logic, sheets, whatif

app_name = "policy"

_SHEETS = "dashboards/sheets/"
_SHEET = f"{_SHEETS}<uuid:public_id>/"

urlpatterns = [
    path("dashboards/logic-model/", logic.model, name="model"),
    path("dashboards/logic-model.<slug:form>", logic.model_file, name="model_file"),
    path("dashboards/what-if/", whatif.whatif, name="whatif"),
    path("dashboards/what-if.<slug:form>", whatif.whatif_file, name="whatif_file"),
    path(_SHEETS, sheets.sheet_list, name="sheets"),
    path(f"{_SHEETS}start/", sheets.start, name="start"),
    path(_SHEET, sheets.sheet, name="sheet"),
    path(f"{_SHEET}edit/", sheets.edit, name="edit"),
    path(f"{_SHEET}act/", sheets.act, name="act"),
    path(f"{_SHEET}return/", sheets.give_back, name="return"),
    path(f"{_SHEET}sheet.<slug:form>", sheets.sheet_file, name="file"),
]

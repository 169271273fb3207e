"""The editor's page of comparative quotes (相見積) and of the documents they are attached as."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import WholeNumberField, YenField
from subsidies.office.base_forms import PartForm, fresh_code
from subsidies.rules.scheme import papers

# Field → the document that is made where the scheme has none to choose.
_PAPERS: dict[str, dict[str, Any]] = {
    "document": papers.QUOTES,
    "request_document": papers.QUOTE_REQUESTS,
}


class QuotesForm(PartForm):
    """相見積."""

    needed = forms.BooleanField(label=_("相見積を求める"), required=False)
    threshold_yen = YenField(label=_("この額以上の経費"), required=False)
    basis = forms.ChoiceField(
        label=_("額の数え方"),
        choices=(("included", _("税込")), ("excluded", _("税抜"))),
        widget=forms.RadioSelect,
    )
    count = WholeNumberField(label=_("見積書の数"), suffix=_("者"), required=False)
    used_goods_always = forms.BooleanField(
        label=_("中古品は、額にかかわらず求める"), required=False
    )
    unrelated_vendors = forms.BooleanField(
        label=_("資本や役員の関係がない会社どうしの見積りに限る"), required=False
    )
    document = forms.ChoiceField(label=_("見積書を添付する書類"), required=False)
    dated_request = forms.BooleanField(
        label=_("見積書より前の日付の見積依頼書を求める"), required=False
    )
    request_document = forms.ChoiceField(
        label=_("見積依頼書を添付する書類"),
        required=False,
        help_text=_("見積依頼書を求めるとき。"),
    )

    def __init__(self, data: Any = None, *, rules: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(data, rules=rules, **kwargs)
        known = [(item["code"], item["name"]) for item in rules.get("documents", [])]
        for name, usual in _PAPERS.items():
            text = gettext("「%(name)s」を新しく加える") % {"name": usual["name"]}
            self.fields[name].choices = [("", text), *known]

    def read(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        usual = {
            "threshold_yen": 1_000_000,
            "count": 2,
            "basis": "included",
            "used_goods_always": True,
            "unrelated_vendors": True,
        }
        own = rules.get("quotes") or {}
        codes = {item["code"] for item in rules.get("documents", [])}
        papers_ = {
            name: code if (code := own.get(name, usual["code"])) in codes else ""
            for name, usual in _PAPERS.items()
        }
        return {**usual, **own, **papers_, "needed": bool(own)}

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        if not given.pop("needed"):
            return {"quotes": None}
        documents = list(self.rules.get("documents", []))
        given["document"] = given["document"] or _added(documents, "document")
        if given["dated_request"]:
            given["request_document"] = given["request_document"] or _added(
                documents, "request_document"
            )
        else:
            del given["request_document"]
        quotes = {
            **(self.rules.get("quotes") or {}),
            **given,
            "threshold_yen": given["threshold_yen"] or 0,
            "count": given["count"] or 2,
        }
        more = len(documents) > len(self.rules.get("documents", []))
        return {"quotes": quotes, **({"documents": documents} if more else {})}


def _added(documents: list[dict[str, Any]], name: str) -> str:
    """Put the usual document into the list; returns its code there."""
    usual = _PAPERS[name]
    taken = [item["code"] for item in documents]
    code = usual["code"] if usual["code"] not in taken else fresh_code("d", taken)
    documents.append({**usual, "code": code})
    return str(code)

"""Answers and results in words."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext as _

from portal.navi.rules.answering import Answers, key_of
from portal.navi.rules.guide import NUMBER, OWN, WARD, Question, guide
from programs.selectors import ward_names
from subsidies.forms import YES_NO
from subsidies.rules.scheme import Criterion
from subsidies.schemes.english import told


def said(question: Question, answers: Answers) -> str:
    """One answer in the reader's language; 「—」 without any."""
    if question.code not in answers.given:
        return "—"
    if question.kind == WARD:
        ward = answers.ward
        return ward_names()[ward] if ward else _("23区の中にはない")
    if question.kind == NUMBER:
        unit = str(question.unit)
        # 18人, 18 people.
        return f"{answers.given[question.code]}{' ' if unit.isascii() else ''}{unit}"
    picked = answers.codes(question.code)
    return _("、").join(str(one.words) for one in question.options if one.code in picked)


def rows(answers: Answers, own: tuple[Criterion, ...]) -> list[tuple[str, str, str]]:
    """(question, answer, its page) of all that was asked."""
    found = [
        (str(one.words), said(one, answers), one.code)
        for one in guide().questions
        if one.kind != OWN
    ]
    for criterion in own:
        text = answers.own.get(key_of(criterion), "")
        found.append((told(criterion.question), _own_said(criterion, text), OWN))
    return found


def told_rows(told: Mapping[str, str]) -> list[tuple[str, str]]:
    """What an application begins with: the criteria as the ward words them, with the answers."""
    yes_no = dict(YES_NO)
    return [(question, str(yes_no.get(said, said))) for question, said in told.items()]


def _own_said(criterion: Criterion, text: str) -> str:
    if criterion.kind == "yes_no":
        text = str(dict(YES_NO).get(text, text))
    if criterion.kind == "choice":
        text = told(dict(criterion.choices).get(text, text))
    return text or _("まだ分からない")


def application_texts(answers: Answers) -> dict[str, str]:
    """First texts of the form, in Japanese, which is the language of applications."""
    with translation.override("ja"):
        trouble, tried = guide().question("trouble"), guide().question("tried")
        if trouble is None or tried is None or "trouble" not in answers.given:
            return {}
        lines = [
            _("・%(text)s") % {"text": one.words}
            for one in trouble.options
            if one.code in answers.codes("trouble") and one.code != "unsure"
        ]
        if not lines:
            return {}
        done = _("これまでの取組み：%(text)s") % {"text": said(tried, answers)}
        return {"problem": "\n".join([_("いま困っていること"), *lines, done])}

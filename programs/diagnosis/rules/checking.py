"""Whether a questionnaire holds together: said before a version is saved, in words for its author."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kernel.texts import filled
from programs.diagnosis.rules.definition import (
    END,
    KINDS,
    MANY,
    ONE,
    RESULTS,
    SCORE,
    Definition,
    Page,
)

# A code is stored in answers and addresses.
_CODE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def problems(sheet: Definition) -> list[Any]:
    """Every sentence that speaks against saving it; empty where it may be saved."""
    found = [*_codes(sheet), *_questions(sheet), *_axes(sheet), *_targets(sheet)]
    # A path can be followed only where every branch leads somewhere.
    return found or [*_circles(sheet), *_unreached(sheet)]


def leads_to(sheet: Definition, page: Page) -> list[str]:
    """The codes of all pages that may come behind this one; END where it may be the last."""
    following = page.next or _following(sheet, page)
    return [*dict.fromkeys([branch.to for branch in page.branches] + [following])]


def circle(sheet: Definition) -> list[str]:
    """The codes of pages that lead back to the first of them; empty where there are none."""
    done: set[str] = set()

    def follow(code: str, behind: list[str]) -> list[str]:
        if code in behind:
            return behind[behind.index(code) :]
        page = sheet.page(code)
        if code in done or page is None:
            return []
        for to in leads_to(sheet, page):
            if found := follow(to, [*behind, code]):
                return found
        done.add(code)
        return []

    return next((found for page in sheet.pages if (found := follow(page.code, []))), [])


def _following(sheet: Definition, page: Page) -> str:
    place = sheet.pages.index(page) + 1
    return sheet.pages[place].code if place < len(sheet.pages) else END


def _codes(sheet: Definition) -> Iterator[Any]:
    pages = [page.code for page in sheet.pages]
    questions = [question.code for question in sheet.questions()]
    if not pages:
        yield _("画面が1つもありません。「pages」に少なくとも1画面を書いてください。")
    for code in [sheet.code, *pages, *questions]:
        if not set(code) <= _CODE or code == END:
            yield filled(
                _("「%(code)s」は記号として使えません。半角の英数字で書いてください。"), code=code
            )
    for codes in (pages, questions, [axis.code for axis in sheet.axes]):
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield filled(
                _("記号「%(code)s」が2回使われています。別の記号にしてください。"), code=code
            )
    if sheet.result not in RESULTS:
        yield filled(_("結果の種類「%(code)s」は、ありません。"), code=sheet.result)


def _questions(sheet: Definition) -> Iterator[Any]:
    for question in sheet.questions():
        if question.kind not in KINDS:
            yield filled(
                _("設問「%(code)s」の種類「%(kind)s」は、ありません。"),
                code=question.code,
                kind=question.kind,
            )
        codes = [option.code for option in question.options]
        if question.kind in {ONE, MANY} and (len(codes) < 2 or len(set(codes)) < len(codes)):
            yield filled(
                _("設問「%(code)s」には、記号の異なる選択肢を2つ以上書いてください。"),
                code=question.code,
            )


def _axes(sheet: Definition) -> Iterator[Any]:
    known, used = {axis.code for axis in sheet.axes}, set[str]()
    for question in sheet.questions():
        if not question.axis:
            continue
        used.add(question.axis)
        if question.axis not in known:
            yield filled(
                _("設問「%(code)s」の軸「%(axis)s」がありません。"),
                code=question.code,
                axis=question.axis,
            )
        elif not question.most or not question.weight:
            yield filled(
                _("設問「%(code)s」では点が付きません。選択肢に点を書いてください。"),
                code=question.code,
            )
    for axis in sheet.axes:
        if axis.code not in used or not axis.weight:
            yield filled(_("軸「%(axis)s」に点を付ける設問がありません。"), axis=axis.code)
    if sheet.result == SCORE and not sheet.axes:
        yield _("点を付ける診断には、軸（axes）が必要です。")
    if sheet.passing and len(sheet.levels) != len(sheet.axes):
        yield _("段を上る診断では、軸と段階（levels）の数を同じにしてください。")


def _targets(sheet: Definition) -> Iterator[Any]:
    pages = {page.code for page in sheet.pages} | {END}
    for page in sheet.pages:
        for to in [branch.to for branch in page.branches] + [page.next or END]:
            if to not in pages:
                yield filled(
                    _("画面「%(page)s」の行き先「%(to)s」がありません。"), page=page.code, to=to
                )
        here = {question.code: question for question in page.questions}
        for branch in page.branches:
            question = here.get(branch.question)
            if question is None:
                yield filled(
                    _(
                        "画面「%(page)s」の分岐は、その画面の設問を見てください（「%(code)s」がありません）。"
                    ),
                    page=page.code,
                    code=branch.question,
                )
            elif any(question.option(code) is None for code in branch.chosen):
                yield filled(
                    _("画面「%(page)s」の分岐が、設問「%(code)s」にない選択肢を見ています。"),
                    page=page.code,
                    code=branch.question,
                )


def _circles(sheet: Definition) -> Iterator[Any]:
    if found := circle(sheet):
        yield filled(
            _(
                "分岐が輪になっていて、終わりません（%(pages)s）。"
                "どれか1つの行き先を、先の画面か「end」にしてください。"
            ),
            pages=" → ".join([*found, found[0]]),
        )


def _unreached(sheet: Definition) -> Iterator[Any]:
    reached, at = set[str](), [sheet.pages[0].code]
    while at:
        code = at.pop()
        page = sheet.page(code)
        if page is not None and code not in reached:
            reached.add(code)
            at += leads_to(sheet, page)
    for page in sheet.pages:
        if page.code not in reached:
            yield filled(
                _("画面「%(page)s」には、どの答えからも着きません。分岐を直すか、消してください。"),
                page=page.code,
            )

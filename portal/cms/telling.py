"""Who is told of what happens to pages: approvers, writers, subscribers to news."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, TaskState, WorkflowState

from portal.accounts.models import User
from portal.cms.mailing import services as mailing
from portal.cms.models import NewsPage, SecondPerson
from portal.cms.selectors import trails
from portal.cms.topics import PAGES
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices.services import notify


def news(page: NewsPage) -> None:
    """Live news goes to those who asked for such news; a correction goes to nobody again."""
    if not page.live or page.get_view_restrictions():
        return
    mailing.announce(
        key=f"page-{page.pk}",
        ward_id=trails.ward_of(page),
        category=page.category,
        title=page.title,
        summary=page.summary,
        path=trails.address(page),
    )


def approval_asked(state: TaskState) -> None:
    """Those who may approve, without the one who wrote."""
    task, page = state.task.specific, state.workflow_state.content_object
    if not isinstance(task, SecondPerson) or not isinstance(page, Page):
        return
    people = User.objects.filter(groups__in=task.groups.all(), is_active=True)
    wrote = state.revision.user_id
    _tell(
        f"cms.ask.{state.pk}",
        people.exclude(pk=wrote).distinct().values_list("pk", flat=True),
        format_lazy(_("承認の依頼：{title}"), title=page.title),
        _("公開ページの承認を依頼されました。内容を見て、承認するか、直すところを伝えてください。"),
        page,
    )


def sent_back(state: WorkflowState) -> None:
    """The writer learns that something is to be changed."""
    _tell_writer(
        state,
        "back",
        _("承認されませんでした：{title}"),
        _("承認する人が、直すところを書いて返しました。編集画面で確かめてください。"),
    )


def approved(state: WorkflowState) -> None:
    """The writer learns that it is out."""
    _tell_writer(
        state,
        "done",
        _("承認されました：{title}"),
        _("書いたページが承認されました。公開の日時を決めてあるときは、その時に公開されます。"),
    )


def _tell_writer(state: WorkflowState, what: str, subject: Promise, body: Promise) -> None:
    page = state.content_object
    if isinstance(page, Page) and state.requested_by_id:
        key = f"cms.{what}.{state.pk}.{page.latest_revision_id}"
        _tell(key, [state.requested_by_id], format_lazy(subject, title=page.title), body, page)


def _tell(key: str, people: Iterable[int], subject: Promise, body: Promise, page: Page) -> None:
    """As the system: one person's notices are not another's to write."""
    recipients = list(people)
    with acting(Actor.system("cms.telling")):
        notify(
            event_key=key,
            recipients=recipients,
            subject=subject,
            body=body,
            url=f"/cms/pages/{page.pk}/edit/",
            topic=PAGES,
        )

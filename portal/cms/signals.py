"""What follows when the tree of pages changes."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page, PageLogEntry, PageViewRestriction, TaskState, WorkflowState
from wagtail.signals import (
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from portal.cms import memory, searching, telling, trail
from portal.cms.models import NewsPage

# Wagtail would write mails while the editor waits; the portal's notices tell instead.
WAGTAIL_MAILS = (
    (task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
    (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
    (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
    (workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
)


def connect() -> None:
    """Called once, when all apps are there."""
    for signal, sender, uid in WAGTAIL_MAILS:
        signal.disconnect(sender=sender, dispatch_uid=uid)
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(_forget, dispatch_uid=f"cms.forget.{id(signal)}")
    for model in (Redirect, PageViewRestriction):
        post_save.connect(_forget, sender=model, dispatch_uid=f"cms.forget.save.{model.__name__}")
        post_delete.connect(_forget, sender=model, dispatch_uid=f"cms.forget.del.{model.__name__}")
    post_delete.connect(_forget, sender=Page, dispatch_uid="cms.forget.page")
    for kind in (Image, Document):
        post_save.connect(trail.file_saved, sender=kind, dispatch_uid=f"cms.file.{kind.__name__}")
        post_delete.connect(
            trail.file_deleted, sender=kind, dispatch_uid=f"cms.file.del.{kind.__name__}"
        )
    for signal in (page_published, page_unpublished):
        signal.connect(_search_one, dispatch_uid=f"cms.search.{id(signal)}")
    for signal in (page_slug_changed, post_page_move):
        signal.connect(_search_below, dispatch_uid=f"cms.search.{id(signal)}")
    for signal in (post_save, post_delete):
        uid = f"cms.search.restriction.{id(signal)}"
        signal.connect(_search_restricted, sender=PageViewRestriction, dispatch_uid=uid)
    post_delete.connect(_search_one, sender=Page, dispatch_uid="cms.search.page")
    post_save.connect(trail.logged, sender=PageLogEntry, dispatch_uid="cms.trail")
    page_published.connect(_announce, sender=NewsPage, dispatch_uid="cms.announce")
    task_submitted.connect(_ask, dispatch_uid="cms.ask")
    workflow_rejected.connect(_sent_back, dispatch_uid="cms.sent_back")
    workflow_approved.connect(_approved, dispatch_uid="cms.approved")


def _forget(**_kwargs: Any) -> None:
    memory.forget()


def _search_one(instance: Page, **_kwargs: Any) -> None:
    searching.changed([instance.pk])


def _search_below(instance: Page, **_kwargs: Any) -> None:
    searching.changed(searching.below(instance))


def _search_restricted(instance: PageViewRestriction, **_kwargs: Any) -> None:
    page = Page.objects.filter(pk=instance.page_id).first()
    if page is not None:
        searching.changed(searching.below(page))


def _announce(instance: NewsPage, **_kwargs: Any) -> None:
    telling.news(instance)


def _ask(instance: TaskState, **_kwargs: Any) -> None:
    telling.approval_asked(instance)


def _sent_back(instance: WorkflowState, **_kwargs: Any) -> None:
    telling.sent_back(instance)


def _approved(instance: WorkflowState, **_kwargs: Any) -> None:
    telling.approved(instance)

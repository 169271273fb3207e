"""承認: what one person has written goes out when another has read it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask


class SecondPerson(AbstractGroupApprovalTask):
    """Approval by a member of the groups who has not written the version under review."""

    def get_actions(self, obj: Any, user: Any) -> list[Any]:
        """Whoever wrote it may ask for changes and take it back, not approve it."""
        actions = super().get_actions(obj, user)
        if _wrote(obj, user):
            return [action for action in actions if action[0] != "approve"]
        return actions

    def on_action(self, task_state: Any, user: Any, action_name: str, **kwargs: Any) -> Any:
        """The net below the buttons."""
        if action_name == "approve" and task_state.revision.user_id == user.pk:
            return None
        return super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls) -> str:
        return str(_("書いた人とは別の、承認する人のグループの一人が承認します"))

    class Meta:
        verbose_name = _("別の人の承認")


def _wrote(obj: Any, user: Any) -> bool:
    latest = getattr(obj, "latest_revision", None)
    return latest is not None and latest.user_id == user.pk

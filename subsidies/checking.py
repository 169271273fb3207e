"""Where the check of the criteria (要件の確認) goes on; asked from the firm's pages and from 支援ナビ."""

from django.urls import reverse

from portal.kernel import clock
from subsidies.contents import content_of, rules_of
from subsidies.models import Application
from subsidies.rules import eligibility
from subsidies.rules.form import for_content


def next_address(application: Application, after: str = "") -> str:
    """The page of the next question that has no answer yet; the result when all have one.

    `after` is the question just answered, "" at the beginning: whoever has nothing to answer then goes
    straight to the form.
    """
    content = content_of(application, today=clock.today())
    rules = for_content(rules_of(application.version), content)
    verdict = eligibility.judge(rules, content.eligibility, content.facts)
    # What the firm's record prefills is shown once, to be confirmed or corrected.
    waiting = [
        item.criterion.code
        for item in verdict.judged
        if item.outcome != "not_needed" and item.criterion.code not in application.eligibility
    ]
    if verdict.state == "ineligible" and after:
        waiting = []
    if waiting:
        return reverse("subsidies:check", args=[application.public_id, waiting[0]])
    name = "subsidies:check_result" if after else "subsidies:task_list"
    return reverse(name, args=[application.public_id])

"""Every state from which a firm has something to do → the code in portal/desk/turns that tells of it
on マイページ, with a day and a link; or why it does not stand there.

A state counts when its table lets a firm's role do anything in it but take something back.
"""

from portal.desk.turns import lab, subsidies, support

# Takes back or gives up what the firm itself did: nobody waits for it.
BACK = {
    *("withdraw", "cancel", "leave", "revoke", "drop", "stop", "hide", "reopen", "release"),
    "call_off",
}
TOLD = {
    ("subsidies.application", "draft"): subsidies._todo,
    ("subsidies.application", "correction"): subsidies._todo,
    ("subsidies.grant", "in_progress"): subsidies._granted,
    ("subsidies.grant", "finalised"): subsidies._granted,
    ("grants.filing", "returned"): subsidies._granted,
    ("grants.progressrequest", "open"): subsidies._granted,
    ("grants.hearing", "asked"): subsidies._granted,
    ("grants.sitevisit", "instructed"): subsidies._granted,
    ("grants.recovery", "owed"): subsidies._granted,
    ("diagnosis.diagnosis", "draft"): support._diagnosed,
    ("dojo.enrolment", "offered"): support._courses,
    ("worksheets.worksheet", "returned"): support._sheets,
    ("followup.survey", "open"): support._followed_up,
    ("followup.investment", "returned"): support._mended,
    ("advisors.request", "asked"): support._asked_back,
    ("advisors.visit", "recorded"): support._visited,
    ("booking.reservation", "held"): lab._lab,
    ("booking.turn", "offered"): lab._lab,
    ("events.registration", "offered"): lab._lab_events,
    ("cases.case", "draft"): lab._made,
    ("cases.case", "open"): lab._made,
    ("cases.case", "inviting"): lab._made,
    ("cases.case", "offered"): lab._passed_on,
    ("cases.case", "running"): lab._made,
    ("cases.case", "delivered"): lab._passed_on,
    ("cases.invitation", "waiting"): lab._passed_on,
    ("cases.step", "todo"): lab._made,
    ("cases.step", "defect"): lab._made,
    ("cases.step", "working"): lab._made,
    ("cases.step", "inspecting"): lab._made,
    ("exchange.pairing", "proposed"): lab._shared,
    ("exchange.pairing", "agreed"): lab._shared,
    ("exchange.pairing", "reported"): lab._shared,
    ("exchange.match", "claimed"): lab._matched,
    ("exchange.joint", "offering"): lab._jointly,
    ("exchange.joint", "split"): lab._jointly,
    ("exchange.joint", "asking"): lab._jointly,
    ("exchange.jointshare", "asked"): lab._jointly,
    ("exchange.jointshare", "making"): lab._jointly,
    ("exchange.jointshare", "handed"): lab._jointly,
    ("consortium.project", "offered"): lab._taught,
    ("consortium.project", "talking"): lab._taught,
    ("consortium.project", "agreed"): lab._taught,
    ("consortium.project", "running"): lab._taught,
    ("consortium.project", "reported"): lab._taught,
    ("consortium.referral", "draft"): lab._referred,
}
_ANSWERED = "answered; the answer may be changed until the hub has chosen"
NOT_TOLD = {
    (
        "grants.filing",
        "draft",
    ): "begun by the firm itself; what the grant waits for is its next step",
    ("grants.progressrequest", "answered"): "an answer that was dropped may be given anew",
    ("adoption.tool", "stopped"): "taking up a tool again is the firm's own choice",
    ("nakama.profile", "hidden"): "being found by others is the firm's own choice",
    (
        "nakama.profile",
        "prefilled",
    ): "likewise; ラボと仲間まわし begins with it (portal/desk/lab.py)",
    ("worksheets.worksheet", "draft"): "written for oneself; nobody waits for it",
    (
        "booking.reservation",
        "approved",
    ): "a date on the page, not a task: one checks in at the door",
    ("booking.reservation", "in_use"): "one is in the lab and checks out at the door",
    ("cases.invitation", "can"): _ANSWERED,
    ("cases.invitation", "conditional"): _ANSWERED,
    ("cases.invitation", "cannot"): _ANSWERED,
    ("cases.invitation", "not_now"): _ANSWERED,
    ("cases.appeal", "none"): "an objection to a rating is the firm's own choice",
    ("exchange.listing", "open"): "ends by itself with the last piece that a pairing takes",
    ("exchange.joint", "contracted"): "ends by itself with the last part that is received",
    ("exchange.jointshare", "accepted"): "begins by itself once all parts are taken",
}
# What no table of states shows, and still waits for the firm.
BESIDE = {
    "a trial in a lab without its result": lab._tried_out,
    "a 商談会 without a wish": lab._invited,
    "a joint purchase that is offered": lab._pooled,
    "a rating after a case": lab._rated,
    "a wave of the ward's survey": support._surveyed,
    "the review of a tool": support._reviewed,
    "what was tried in this browser before": support.tried,
    "a report after the payment whose year has begun": subsidies._reported,
}

from django.urls import path

from programs.views import card, facts, firm, imports, mergers, reaching, staff, ties

app_name = "programs"

urlpatterns = [
    path("firm/", firm.home, name="firm_home"),
    path("firm/card/", card.own_card, name="own_card"),
    path("visits/firms/<int:firm_id>/", card.advised_card, name="advised_card"),
    path("firm/register/", firm.register, name="firm_register"),
    path("firm/edit/", firm.edit, name="firm_edit"),
    path("firm/sites/add/", firm.site_add, name="site_add"),
    path("firm/sites/<uuid:public_id>/close/", firm.site_close, name="site_close"),
    path("firm/ties/add/", ties.own_add, name="tie_add"),
    path("firms/ties/<uuid:public_id>/end/", ties.end, name="tie_end"),
    path("staff/firms/<uuid:public_id>/ties/add/", ties.staff_add, name="firm_tie_add"),
    path("staff/firms/<uuid:public_id>/merger/", mergers.add, name="firm_merger_add"),
    path("staff/firms/mergers/<uuid:public_id>/", mergers.merger, name="firm_merger"),
    path("firm/people/invite/", firm.invite, name="firm_invite"),
    path(
        "firm/people/invitations/<int:invitation_id>/revoke/",
        firm.invitation_revoke,
        name="firm_invitation_revoke",
    ),
    path("firm/people/<int:membership_id>/role/", firm.change_role, name="firm_member_role"),
    path("firm/people/<int:membership_id>/remove/", firm.remove, name="firm_member_remove"),
    path("staff/firms/", staff.firm_list, name="firm_list"),
    path("staff/firms/unreached/", reaching.unreached, name="unreached"),
    path("staff/firms/unreached/<uuid:notice_id>/told/", reaching.told, name="told"),
    path("staff/firms/unreached/<uuid:public_id>/mended/", reaching.mended, name="mended"),
    path("staff/firms/import/", imports.start, name="firm_import"),
    path("staff/firms/import/template/", imports.template, name="firm_import_template"),
    path("staff/firms/import/<uuid:public_id>/", imports.job, name="firm_import_job"),
    path(
        "staff/firms/import/<uuid:public_id>/confirm/", imports.confirm, name="firm_import_confirm"
    ),
    path("staff/firms/import/<uuid:public_id>/cancel/", imports.cancel, name="firm_import_cancel"),
    path("staff/firms/<uuid:public_id>/", card.firm_card, name="firm_card"),
    path("staff/firms/<int:firm_id>/", card.firm_card_of, name="firm_card_of"),
    path("staff/firms/<uuid:public_id>/profile/", staff.firm_profile, name="firm_profile"),
    path("staff/firms/<uuid:public_id>/facts/add/", facts.record, name="fact_add"),
    path("staff/facts/", facts.fact_list, name="fact_list"),
    path("staff/facts/<int:fact_id>/", facts.fact, name="fact"),
    path("staff/firms/<uuid:public_id>/invite/", staff.first_owner, name="firm_first_owner"),
]

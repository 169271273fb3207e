"""The demonstration's ward settings: an electronic seal, limits of approvers, blank forms."""

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.accounts.demo import SUMIDA
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from subsidies.demo.papers import PDF, sample
from subsidies.models import DocumentTemplate, Scheme
from subsidies.services.templates import documents_of, template_put
from subsidies.services.ward_rules import approval_limit_set, ward_rules_save

# Above every scheme's cap: nobody is kept from the demonstration's own cases.
LIMIT_YEN = 10_000_000


def load() -> int:
    """Set what 墨田区 uses; returns how many blank forms there are."""
    admin = _official(Role.WARD_ADMIN)
    head = Assignment.objects.filter(ward_id=SUMIDA, role=Role.APPROVER).order_by("pk").first()
    if admin is None:
        return 0
    with acting(admin):
        ward_rules_save(
            actor=admin,
            seal="electronic",
            seal_text="墨田区長之印",
            approval_limit_yen=LIMIT_YEN,
        )
        if head is not None:
            approval_limit_set(actor=admin, user_id=head.user_id, limit_yen=None)
        for scheme in Scheme.objects.filter(ward_id=SUMIDA).order_by("code"):
            _hand_out(admin, scheme)
    return DocumentTemplate.objects.count()


def _hand_out(admin: Actor, scheme: Scheme) -> None:
    """A blank form of the first document that is written by the firm itself (事業計画書)."""
    for code, name in documents_of(scheme).items():
        if code == "plan":
            uploaded = SimpleUploadedFile(f"{name}ひな形.pdf", sample(name), content_type=PDF)
            template_put(actor=admin, scheme_id=scheme.pk, code=code, uploaded=uploaded)


def _official(role: str) -> Actor | None:
    row = Assignment.objects.filter(ward_id=SUMIDA, role=role, user__is_active=True)
    found = row.select_related("user").order_by("pk").first()
    if found is None:
        return None
    user = found.user
    return Actor(user.pk, user.name, Hat.WARD, frozenset({role}), ward_id=SUMIDA)

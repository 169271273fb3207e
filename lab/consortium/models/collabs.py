"""Joint developments of several firms (3-KGI): parties, the contract, orders under it."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.consortium import collab_states as states
from lab.consortium.models.projects import file_key
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


class Collab(models.Model):
    """A joint development. `ward` is the secretariat's that keeps it.

    `firm_ids` and `ward_ids` repeat its parties: row policies ask them. `lead` is the name of the
    party that has signed for all; a contract is known by its number there.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    title = models.CharField(_("何を開発するか"), max_length=100)
    about = models.TextField(_("内容"), blank=True)
    processes = ArrayField(
        models.CharField(max_length=24),
        verbose_name=_("関係する工程"),
        default=list,
        help_text="groups of lab.nakama's processes",
    )
    status = models.CharField(
        _("状態"), max_length=10, default=states.PLANNED, choices=states.COLLAB.choices
    )
    firm_ids = ArrayField(models.BigIntegerField(), default=list)
    ward_ids = ArrayField(models.IntegerField(), default=list)
    lead = models.CharField(_("代表の企業"), max_length=200, blank=True)
    contract_no = models.CharField(_("契約番号"), max_length=60, blank=True)
    contracted_on = models.DateField(_("契約日"), null=True)
    contract = file_key()
    delivered_on = models.DateField(_("初回の納品日"), null=True)
    reason = models.TextField(_("理由"), blank=True)
    added_by = person_key(db_index=False)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("共同開発")
        ordering = ["-added_at", "-id"]
        constraints = [
            # A repeat order under one contract is an order, not another joint development.
            models.UniqueConstraint(
                fields=["lead", "contract_no"],
                condition=Q(status__in=states.COUNTED),
                name="consortium_collab_contract_once",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=states.COUNTED)
                | Q(contracted_on__isnull=False, contract__isnull=False) & ~Q(contract_no=""),
                name="consortium_collab_evidence",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> State:
        return states.COLLAB.state(self.status)


class CollabParty(models.Model):
    """A firm of the joint development; `firm` where it is in the register.

    `group`: the capital group as the firm told; firms of one group count as one.
    """

    collab = models.ForeignKey(Collab, on_delete=models.PROTECT, related_name="parties")
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+", null=True)
    name = models.CharField(_("企業名"), max_length=200)
    group = models.CharField(_("資本関係（グループ名）"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("共同開発の企業")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["collab", "firm"], name="consortium_party_once"),
            models.UniqueConstraint(fields=["collab", "name"], name="consortium_party_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class CollabOrder(models.Model):
    """A further order under the contract. Append-only."""

    collab = models.ForeignKey(Collab, on_delete=models.PROTECT, related_name="orders")
    on = models.DateField(_("注文日"))
    note = models.CharField(_("内容"), max_length=200, blank=True)
    added_by = person_key(db_index=False)

    class Meta:
        verbose_name = _("共同開発の追加注文")
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.on} {self.note}"

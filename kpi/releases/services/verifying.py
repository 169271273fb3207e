"""検証: the digests counted anew from what is stored."""

from dataclasses import dataclass

from kpi.releases.models import Release
from kpi.releases.rules import digest
from kpi.releases.selectors.figures import columns_of, head_of
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@dataclass(frozen=True, slots=True)
class Verification:
    """What the digests are now; `is_whole`: as when the release was made."""

    digest: str
    public_digest: str
    is_whole: bool


def verification(row: Release) -> Verification:
    """Both digests anew. Reads as the system: nothing but whether they agree leaves here."""
    with acting(Actor.system("releases.verify")):
        head = head_of(row)
        own = digest(head, columns_of(row))
        public = digest(head, columns_of(row, public=True))
    return Verification(own, public, own == row.digest and public == row.public_digest)

"""初めての仕事の上限: what a firm's first jobs on the platform may be (kpi_matching.md 2d, trust).

Until a firm has three jobs to show, a step given to it is small, not too many pieces, not of the finest
tolerance and not under export control. Steps of cases and shares of joint orders delivered here count, and
matches made outside with independent buyers, once confirmed. Its own and its hub's cases are its own business.
"""

from dataclasses import dataclass
from enum import StrEnum

# Jobs after which the limits end.
JOBS = 3
# 円 (税抜) of one step, pieces of the lot, and the finest tolerance (± µm).
MOST_YEN = 500_000
MOST_LOT = 500
FINEST_UM = 10


class Limit(StrEnum):
    """What is too much for a first job."""

    VALUE = "value"
    LOT = "lot"
    FINE = "fine"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Job:
    """What is known of the work; `yen` (税抜) once it is quoted."""

    lot: int | None
    tolerance_um: int | None
    export_control: bool
    yen: int | None = None


def is_new(delivered: int) -> bool:
    """Whether a firm with so many jobs is still within its first ones."""
    return delivered < JOBS


def over(job: Job) -> tuple[Limit, ...]:
    """The limits that the job exceeds."""
    found = {
        Limit.VALUE: job.yen is not None and job.yen > MOST_YEN,
        Limit.LOT: job.lot is not None and job.lot > MOST_LOT,
        Limit.FINE: job.tolerance_um is not None and job.tolerance_um < FINEST_UM,
        Limit.EXPORT: job.export_control,
    }
    return tuple(limit for limit, exceeded in found.items() if exceeded)

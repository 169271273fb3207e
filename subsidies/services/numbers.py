"""文書番号 of the ward's letters."""

import datetime as dt

from portal.kernel import clock, numbering
from programs.models import Ward


def letter_number(ward_id: int, day: dt.date) -> str:
    """The next 文書番号 of the ward in the fiscal year of `day`, e.g. 8墨産産第123号.

    Take it late: the counter stays locked until the transaction ends.
    """
    fiscal_year = clock.fiscal_year(day)
    mark = Ward.objects.get(pk=ward_id).document_mark
    number = numbering.next_number(
        series="letter", ward_id=ward_id, scheme="", fiscal_year=fiscal_year
    )
    return numbering.document_no(
        pattern=f"{{year}}{mark}第{{number}}号", fiscal_year=fiscal_year, number=number
    )

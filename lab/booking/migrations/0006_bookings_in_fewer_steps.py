"""A booking's public key is in the order of time; machines may be claimed before a role is put on.

Claiming and the change of role are one statement, which may be the first of a transaction. What the
function tells everybody may read.
"""

from django.db import migrations, models

import portal.kernel.keys

HOLD = "FUNCTION booking_hold(bigint[], timestamptz, timestamptz, bigint)"
AS_ITS_OWNER = "SET LOCAL ROLE app_keeper; {}; RESET ROLE;"


class Migration(migrations.Migration):
    dependencies = [("booking", "0005_calendars_renewed")]

    operations = [
        migrations.AlterField(
            "reservation",
            "public_id",
            models.UUIDField(default=portal.kernel.keys.ordered, editable=False, unique=True),
        ),
        migrations.RunSQL(
            AS_ITS_OWNER.format(f"GRANT EXECUTE ON {HOLD} TO app_common"),
            AS_ITS_OWNER.format(f"REVOKE EXECUTE ON {HOLD} FROM app_common"),
        ),
    ]

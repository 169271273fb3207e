"""What keeps a machine free for an event is known as such to the bookings: it ends with the event."""

from django.db import migrations

MARK = """
UPDATE booking_maintenance SET of_event = true
WHERE id IN (SELECT closing_id FROM events_eventmachine WHERE closing_id IS NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0001_initial"),
        ("booking", "0008_maintenance_taken_back"),
    ]

    operations = [migrations.RunSQL(MARK, migrations.RunSQL.noop)]

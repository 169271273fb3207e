"""Locking machines and looking whether they are free, in one round trip.

Each statement of the function sees what was committed before it began, so that the look comes after
the lock. It runs with its caller's rights. Buffers stand in the machine's row.
"""

from django.db import migrations

HOLD = """
CREATE FUNCTION booking_hold(
    machines bigint[], begins timestamptz, ends timestamptz, ignored bigint
) RETURNS TABLE (reservation bigint, due timestamptz, at timestamptz)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM booking_machine m WHERE m.id = ANY (machines) ORDER BY m.id FOR NO KEY UPDATE;
    RETURN QUERY SELECT b.reservation_id, b.due_by, NULL::timestamptz
        FROM booking_machine m JOIN booking_booking b ON b.machine_id = m.id
        WHERE m.id = ANY (machines) AND b.released_at IS NULL AND b.reservation_id <> ignored
        AND b.lead && tstzrange(begins - make_interval(mins => m.before_minutes), ends);
    RETURN QUERY SELECT b.reservation_id, b.due_by, NULL::timestamptz
        FROM booking_machine m JOIN booking_booking b ON b.machine_id = m.id
        WHERE m.id = ANY (machines) AND b.released_at IS NULL AND b.reservation_id <> ignored
        AND b.trail && tstzrange(begins, ends + make_interval(mins => m.after_minutes));
    RETURN QUERY SELECT NULL::bigint, NULL::timestamptz, clock_timestamp();
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("booking", "0001_initial")]

    operations = [
        migrations.RunSQL(
            HOLD, "DROP FUNCTION booking_hold(bigint[], timestamptz, timestamptz, bigint)"
        )
    ]

"""Locking machines and looking whether they are free, and writing the booking: a statement each.

`booking_hold` locks, then looks; each statement sees what was committed before it began. Where they
are taken it gives the locks back before the answer leaves the database: whoever is too late holds
nothing, and many who wait for one time are told one right after the other. `late` are bookings in
the way that count no more: nobody came, or nobody answered the offer. It runs as app_keeper, so that
a firm need not act as the system to be told; the lock needs the right to update one column, and the
function updates none.

Buffers stand in the machine's row. The statements of both functions are planned once a session:
planning them for each call took longer than the rest.
"""

import importlib

from django.db import migrations

FORMER = importlib.import_module("lab.booking.migrations.0002_hold").HOLD

DROP = "DROP FUNCTION booking_hold(bigint[], timestamptz, timestamptz, bigint);"
HOLD = """
CREATE FUNCTION booking_hold(
    machines bigint[], begins timestamptz, ends timestamptz, ignored bigint
) RETURNS TABLE (taken boolean, late bigint[], at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    BEGIN
        PERFORM 1 FROM booking_machine m WHERE m.id = ANY (machines)
            ORDER BY m.id FOR NO KEY UPDATE;
        SELECT coalesce(bool_or(b.due_by IS NULL OR b.due_by > clock_timestamp()), false),
               coalesce(array_agg(DISTINCT b.reservation_id), '{}')
        INTO taken, late
        FROM booking_machine m, LATERAL (
            SELECT reservation_id, due_by FROM booking_booking
            WHERE machine_id = m.id AND released_at IS NULL AND reservation_id <> ignored
            AND lead && tstzrange(begins - make_interval(mins => m.before_minutes), ends)
            UNION ALL
            SELECT reservation_id, due_by FROM booking_booking
            WHERE machine_id = m.id AND released_at IS NULL AND reservation_id <> ignored
            AND trail && tstzrange(begins, ends + make_interval(mins => m.after_minutes))
        ) b
        WHERE m.id = ANY (machines);
        IF taken THEN
            -- Leaves this block with its locks.
            RAISE EXCEPTION USING ERRCODE = 'BK001';
        END IF;
    EXCEPTION WHEN SQLSTATE 'BK001' THEN
        NULL;
    END;
    at := clock_timestamp();
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION booking_hold(bigint[], timestamptz, timestamptz, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION booking_hold(bigint[], timestamptz, timestamptz, bigint)
    TO app_firm, app_system;
ALTER FUNCTION booking_hold(bigint[], timestamptz, timestamptz, bigint) OWNER TO app_keeper;
GRANT SELECT, UPDATE (status_reason) ON booking_machine TO app_keeper;
GRANT SELECT ON booking_booking TO app_keeper;
CREATE POLICY app_keeper ON booking_machine TO app_keeper USING (true);
CREATE POLICY app_keeper ON booking_booking FOR SELECT TO app_keeper USING (true);
"""
# The row comes as JSON with all columns but the two that are the database's own; with it the
# machines, and until when they are kept without anybody coming.
WRITE = """
CREATE FUNCTION booking_write(given jsonb) RETURNS bigint
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    made booking_reservation := jsonb_populate_record(NULL::booking_reservation, given);
BEGIN
    made.id := nextval('booking_reservation_id_seq');
    made.made_at := statement_timestamp();
    INSERT INTO booking_reservation SELECT made.*;
    INSERT INTO booking_booking
        (reservation_id, machine_id, starts_at, ends_at, taken_from, taken_until, due_by)
    SELECT made.id, m.id, made.starts_at, made.ends_at,
           made.starts_at - make_interval(mins => m.before_minutes),
           made.ends_at + make_interval(mins => m.after_minutes), (given->>'due_by')::timestamptz
    FROM booking_machine m WHERE m.id = ANY ((given->>'machines')::bigint[]);
    RETURN made.id;
END
$$;
"""
BACK = """
DROP FUNCTION booking_write(jsonb);
DROP POLICY app_keeper ON booking_booking;
DROP POLICY app_keeper ON booking_machine;
REVOKE ALL ON booking_booking, booking_machine FROM app_keeper;
"""


class Migration(migrations.Migration):
    dependencies = [("booking", "0002_hold")]

    operations = [migrations.RunSQL(DROP + HOLD + WRITE, BACK + DROP + FORMER)]

"""Locking machines and looking whether they are free: who is too late holds nothing.

It looks first without a lock. Only who finds the machines free locks them and looks again; who finds
them taken then gives the locks back before the answer leaves the database, so that many who wait
for one time are told one right after the other. `late` are bookings in the way that count no
more: nobody came, or nobody answered the offer.

It runs as app_keeper, so that a firm need not act as the system to be told. The lock needs the
right to update one column; the function updates none. Each statement sees what was committed before
it began. Buffers stand in the machine's row.
"""

import importlib

from django.db import migrations

FORMER = importlib.import_module("lab.booking.migrations.0002_hold").HOLD

DROP = "DROP FUNCTION booking_hold(bigint[], timestamptz, timestamptz, bigint);"
HOLD = """
CREATE FUNCTION booking_hold(
    machines bigint[], begins timestamptz, ends timestamptz, ignored bigint
) RETURNS TABLE (taken boolean, late bigint[], at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    FOR locked IN 0..1 LOOP
        BEGIN
            IF locked = 1 THEN
                PERFORM 1 FROM booking_machine m WHERE m.id = ANY (machines)
                    ORDER BY m.id FOR NO KEY UPDATE;
            END IF;
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
            EXIT;
        END;
    END LOOP;
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
BACK = """
DROP POLICY app_keeper ON booking_booking;
DROP POLICY app_keeper ON booking_machine;
REVOKE ALL ON booking_booking, booking_machine FROM app_keeper;
"""


class Migration(migrations.Migration):
    dependencies = [("booking", "0002_hold")]

    operations = [migrations.RunSQL(DROP + HOLD, BACK + DROP + FORMER)]

-- One lab with 100 machines and a million bookings of five years, two months of them to come. The
-- exclusion constraints are made anew over the finished table: row by row it would take minutes.

ALTER TABLE booking_booking DROP CONSTRAINT booking_once_before, DROP CONSTRAINT booking_once_after;

INSERT INTO booking_lab (public_id, ward_id, name, place, contact, bring, closes_on_holidays,
                         cancel_hours, grace_minutes, offer_hours, points_limit, points_days, kiosk, overrides)
VALUES (gen_random_uuid(), 13107, '計測ラボ', '墨田区文花1-19-1', '03-5608-0000', '', false,
        24, 20, 4, 3, 90, gen_random_uuid(), '[]');

INSERT INTO booking_openinghours (lab_id, weekday, opens, closes)
SELECT lab.id, day, time '09:00', time '17:00' FROM booking_lab lab, generate_series(0, 6) day;

INSERT INTO booking_machine (public_id, lab_id, category, name, maker, summary, place, manual_url,
                             hazards, slot_minutes, most_minutes, lead_hours, ahead_days,
                             before_minutes, after_minutes, needs_approval, needs_training,
                             needs_supervisor, is_accessory, purposes, status, status_reason)
SELECT gen_random_uuid(), lab.id, (ARRAY['printer','robot','iot','measure','cutting'])[1 + n % 5],
       '設備' || to_char(n, 'FM000'), '', '試作と測定に使います。', '1階', '', '', 60, 240, 0, 365,
       10, 10, false, false, false, false, '[]', 'in_service', ''
FROM booking_lab lab, generate_series(1, 100) n;

-- Fifty minutes of an hour, five or six hours a day; which ones is decided by the hash of the three.
CREATE TEMPORARY TABLE wanted AS
SELECT row_number() OVER (ORDER BY machine.id, day, hour) AS id, machine.id AS machine_id,
       machine.lab_id, (day + make_interval(hours => hour)) AT TIME ZONE 'Asia/Tokyo' AS starts_at
FROM booking_machine machine,
     generate_series(current_date - interval '1770 days', current_date + interval '60 days',
                     interval '1 day') day,
     generate_series(9, 16) hour
WHERE abs(hashint8(machine.id * 100000000 + extract(epoch FROM day)::bigint / 86400 * 100 + hour))
      % 16 < 11;

INSERT INTO booking_reservation (id, public_id, lab_id, ward_id, firm_id, firm_ward_id, firm_name,
                                 person_name, purpose, note, starts_at, ends_at, status, reason, fee,
                                 fee_yen, waiver, points, code, supervisor, is_walk_in)
SELECT wanted.id, gen_random_uuid(), wanted.lab_id, 13107, firm.id, 13107, firm.name, '計測 太郎',
       'trial', '', starts_at, starts_at + interval '50 minutes',
       CASE WHEN starts_at < now() THEN 'used' ELSE 'approved' END, '', '{}', 0, '', 0, '', '', false
FROM wanted
JOIN (SELECT id, name, row_number() OVER (ORDER BY id) AS n FROM programs_firm) firm
  ON firm.n = 1 + wanted.id % (SELECT count(*) FROM programs_firm);

INSERT INTO booking_booking (reservation_id, machine_id, starts_at, ends_at, taken_from, taken_until)
SELECT id, machine_id, starts_at, starts_at + interval '50 minutes',
       starts_at - interval '10 minutes', starts_at + interval '60 minutes'
FROM wanted;

SELECT setval(pg_get_serial_sequence('booking_reservation', 'id'), max(id)) FROM booking_reservation;
DROP TABLE wanted;

SET maintenance_work_mem = '1GB';
ALTER TABLE booking_booking
    ADD CONSTRAINT booking_once_before EXCLUDE USING gist (machine_id WITH =, lead WITH &&)
        INCLUDE (due_by) WHERE (released_at IS NULL),
    ADD CONSTRAINT booking_once_after EXCLUDE USING gist (machine_id WITH =, trail WITH &&)
        INCLUDE (due_by) WHERE (released_at IS NULL);

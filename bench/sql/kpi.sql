-- bench.facts facts of 60 months and 23 wards: 99 % are told, the others take one of these back.
-- What is counted once comes up to three times, so that counting has something to leave out.
-- The indexes are made anew afterwards, by parallel workers; triggers are off in this session.
CREATE TEMP TABLE bench_indexes AS
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index i
WHERE indrelid = 'kpi_fact'::regclass
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid);

DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT name FROM bench_indexes LOOP
        EXECUTE 'DROP INDEX ' || one.name;
    END LOOP;
END $$;

CREATE TEMP TABLE bench_firms AS
SELECT (row_number() OVER (ORDER BY id))::int - 1 AS place, id FROM programs_firm;
CREATE TEMP TABLE bench_kinds (event_type text, share int, key text);
-- Per cent of the facts, and what their key is made of.
INSERT INTO bench_kinds VALUES
    ('grant.submitted', 11, 'case'), ('grant.decided', 9, 'case'), ('grant.completed', 3, 'case'),
    ('grant.effect_answered', 2, 'case'), ('dojo.completed', 6, 'person'),
    ('leader.completed', 6, 'person'), ('advisor.visit_accepted', 6, 'firm'),
    ('investment.reported', 3, 'case'), ('survey.answered', 3, 'firm'),
    ('lab.visited', 26, 'visit'), ('event.held', 4, 'case'), ('member.published', 3, 'firm'),
    ('member.withdrawn', 1, 'firm'), ('member.acted', 8, 'firm'), ('match.concluded', 3, 'pair'),
    ('match.claimed', 2, 'pair'), ('collab.contracted', 2, 'case'),
    ('univ.agreement_signed', 2, 'case');
CREATE TEMP TABLE bench_kind AS
SELECT (row_number() OVER (ORDER BY event_type, n))::int - 1 AS place, event_type, key
FROM bench_kinds, generate_series(1, share) AS n;

WITH size AS (
    SELECT current_setting('bench.facts')::int * 99 / 100 AS told,
        (SELECT count(*)::int FROM bench_firms) AS firms
), drawn AS (
    SELECT n, hashint8(n) & 2147483647 AS a, hashint8(n + 77777777777) & 2147483647 AS b,
        hashint8(n + 99999999999) & 2147483647 AS c, firms
    FROM size, generate_series(1, (SELECT told FROM size)) AS n
)
INSERT INTO kpi_fact (event_type, event_key, ward_id, firm_id, person_id, stage, part, occurred_on,
    recorded_at, quantity, source_table, source_pk, source_rev)
SELECT k.event_type,
    CASE k.key
        WHEN 'firm' THEN f.id::text
        WHEN 'person' THEN ((d.c % 3000000) + 1)::text
        WHEN 'visit' THEN (d.c % 40000) || ':' || (current_date - d.b % 1826)
        WHEN 'pair' THEN f.id || ':' || d.c % 500 || ':' || d.c % 7
        ELSE (d.n / 2 + d.c % 2)::text
    END,
    13101 + d.c % 23, f.id, NULL,
    CASE WHEN k.event_type LIKE 'grant.%' THEN 1 + d.c % 3 ELSE 0 END,
    CASE k.event_type
        WHEN 'lab.visited' THEN (ARRAY['host', 'near', 'outside'])[1 + d.a % 3]
        WHEN 'event.held' THEN (ARRAY['event', 'fair'])[1 + d.a % 2]
        WHEN 'match.concluded' THEN (ARRAY['case', 'material'])[1 + d.a % 2]
        WHEN 'collab.contracted' THEN (ARRAY['order', 'joint'])[1 + d.a % 2]
        WHEN 'grant.effect_answered' THEN (ARRAY['felt', 'not_yet', 'not_felt'])[1 + d.a % 3]
        ELSE ''
    END,
    current_date - d.b % 1826, now() - interval '1 day', 1, 'bench', d.n::text, 'told'
FROM drawn d
JOIN bench_kind k ON k.place = d.a % 100
JOIN bench_firms f ON f.place = d.c % d.firms
ORDER BY d.n;

INSERT INTO kpi_fact (event_type, event_key, ward_id, firm_id, person_id, stage, part, occurred_on,
    recorded_at, quantity, source_table, source_pk, source_rev, reverses_id)
SELECT event_type, event_key, ward_id, firm_id, person_id, stage, part, occurred_on,
    now() - interval '1 day', -1, source_table, source_pk, 'taken-back', id
FROM kpi_fact
WHERE source_table = 'bench' AND id % 99 = 0;

DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT definition FROM bench_indexes LOOP
        EXECUTE one.definition;
    END LOOP;
END $$;
DROP TABLE bench_indexes, bench_firms, bench_kinds, bench_kind;

-- The applications: a weighted choice of (firm, call) pairs, later years being busier. Every pair
-- once, as the unique constraint asks. `bench.model` is an application made by the services, whose
-- answers and frozen version every row takes over; `bench.count` how many rows to make. The firm
-- `bench.busy` applies wherever it can.

SELECT setseed(0.23);

CREATE TEMP TABLE pair AS
WITH candidate AS (
    SELECT firm.id AS firm_id, call.id AS call_id, call.opens_at,
           least(call.closes_at, now() - interval '1 hour') AS until,
           CASE WHEN firm.id = current_setting('bench.busy')::bigint THEN 0
                ELSE -ln(random()) / (ARRAY[2.0, 1.6, 1.4, 1.2, 1.0])
                                     [1 + newest.year - call.fiscal_year] END AS lot
    FROM programs_firm firm
    JOIN programs_site site ON site.firm_id = firm.id AND site.kind = 'head'
    JOIN subsidies_call call ON call.ward_id = site.ward_id
    CROSS JOIN (SELECT max(fiscal_year) AS year FROM subsidies_call) newest
    WHERE (firm.id > current_setting('bench.reserved')::bigint
           OR firm.id = current_setting('bench.busy')::bigint)
      AND NOT EXISTS (SELECT FROM subsidies_application known
                      WHERE known.firm_id = firm.id AND known.call_id = call.id)
)
SELECT firm_id, call_id, opens_at + random() * (until - opens_at) AS submitted_at,
       random() AS fate, random() AS luck, random() AS person
FROM (SELECT * FROM candidate ORDER BY lot LIMIT current_setting('bench.count')::int) chosen
ORDER BY 3;

CREATE TEMP TABLE reviewer AS
SELECT ward_id, user_id, name,
       row_number() OVER (PARTITION BY ward_id ORDER BY user_id) AS n
FROM accounts_assignment JOIN accounts_user person ON person.id = user_id
WHERE role = 'reviewer';

-- Older years are decided. Of this year's, what came in the last two months is mostly open.
CREATE TEMP TABLE fated AS
SELECT pair.*, call.ward_id, call.version_id, call.fiscal_year, scheme.name AS scheme_name,
       scheme.code, scheme.stage, firm.name AS firm_name,
       CASE
           WHEN call.fiscal_year < newest.year THEN
               CASE WHEN fate < 0.70 THEN 'granted' WHEN fate < 0.96 THEN 'refused'
                    ELSE 'withdrawn' END
           WHEN fate < 0.04 THEN 'draft'
           WHEN fate < 0.06 THEN 'withdrawn'
           WHEN submitted_at > now() - interval '60 days' AND fate < 0.95 OR fate < 0.36 THEN
               CASE WHEN luck < 0.28 THEN 'submitted' WHEN luck < 0.55 THEN 'checking'
                    WHEN luck < 0.67 THEN 'correction' WHEN luck < 0.91 THEN 'reviewing'
                    ELSE 'awaiting_approval' END
           WHEN luck < 0.75 THEN 'granted'
           ELSE 'refused'
       END AS status
FROM pair
JOIN subsidies_call call ON call.id = call_id
JOIN subsidies_schemeversion version ON version.id = call.version_id
JOIN subsidies_scheme scheme ON scheme.id = version.scheme_id
JOIN programs_firm firm ON firm.id = firm_id
CROSS JOIN (SELECT max(fiscal_year) AS year FROM subsidies_call) newest;

INSERT INTO subsidies_application (
    public_id, ward_id, firm_id, call_id, version_id, status, eligibility, answers, expense_input,
    revision, history, created_by_id, created_at, updated_at, firm_name, scheme_name, stage, title,
    receipt_no, submitted_at, requested_yen, assignee_id, assignee_name, due_on)
SELECT gen_random_uuid(), fated.ward_id, firm_id, call_id, fated.version_id, fated.status,
       model.eligibility, model.answers, model.expense_input, 6, '{}', owner.id,
       submitted_at - interval '6 days', submitted_at,
       CASE WHEN fated.status = 'draft' THEN '' ELSE fated.firm_name END,
       fated.scheme_name, fated.stage,
       (ARRAY['手書き日報の電子化','受発注の電子化','工程進捗の見える化','検査成績書の自動作成',
              '三次元測定機の導入','生産管理システムの更新','図面検索の導入','設備の稼働監視'])
           [1 + (fated.luck * 8)::int % 8],
       CASE WHEN fated.status <> 'draft' THEN
           'R' || fated.fiscal_year - 2018 || '-' || fated.ward_id || '-' || upper(code) || '-'
           || to_char(coalesce(counter.last, 0) + row_number() OVER (
                  PARTITION BY fated.ward_id, code, fated.fiscal_year, fated.status = 'draft'
                  ORDER BY fated.submitted_at), 'FM000999')
       END,
       CASE WHEN fated.status <> 'draft' THEN fated.submitted_at END,
       (100 + (fated.luck * 400)::int * fated.stage) * 1000,
       reviewer.user_id, coalesce(reviewer.name, ''),
       CASE WHEN fated.status IN ('submitted','checking','correction','reviewing',
                                  'awaiting_approval')
            THEN current_date - 12 + (fated.person * 45)::int END
FROM fated
JOIN accounts_user owner ON owner.email = 'owner-' || firm_id || '@bench.example'
CROSS JOIN (SELECT eligibility, answers, expense_input FROM subsidies_application
            WHERE id = current_setting('bench.model')::bigint) model
LEFT JOIN kernel_counter counter ON counter.series = 'receipt'
    AND counter.ward_id = fated.ward_id AND counter.scheme = code
    AND counter.fiscal_year = fated.fiscal_year
LEFT JOIN reviewer ON reviewer.ward_id = fated.ward_id
    AND reviewer.n = 1 + (fated.person * 8)::int % 8
    AND fated.status <> 'draft' AND (fated.status <> 'submitted' OR fated.fate < 0.5)
ORDER BY fated.submitted_at;

INSERT INTO kernel_counter (series, ward_id, scheme, fiscal_year, last)
SELECT 'receipt', ward_id, code, fiscal_year, count(*) FROM fated
WHERE status <> 'draft' GROUP BY ward_id, code, fiscal_year
ON CONFLICT (series, ward_id, scheme, fiscal_year) DO UPDATE
SET last = kernel_counter.last + excluded.last;

-- What hangs on the applications: frozen versions, budget lines, decisions, the ledger, facts,
-- figures, audit rows, and the wards' view of their applicants.

CREATE TEMP TABLE made AS
SELECT * FROM subsidies_application
WHERE status <> 'draft' AND id > current_setting('bench.before')::bigint;

INSERT INTO subsidies_applicationversion (application_id, number, payload, sha256, submitted_at,
                                          deadline, submitted_by_id, idempotency_key)
SELECT made.id, 1,
       model.payload || jsonb_build_object(
           'application', made.public_id, 'ward', made.ward_id, 'call', made.call_id,
           'scheme', made.scheme_name, 'scheme_version', made.version_id,
           'firm', model.payload -> 'firm' || jsonb_build_object(
               'id', firm.id, 'name', firm.name, 'corporate_number', firm.corporate_number,
               'address', firm.address, 'jsic', firm.jsic, 'employees', firm.employees)),
       encode(sha256(made.public_id::text::bytea), 'hex'), made.submitted_at,
       made.submitted_at + interval '30 days', made.created_by_id, gen_random_uuid()
FROM made JOIN programs_firm firm ON firm.id = made.firm_id
CROSS JOIN (SELECT payload FROM subsidies_applicationversion
            WHERE application_id = current_setting('bench.model')::bigint
            ORDER BY number DESC LIMIT 1) model;

INSERT INTO subsidies_expenseline (application_id, position, category, description, vendor,
                                   quantity, unit_price, tax_percent, is_used)
SELECT made.id, position, category, description, vendor, quantity, unit_price, tax_percent, is_used
FROM made CROSS JOIN (SELECT * FROM subsidies_expenseline
                      WHERE application_id = current_setting('bench.model')::bigint) line;

INSERT INTO subsidies_decision (application_id, outcome, amount_yen, reason, calculation,
                                conditions, prepared_by_id, approved_by_id, approved_at,
                                decided_on, document_no)
SELECT made.id, CASE status WHEN 'granted' THEN 'grant' ELSE 'refuse' END,
       CASE status WHEN 'granted' THEN requested_yen ELSE 0 END,
       '要件を満たし、計画が具体的である。', '{}', '{}', assignee_id, approver.user_id,
       submitted_at + interval '30 days', (submitted_at + interval '30 days')::date,
       'bench-' || made.id
FROM made
JOIN (SELECT ward_id, min(user_id) AS user_id FROM accounts_assignment
      WHERE role = 'approver' GROUP BY ward_id) approver ON approver.ward_id = made.ward_id
WHERE status IN ('granted', 'refused');

INSERT INTO subsidies_budgetentry (call_id, application_id, "column", amount_yen, kind)
SELECT call_id, id, 'decided', requested_yen, 'grant' FROM made WHERE status = 'granted';
INSERT INTO subsidies_grant (application_id, ward_id, firm_id, call_id, status, decided_on,
                             decided_yen, paid_yen, project_ends_on, report_due_on, firm_name,
                             title, receipt_no)
SELECT made.id, made.ward_id, firm_id, call_id, 'in_progress',
       (submitted_at + interval '30 days')::date, requested_yen, 0, call.project_ends_on,
       call.project_ends_on + 30, firm_name, title, receipt_no
FROM made JOIN subsidies_call call ON call.id = call_id WHERE made.status = 'granted';
UPDATE subsidies_call SET committed_yen = spent.yen, decided_yen = spent.yen
FROM (SELECT call_id, sum(amount_yen) AS yen FROM subsidies_budgetentry GROUP BY call_id) spent
WHERE spent.call_id = subsidies_call.id;

INSERT INTO programs_firmward (firm_id, ward_id, basis, since)
SELECT DISTINCT firm_id, ward_id, 'application', date '2021-04-01' FROM made
ON CONFLICT (ward_id, firm_id) DO NOTHING;

INSERT INTO kpi_fact (event_type, event_key, ward_id, firm_id, stage, part, occurred_on, quantity,
                      source_table, source_pk, source_rev)
SELECT 'grant.submitted', id::text, ward_id, firm_id, stage, '', submitted_at::date, 1,
       'subsidies_application', id::text, 'submitted' FROM made
UNION ALL
SELECT CASE status WHEN 'granted' THEN 'grant.decided' ELSE 'grant.refused' END, id::text, ward_id,
       firm_id, stage, '', (submitted_at + interval '30 days')::date, 1,
       'subsidies_application', id::text, 'decided'
FROM made WHERE status IN ('granted', 'refused');

-- The figure of each month as kpi.services counts it.
INSERT INTO kpi_cell (indicator, ward_id, month, value)
SELECT '2-KSI', ward_id, date_trunc('month', occurred_on)::date, count(DISTINCT event_key)
FROM kpi_fact WHERE event_type = 'grant.submitted' GROUP BY 2, 3
ON CONFLICT (indicator, month, ward_id) DO UPDATE SET value = excluded.value;

-- Without their hashes: the chain of this database is not meant to be verified.
INSERT INTO kernel_auditrow (chain, sequence, at, action, actor_id, actor_name, hat, roles,
                             firm_id, object_type, object_id, object_label, from_state, to_state,
                             reason, changes, detail, request_id, previous, digest)
SELECT ward_id, head.sequence + row_number() OVER (PARTITION BY ward_id ORDER BY made.id),
       submitted_at, 'subsidies.application.submit', created_by_id, firm_name, 'firm',
       'firm_owner', firm_id, 'subsidies.application', made.id::text, receipt_no, 'draft',
       'submitted', '', '{}', '{}', '', '', ''
FROM made LEFT JOIN (SELECT chain, sequence FROM kernel_auditchain
                     UNION SELECT code, 0 FROM programs_ward ward
                     WHERE NOT EXISTS (SELECT FROM kernel_auditchain WHERE chain = ward.code)
                    ) head ON head.chain = made.ward_id;
INSERT INTO kernel_auditchain (chain, sequence, head)
SELECT chain, max(sequence), '' FROM kernel_auditrow GROUP BY chain
ON CONFLICT (chain) DO UPDATE SET sequence = excluded.sequence;

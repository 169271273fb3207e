-- Complete drafts, ready to be submitted, one for each of the reserved firms: copies of a draft
-- made by the services (`bench.draft`), files included.
CREATE TEMP TABLE prepared AS
SELECT firm.id AS firm_id, gen_random_uuid() AS public_id, owner.id AS owner_id,
       -- The lines name the paper of their quotes.
       nextval(pg_get_serial_sequence('subsidies_applicationdocument', 'id')) AS quotes_id
FROM programs_firm firm
JOIN accounts_user owner ON owner.email = 'owner-' || firm.id || '@bench.example'
WHERE firm.id <= current_setting('bench.reserved')::bigint
  AND NOT EXISTS (SELECT FROM subsidies_application WHERE firm_id = firm.id);

INSERT INTO subsidies_application (
    public_id, ward_id, firm_id, call_id, version_id, status, eligibility, answers, expense_input,
    revision, history, created_by_id, firm_name, scheme_name, stage, title, assignee_name)
SELECT prepared.public_id, ward_id, prepared.firm_id, call_id, version_id, 'draft', eligibility,
       answers,
       (SELECT jsonb_agg(jsonb_set(line, '{quotes,0,document}', to_jsonb(quotes_id)) ORDER BY place)
        FROM jsonb_array_elements(expense_input) WITH ORDINALITY AS item (line, place)),
       revision, history, owner_id, '', scheme_name, stage, title, ''
FROM prepared, subsidies_application model
WHERE model.id = current_setting('bench.draft')::bigint;

CREATE TEMP TABLE copied AS
SELECT application.id AS application_id, application.firm_id, document.requirement,
       gen_random_uuid() AS file_id, document.stored_file_id, prepared.quotes_id
FROM prepared JOIN subsidies_application application USING (public_id)
CROSS JOIN (SELECT * FROM subsidies_applicationdocument
            WHERE application_id = current_setting('bench.draft')::bigint) document;

INSERT INTO kernel_storedfile (id, firm_id, purpose, original_name, extension, content_type, size,
                               sha256, state, reason_code, threat, charged, storage_key,
                               preview_key)
SELECT file_id, copied.firm_id, purpose, original_name, extension, content_type, size, sha256,
       state, reason_code, threat, charged, 'clean/' || replace(file_id::text, '-', ''), preview_key
FROM copied JOIN kernel_storedfile model ON model.id = stored_file_id;

INSERT INTO subsidies_applicationdocument (id, application_id, requirement, stored_file_id)
SELECT CASE requirement
           WHEN 'quotes' THEN quotes_id
           ELSE nextval(pg_get_serial_sequence('subsidies_applicationdocument', 'id'))
       END, application_id, requirement, file_id
FROM copied;

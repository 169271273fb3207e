-- What the trigger would have written row by row, at once.
INSERT INTO subsidies_applicationsearch (application_id, ward_id, receipt)
SELECT id, ward_id, coalesce(subsidies_search_text(receipt_no), '')
FROM subsidies_application WHERE status <> 'draft'
ON CONFLICT DO NOTHING;

INSERT INTO subsidies_searchgram (ward_id, gram, application_id, name)
SELECT ward_id, unnest(subsidies_search_grams(name)), id, name
FROM (
    SELECT id, ward_id, coalesce(subsidies_search_text(firm_name), '') AS name
    FROM subsidies_application WHERE status <> 'draft'
) written
ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING;

-- title: Close check
-- question: Do the documents of closed months agree with their lines, events, numbers and the use that they bill?
-- note: Any row is a fault: run verify, and don't send the document. It looks at what is stored beside the documents;
--       that documents follow from the log is what verify proves.
-- must_be_empty: yes
-- parameter: period month optional "Month"
-- column: fault text "Fault"
-- column: document text "Document"
-- column: line integer "Line"
-- column: found text "Found"
-- column: expected text "Expected"
WITH text AS (
    SELECT position, account, period, number,
        iif(json_valid(CAST(body AS TEXT)), CAST(body AS TEXT), '{}') AS json
    FROM document WHERE :period IS NULL OR period = :period
),
-- Documents whose lines are stored: those of void ones are not, and those of all revisions stand under the first.
counted AS (
    SELECT d.position FROM document d
    WHERE (d.kind <> 'invoice' OR d.revision = 1) AND NOT EXISTS (
        SELECT 1 FROM document v JOIN document_end e ON e.document = v.position AND e.state = 'void'
        WHERE v.account = d.account AND v.period = d.period AND v.kind = d.kind
            AND (d.kind = 'invoice' OR v.revision = d.revision))
),
-- What is stored about each document, and what its own bytes say.
issued AS (
    SELECT d.position, d.account, d.period, d.kind, d.revision, d.number,
        iif(d.kind = 'return', -d.payable_yen, d.payable_yen) AS payable_yen, lower(hex(d.sha256)) AS sha256,
        sha256(d.body) AS body_sha256,
        printf('%s %s %s %s %s %s %s', d.number, month_text(d.period), a.name, d.kind, d.revision,
            day_text(d.issue_day), iif(d.kind = 'return', -d.payable_yen, d.payable_yen)) AS head,
        printf('%s %s %s %s %s %s %s', t.json ->> '$.number', t.json ->> '$.period', t.json ->> '$.account',
            t.json ->> '$.kind', t.json ->> '$.revision', t.json ->> '$.issue_day',
            t.json ->> '$.payable_yen') AS head_written,
        t.json ->> '$.tax_basis' AS basis, t.json ->> '$.total_yen' AS total_yen, t.json ->> '$.net_yen' AS net_yen,
        t.json ->> '$.tax_yen' AS tax_yen, iif(d.position IN (SELECT position FROM counted),
            (SELECT sum_exact(l.amount_yen) FROM document_line l
                WHERE l.account = d.account AND l.document = d.position),
            (SELECT sum_exact(j.value ->> '$.amount_yen') FROM json_each(t.json, '$.lines') j)) AS lines_yen
    FROM text t JOIN document d USING (position) LEFT JOIN account_key a ON a.account = d.account
),
-- Lines as they are stored for queries, and as the document tells them; each in words, to be compared.
stored AS (
    SELECT t.number, l.line, l.amount_yen, l.class,
        floor_yen(iif(l.basis = 'gpu', l.gpu_second_thousandths, l.seconds * 1000), l.yen_billionths) AS rated_yen,
        printf('%s %s %s %s yen, %s s x %s yen (%s), %s s short, %s GPU s, credit %s, tax %s', l.class,
            month_text(l.charge_month), p.name, l.amount_yen, l.seconds, price_text(l.yen_billionths), l.basis,
            l.shortfall_seconds, thousandths_text(l.gpu_second_thousandths), l.credit, l.tax) AS words
    FROM document t JOIN document_line l ON l.account = t.account AND l.document = t.position
        LEFT JOIN plan_key p USING (plan)
    WHERE :period IS NULL OR t.period = :period
),
written AS (
    SELECT t.number, t.position, t.account, j.key + 1 AS line, j.value AS json,
        printf('%s %s %s %s yen, %s s x %s yen (%s), %s s short, %s GPU s, credit %s, tax %s',
            j.value ->> '$.class', j.value ->> '$.charge_month', j.value ->> '$.plan', j.value ->> '$.amount_yen',
            coalesce(j.value ->> '$.seconds', 0), j.value ->> '$.unit_price', j.value ->> '$.basis',
            coalesce(j.value ->> '$.shortfall_seconds', 0), coalesce(j.value ->> '$.gpu_seconds', '0'),
            j.value ->> '$.credit', t.json ->> '$.tax_basis') AS words
    FROM text t JOIN json_each(t.json, '$.lines') j WHERE t.position IN (SELECT position FROM counted)
),
numbered AS (
    SELECT i.number, replace(month_text(i.period), '-', '') || '-' || printf('%06d', row_number() OVER (
        PARTITION BY i.period ORDER BY iif(i.kind = 'invoice' AND i.revision = 1, 0, i.position), a.name)) AS expected
    FROM issued i LEFT JOIN account_key a USING (account)
),
month AS (
    SELECT coalesce(c.period, i.period) AS period, c.position, c.documents, c.payable_yen,
        coalesce(i.documents, 0) AS found_documents, coalesce(i.yen, 0) AS found_yen
    FROM (SELECT * FROM closing WHERE :period IS NULL OR period = :period) c
    FULL JOIN (SELECT period, count(*) AS documents, sum_exact(payable_yen) AS yen FROM issued
            WHERE kind = 'invoice' AND revision = 1 GROUP BY period) i
        ON i.period = c.period
),
-- What lines charge and what they should, of months that no later event has changed and in which no run goes on.
part AS (
    SELECT u.account, u.month, u.plan, p.basis, p.yen_billionths, u.seconds, u.gpu_second_thousandths AS gpu_seconds,
        0 AS billed_yen
    FROM usage_month u JOIN price_row p ON p.position = u.price_row
    UNION ALL
    SELECT account, charge_month, plan, basis, yen_billionths, 0, 0, amount_yen
    FROM document_line WHERE class <> 'credit'
),
settled AS (
    SELECT p.*, sum_floor_yen(iif(basis = 'gpu', gpu_seconds, seconds * 1000), yen_billionths) AS expected_yen,
        sum_exact(billed_yen) AS found_yen
    FROM part p
    WHERE month <= (SELECT max(period) FROM closing) AND (:period IS NULL OR month = :period)
        AND (account, month) NOT IN (SELECT account, month FROM unsettled_month)
        AND NOT EXISTS (
            SELECT 1 FROM open_run r WHERE r.account = p.account AND r.started_at < end_of_month(p.month))
    GROUP BY account, month, plan, basis, yen_billionths
),
credit_use AS (
    SELECT c.position, c.yen, -sum_exact(l.amount_yen) AS used_yen
    FROM credit c JOIN document_line l ON l.account = c.account AND l.credit = c.position AND l.class = 'credit'
    GROUP BY c.position
),
-- Event type 30: document issued. 31: month closed.
fault (fault, document, line, found, expected) AS (
    SELECT 'body_changed', number, NULL, body_sha256, sha256 FROM issued WHERE body_sha256 IS NOT sha256
    UNION ALL
    SELECT 'event_differs', i.number, NULL, i.number || ' ' || i.sha256,
        CAST(e.body AS TEXT) ->> '$.subject' || ' ' || (CAST(e.body AS TEXT) ->> '$.data.sha256')
    FROM issued i LEFT JOIN event e ON e.position = i.position AND e.type = 30
    WHERE i.number || ' ' || i.sha256
        IS NOT CAST(e.body AS TEXT) ->> '$.subject' || ' ' || (CAST(e.body AS TEXT) ->> '$.data.sha256')
    UNION ALL
    SELECT 'head_differs', number, NULL, head, head_written FROM issued WHERE head IS NOT head_written
    UNION ALL
    SELECT 'line_differs', number, line, max(iif(is_stored, words, NULL)), max(iif(is_stored, NULL, words))
    FROM (
        SELECT number, line, words, 1 AS is_stored FROM stored
        UNION ALL SELECT number, line, words, 0 FROM written)
    GROUP BY number, line HAVING max(iif(is_stored, words, NULL)) IS NOT max(iif(is_stored, NULL, words))
    UNION ALL
    SELECT 'amount_of_line', number, line, amount_yen, rated_yen FROM stored
    WHERE class = 'usage' AND amount_yen IS NOT rated_yen
    UNION ALL
    SELECT 'new_amount_of_line', number, line, new_yen, rated_yen FROM (
        SELECT w.number, w.line, w.json ->> '$.new_yen' AS new_yen, floor_yen(
            iif(l.basis = 'gpu', thousandths(w.json ->> '$.new_gpu_seconds'), (w.json ->> '$.new_seconds') * 1000),
            l.yen_billionths) AS rated_yen
        FROM written w JOIN document_line l ON l.account = w.account AND l.document = w.position AND l.line = w.line
        WHERE w.json ->> '$.class' IN ('carried', 'correction'))
    WHERE new_yen IS NOT rated_yen
    UNION ALL
    SELECT 'total', number, NULL, lines_yen, total_yen FROM issued WHERE lines_yen IS NOT total_yen
    UNION ALL
    SELECT 'tax', number, NULL, tax_yen, expected FROM (
        SELECT number, tax_yen, iif(total_yen < 0, -1, 1)
            * iif(basis = 'inclusive', tax_included(abs(total_yen)), tax_added(abs(total_yen))) AS expected FROM issued)
    WHERE tax_yen IS NOT expected
    UNION ALL
    SELECT 'net', number, NULL, net_yen, total_yen - iif(basis = 'inclusive', tax_yen, 0) FROM issued
    WHERE net_yen IS NOT total_yen - iif(basis = 'inclusive', tax_yen, 0)
    UNION ALL
    SELECT 'payable', number, NULL, payable_yen, total_yen + iif(basis = 'exclusive', tax_yen, 0) FROM issued
    WHERE payable_yen IS NOT total_yen + iif(basis = 'exclusive', tax_yen, 0)
    UNION ALL
    SELECT 'number', number, NULL, number, expected FROM numbered WHERE number IS NOT expected
    UNION ALL
    SELECT 'documents_of_month', month_text(m.period), NULL,
        m.found_documents || ' documents, ' || m.found_yen || ' yen',
        m.documents || ' documents, ' || m.payable_yen || ' yen'
    FROM month m WHERE m.found_documents IS NOT m.documents OR m.found_yen IS NOT m.payable_yen
    UNION ALL
    SELECT 'month_without_event', month_text(m.period), NULL, NULL, 'a close at position ' || m.position
    FROM month m LEFT JOIN event e ON e.position = m.position AND e.type = 31
        AND CAST(e.body AS TEXT) ->> '$.subject' = month_text(m.period)
    WHERE e.position IS NULL
    UNION ALL
    SELECT 'billed_differs_from_use', month_text(s.month) || ' ' || a.name || ' ' || p.name, NULL,
        s.found_yen || ' yen at ' || price_text(s.yen_billionths), s.expected_yen
    FROM settled s JOIN account_key a USING (account) JOIN plan_key p USING (plan)
    WHERE s.found_yen IS NOT s.expected_yen
    UNION ALL
    SELECT 'credit_overdrawn', 'credit ' || position, NULL, used_yen, yen FROM credit_use
    WHERE used_yen NOT BETWEEN 0 AND yen
)
SELECT fault, document, line, CAST(found AS TEXT) AS found, CAST(expected AS TEXT) AS expected FROM fault
ORDER BY document, line, fault

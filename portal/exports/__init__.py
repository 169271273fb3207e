"""Lists taken away as CSV or XLSX: small ones at once, large ones by a worker.

An app declares a `Report` (title, columns, rows, who may) and registers it in its `AppConfig.ready()`:

    from portal.exports.reports import Column, Report, register
    register(Report(code="payments", title=_("支払一覧"), columns=…, rows=…, count=…, may=…))

and links to `{% url 'exports:file' 'payments' 'csv' %}?year=2026`: the stable address of the list
with its filters. Up to `ROWS_AT_ONCE` rows the file is the answer; beyond, the person confirms and
an `ExportJob` is made by a worker, with progress, cancelling and, when done, a private file that
expires. `rows(actor, params)` must be a generator over `.iterator()`, so that memory does not grow;
`params` are the address's parameters, read again by the worker. Cells are str, int, Decimal, date,
datetime, bool or None; writers neutralise formulas in texts, numbers stay numbers.

A job is one snapshot of the data (one cursor). A worker killed in the middle leaves nothing behind;
the job is taken up again, by the broker at once or by `exports.sweep` within a minute or two, and
its file exists once. Each time the person's role is looked up anew: who lost it gets no file.
"""

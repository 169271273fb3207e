"""Private files: quarantine, a verdict by structure, a virus scan, audited download.

`services` takes files in and gives them out, `responses` makes the answers of views, `rules` says
what a form accepts, `inspect` decides, `storage` is the seam to disk or S3. See docs/adr/0010.
"""

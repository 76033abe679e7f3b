"""What a client takes away: a report as a page or a PDF, and a calendar of deadlines. Front doors: `make_report`,
`page.render`, `pdf.render`, `deadlines.render`.
"""

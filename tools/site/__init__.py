"""The site: `build` and `serve` it (`make book`, `make serve`), and what it is made with.

Its Sphinx extensions: `stepwise_site`, and for one thing each `crosslinks`, `formulas`,
`numbering`, `sharing` and `shown_code`. `figures` draws what pages and solutions show, and where
phones need it a second time. `finish`, with `pictures` for the figures, and `downloads` come after
Sphinx, `pdf` joins all pages (`make pdf`). `vendor` packs the scripts of others that it serves, and
`readme_picture` draws the one figure that is not drawn on a page.
"""

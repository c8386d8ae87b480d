"""The site: `build` and `serve` it (`make book`, `make serve`), and what it is made with.

`stepwise_site` is its Sphinx extension, `vendor` packs the scripts of others that it serves, and
`readme_picture` draws the one figure that is not drawn on a page.
"""

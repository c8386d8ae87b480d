"""How fast the package is, beside other ways to the same result: `make bench`."""

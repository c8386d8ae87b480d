"""A deck of slides for each chapter. `build` makes them from chapter_0N.md and the chapter's page."""

"""A deck of slides for each chapter: `build` makes it from chapter_0N.md and the chapter's page."""

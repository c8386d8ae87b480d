"""A deck of slides for each chapter: `build` makes it from chapter_NN.md and the chapter's page."""

"""Pages for people: the front page and the guides; no page needs a script."""

"""The Textual app: one file, one thing that a person is doing."""

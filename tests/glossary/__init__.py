"""The glossary: its words, its page, and lessons' links to it."""

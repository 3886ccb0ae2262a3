"""What came of a workshop, and what is forgotten of it."""

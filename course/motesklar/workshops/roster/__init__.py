"""Who is expected, and who has come."""

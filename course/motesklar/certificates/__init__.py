"""Certificates: who has gone through the course, and how anybody can check that."""

"""Tests of the course database."""

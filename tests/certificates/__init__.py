"""Certificates: when they are issued, and how they are checked."""

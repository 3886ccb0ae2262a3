"""The course's own database: people, sign-in, progress, attempts, workshops."""

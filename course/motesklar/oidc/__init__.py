"""Signing in with the organisation's own account (OpenID Connect)."""

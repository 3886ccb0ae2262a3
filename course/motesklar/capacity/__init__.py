"""How many pages can calculate at once on this machine, and what is used now."""

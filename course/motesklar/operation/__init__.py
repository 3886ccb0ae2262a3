"""Running an installation: its backups, restoring one, its settings in plain words."""

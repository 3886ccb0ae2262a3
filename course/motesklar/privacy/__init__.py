"""People's rights: what is known about them, how long, what was erased, who looked, who answers."""

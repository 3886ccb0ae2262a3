"""People: import, sign-in links, devices, sign-out."""

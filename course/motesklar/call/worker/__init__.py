"""The worker processes of the calls: rooms, media and the partner, and the link to the server."""

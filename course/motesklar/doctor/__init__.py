"""`motesklar doctor`: is everything in place for going live? Rules are pure, probes look."""

"""Letters to many: invitations and reminders, sent when they may be, or handed out as a file."""

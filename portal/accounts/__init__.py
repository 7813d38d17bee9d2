"""People: users, roles, passwords and sign-in sessions."""

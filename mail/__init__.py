"""E-mail to staff and managers through an SMTP server."""

"""How we speak TLS to others: the server's certificate and name are checked."""

import ssl


def trusted() -> ssl.SSLContext:
    """Return the settings for a connection of ours to another server."""
    return ssl.create_default_context()

"""Servers: what their addresses look like in settings, and how we speak TLS to them.

What `in_…` finds is to be read after the name of the setting; nothing means that all is well. It
quotes no password.
"""

import re
import ssl
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


def trusted() -> ssl.SSLContext:
    """Return the settings for a connection of ours: the server's certificate and name count."""
    return ssl.create_default_context()


def is_ip(text: str) -> bool:
    """Tell whether this is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_host(text: str) -> bool:
    """Tell whether a name of a host can look like this, or an IP address."""
    return not re.search(r"[^\w.:-]", text)


def in_base_url(text: str) -> str:
    """Look for faults in the address at which visitors reach us."""
    host = _host(text)
    parts = urlsplit(text if host else "")
    if not host or parts.scheme not in {"http", "https"} or _has_more(parts):
        return "must look like https://forum.example.org"
    if parts.scheme == "http" and host not in LOCAL_HOSTS:
        return "must begin with https:// unless it is this machine."
    return ""


def _has_more(parts: SplitResult) -> bool:
    """Tell whether more than scheme, host and port stand in an address."""
    return bool(parts.path.strip("/") or parts.query or parts.fragment or parts.username)


def in_database_url(text: str) -> str:
    """Look for faults in the address of a database."""
    if text.startswith("postgresql://"):
        if _host(text) is None or not urlsplit(text).path.strip("/"):
            return "must look like postgresql://name:password@host/database"
    elif text.startswith("sqlite:///"):
        file = text.removeprefix("sqlite:///")
        if not file or ":memory:" in file or "?" in file or file.endswith("/"):
            return "must look like sqlite:////path/file.db"
    elif text:
        return "must begin with postgresql:// or sqlite:///"
    return ""


def in_redis_url(text: str) -> str:
    """Look for faults in the address of a Redis."""
    if not text:
        return ""
    if not text.startswith(("redis://", "rediss://", "unix://")):
        return "must begin with redis://, rediss:// or unix://"
    host = _host(text)
    is_file = text.startswith("unix:///")
    number = "" if host is None or is_file else urlsplit(text).path.strip("/")
    if host is None or not (host or is_file) or not re.fullmatch("[0-9]*", number):
        return "must look like redis://host:6379/0"
    return ""


def in_mailbox(text: str) -> str:
    """Look for faults in the address of a mailbox."""
    host = _host(text)
    if host is None:
        return "is not an address."
    parts = urlsplit(text)
    if parts.scheme == "maildir":
        return "" if parts.path.startswith("/") else "must look like maildir:/path/to/it"
    if parts.scheme not in {"imap", "imaps"} or not (host and parts.username and parts.password):
        return "must look like imaps://user:password@host/INBOX or maildir:/path"
    if parts.scheme == "imap" and host not in LOCAL_HOSTS:
        return "must begin with imaps:// unless it is on this machine."
    return ""


def _host(text: str) -> str | None:
    """Return the host of an address, empty when it names none; None when it is no address."""
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return None
    return parts.hostname or ""

"""The address where the web listens: is it free? `python -m forum.port` says so if it is not.

The server shares its address among its processes (SO_REUSEPORT), and so with any other server of
this kind: without this, a second one would start beside the first and take half of its visitors.
"""

import errno
import socket
import sys
from ipaddress import ip_address

from forum.config import ConfigError, Settings

IPV6 = 6


def require_free(settings: Settings) -> None:
    """Raise ConfigError when we could not listen where the settings say, or not alone."""
    place = f"{settings.host}, port {settings.port}"
    try:
        family = socket.AF_INET6 if ip_address(settings.host).version == IPV6 else socket.AF_INET
        with socket.socket(family) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            line.bind((settings.host, settings.port))
    except (OSError, OverflowError, ValueError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            fault = (
                f"Something listens at {place}, already."
                " Stop it, or set FORUM_PORT to another number."
            )
        else:
            fault = (
                f"We cannot listen at {place}. FORUM_HOST must be an IP address of this machine,"
                " FORUM_PORT a number that we may use."
            )
        raise ConfigError([fault]) from error


if __name__ == "__main__":
    try:
        require_free(Settings.from_environ())
    except ConfigError as error:
        sys.exit(str(error))

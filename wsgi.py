"""What the server and the `flask` command load."""

import sys

from forum import create_app
from forum.config import ConfigError

try:
    app = create_app()
except ConfigError as error:
    sys.exit(str(error))

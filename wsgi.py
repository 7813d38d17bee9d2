"""The application, for gunicorn and for `flask --app wsgi`."""

import os
import sys

from portal.app import create_app
from portal.settings import Settings, WrongSetting

try:
    app = create_app(Settings.from_environment(os.environ))
except WrongSetting as wrong:
    sys.exit(str(wrong))

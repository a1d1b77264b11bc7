"""WSGI entry for Granian or any other server."""

import os

from django.core.wsgi import get_wsgi_application

from fedhub.core.memory import roomy, settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fedhub.settings.prod")
application = roomy(get_wsgi_application())
settle()

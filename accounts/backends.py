"""Sign-in by account name and password."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password

from accounts.models import User


class StaffBackend(BaseBackend):
    """Finds active accounts; an unknown name costs the same time as a wrong password."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if not username or not password:
            return None
        user = User.objects.filter(username=username).first()
        if user is None:
            make_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id):
        """The account of a session; None once it is disabled, so that it ends on the next request."""
        return User.objects.filter(pk=user_id, is_active=True).first()

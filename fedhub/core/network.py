"""Where a request comes from, shortened so that the log keeps no exact address of a person's phone."""

import ipaddress

from django.conf import settings


def client_address(request):
    """The client's address as text, believing only the configured number of trusted proxies."""
    count = settings.TRUSTED_PROXIES
    if count:
        chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(chain) >= count:
            return chain[-count]
    return request.META.get("REMOTE_ADDR", "")


def address_prefix(request):
    """The client's /24 (IPv4) or /64 (IPv6) network as text; '' when unknown."""
    try:
        address = ipaddress.ip_address(client_address(request))
    except ValueError:
        return ""
    size = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network(f"{address}/{size}", strict=False))

"""What somebody sees who follows a link that stood on an older page."""

from django.contrib.messages import get_messages


def came_late(response, record):
    """The sentence said to whoever was led from a page that is no more to that of `record`; fails when she was not."""
    assert response.status_code == 302
    assert response.url == record.get_absolute_url()
    (message,) = list(get_messages(response.wsgi_request))[-1:]
    return message.message

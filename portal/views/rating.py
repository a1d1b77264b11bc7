"""Taking somebody's word on an answer, wherever it is given."""

from django.core.exceptions import ValidationError

from concerns.enums import Told
from concerns.services.answers import rate_concern
from fedhub.core.flow import FlowError


def take_rating(concern, form):
    """Keep the rating of a valid `form` (RateForm). Returns True; False when it could not be kept, with the reason in the form."""
    if not form.is_valid():
        return False
    try:
        rate_concern(concern, given_by=Told.PORTAL, by=None, **form.cleaned_data)
    except FlowError as error:
        form.add_error(None, error.messages[0])
    except ValidationError as error:
        for name, words in error.message_dict.items():
            form.add_error(name, words)
    else:
        return True
    return False

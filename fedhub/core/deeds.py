"""One press on a resident's page: it is done, a sentence says so or says why not, and she is back where she pressed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect


class Deed:
    """For a resident's page that only takes a press. `back`: name of the page she pressed on; `act` (the parts of the address)
    does it and returns the sentence that says so (None: none), or raises ValidationError. Opening the address only leads back."""

    back = ""

    def get_back(self):
        """What `redirect` takes."""
        return self.back

    def get(self, request, **kwargs):
        return redirect(self.get_back())

    def post(self, request, **kwargs):
        try:
            said = self.act(**kwargs)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if said:
                messages.success(request, said)
        return redirect(self.get_back())

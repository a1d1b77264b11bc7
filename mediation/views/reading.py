"""A case that is over is read again only with a reason: asked for first, kept in the sealed trail, good for a short time.

What lets her in lies in her session as a fingerprint with its moment: another session, user or case needs its own.
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.forms.widgets import CheckboxInput, ChoiceWidget
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from fedhub.core import crypto
from fedhub.core.forms import StaffForm
from fedhub.core.views import StaffView
from mediation.services.reading import is_put_away_now

MINUTES = 30
KEPT, MOST = "opened", 50
TITLE = "再看结束的案卷"
CARRIED = {"csrfmiddlewaretoken", *StaffForm.CARRIED}


def _is_chosen(widget):
    return widget.is_hidden or isinstance(widget, (ChoiceWidget, CheckboxInput))


def _mark(case, user):
    return crypto.blind(f"{user.pk}|{case.pk}", column="mediation.reading")


def let_in(request, case):
    """From now on `request`'s session may read `case` for a while."""
    kept = dict(request.session.get(KEPT, {}))
    kept.pop(_mark(case, request.user), None)
    kept[_mark(case, request.user)] = timezone.now().isoformat()
    request.session[KEPT] = dict(list(kept.items())[-MOST:])


def let_in_at(request, case):
    """When this session last gave a reason for `case`, None when never."""
    moment = request.session.get(KEPT, {}).get(_mark(case, request.user))
    return datetime.fromisoformat(moment) if moment else None


class AskedWhy(StaffView):
    """A page of a case. Comes behind SealedPage, so that who may see nothing is asked nothing.

    A page is read within MINUTES of the reason; what was typed in time is saved as long as the session knows of one.
    """

    asks_why = True
    # True where the answer to a POST holds something of the case.
    gives_by_post = False

    def get_case(self):
        """The Case that the page is about."""
        return self.get_row()

    @property
    def may_read(self):
        """True when the case is not over, or this session gave its reason a short while ago."""
        case = self.get_case()
        if not (self.asks_why and case.is_put_away()):
            return True
        since = let_in_at(self.request, case)
        return since is not None and timezone.now() - since <= timedelta(minutes=MINUTES)

    def dispatch(self, request, *args, **kwargs):
        if self.may_read:
            return super().dispatch(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            return redirect(self.get_why_url(request.get_full_path()))
        if self.gives_by_post or let_in_at(request, self.get_case()) is None:
            return self.ask_why()
        return super().dispatch(request, *args, **kwargs)

    def get_why_url(self, onward=""):
        url = reverse("mediation:case_why", args=[self.get_case().pk])
        return f"{url}?{urlencode({'next': onward})}" if onward else url

    def ask_why(self):
        """Nothing was saved and nothing is shown but what she typed herself."""
        context = {"title": TITLE, "page_title": TITLE, "typed": self.typed(), "why_url": self.get_why_url()}
        return render(self.request, "mediation/why_first.html", context, status=403)

    def typed(self):
        """What was written by hand, each text with the label of its field; what a form carries or offers is no loss."""
        form = self.get_form(self.request.POST) if hasattr(self, "get_form") else None
        fields, found = form.fields if form else {}, []
        for name, texts in self.request.POST.lists():
            field = fields.get(name)
            if name not in CARRIED and not (field and _is_chosen(field.widget)):
                label = f"{field.label}：" if field else ""
                found += [f"{label}{text}" for text in texts if text.strip()]
        return found

    def stays_in(self, before):
        """Whoever ended the case just now has her reason: `before` is the case as it was."""
        if not before.is_put_away() and is_put_away_now(before):
            let_in(self.request, before)

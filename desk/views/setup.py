"""The first-run page of an office's own start."""

from django.http import Http404
from django.shortcuts import render
from django.views import View

from desk.forms import FirstRunForm
from desk.setup import first_run, token_fits
from fedhub.core.access import PUBLIC


class FirstRunView(View):
    """Open with the token printed at start, until the first account exists."""

    permission = PUBLIC

    def dispatch(self, request, *args, token, **kwargs):
        if not token_fits(token):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return render(request, "desk/first_run.html", {"form": FirstRunForm(), "title": "第一次启用"})

    def post(self, request):
        form = FirstRunForm(request.POST)
        if not form.is_valid():
            return render(request, "desk/first_run.html", {"form": form, "title": "第一次启用"})
        response = render(
            request, "desk/first_run_done.html", {"done": first_run(**form.cleaned_data), "title": "已经启用"}
        )
        response.headers["Cache-Control"] = "no-store"
        return response

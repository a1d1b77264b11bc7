"""后备名单: every post that has to be filled again, who holds it, and who could follow."""

from django.http import Http404
from django.urls import reverse

from accounts.posts import posts_for
from fedhub.areas.models import Area
from fedhub.core.text import row_key
from fedhub.core.views import FormView, StaffPage, StepView
from groups.backbone_states import SUCCESSOR_TONES
from groups.forms.backbone import SuccessorForm
from groups.forms.group import WhyForm
from groups.models import Successor
from groups.services import succession as services
from groups.succession import SUGGESTED, candidates, facts_of, positions

VIEW, NAME = "groups.view_successor", "groups.change_successor"
STEPS = {"agree": services.agree_successor, "take": services.take_post}
WITH_REASON = {"refuse": services.refuse_successor, "drop": services.drop_successor}


def crumb():
    return ("后备名单", reverse("groups:succession"))


class Succession(StaffPage):
    """Posts without a successor come first. `?area=` narrows them to one place."""

    permission = VIEW
    title = "后备名单"
    template_name = "groups/succession.html"

    def get_place(self):
        """The place of the address; None for all."""
        asked = self.request.GET.get("area", "")
        place = Area.objects.visible_to(self.request.user, VIEW).filter(pk=row_key(asked)).first() if asked else None
        if asked and place is None:
            raise Http404
        return place

    def get_context_data(self, **kwargs):
        user, place = self.request.user, self.get_place()
        lines, gone = positions(user, code=place.code if place else "")
        communities = Area.objects.visible_to(user, VIEW).active().communities().order_by("code")
        return super().get_context_data(
            lines=lines, gone=[(one, SUCCESSOR_TONES[one.state]) for one in gone], place=place,
            missing=sum(not line.standing for line in lines), suggested=SUGGESTED,
            places=list(communities), may_name=user.has_perm(NAME), print_url=self.get_print_url(),
            **kwargs,
        )  # fmt: skip

    def get_print_url(self):
        query = self.request.GET.urlencode()
        return f"{reverse('groups:succession_print')}{'?' if query else ''}{query}"

    def get_crumbs(self):
        return [("妇女骨干", reverse("groups:backbone_list"))]


class SuccessionPrint(Succession):
    """The same on paper."""

    template_name = "groups/succession_print.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(back_url=reverse("groups:succession"), landscape=True, **kwargs)


class Nominate(FormView):
    """Somebody proposed for one post, `kind` and `ref` in the address."""

    permission = NAME
    title = "提名后备"
    form_class = SuccessorForm
    template_name = "groups/nominate.html"
    submit_label = "提名"
    success_message = "已提名。"

    def get_post(self):
        """(PostKind, Post) of the address; 404 when it is none that the user may name somebody for."""
        if not hasattr(self, "post_of"):
            user, wanted = self.request.user, (self.kwargs["kind"], self.kwargs["ref"])
            ids = user.scope(NAME)
            found = [(kind, post) for kind, post in posts_for(user) if (kind.key, post.ref) == wanted]
            self.post_of = next((pair for pair in found if ids is None or pair[1].area_id in ids), None)
            if self.post_of is None:
                raise Http404
        return self.post_of

    def dispatch(self, request, *args, **kwargs):
        self.get_post()
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        kind, post = self.get_post()
        return {"found": candidates(kind, post, facts_of(self.request.user))}

    def get_title(self):
        return f"提名后备：{self.get_post()[1].name}"

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("groups:succession")

    def get_context_data(self, **kwargs):
        kind, post = self.get_post()
        return super().get_context_data(kind=kind, post=post, **kwargs)

    def save(self, form):
        kind, post = self.get_post()
        data = form.cleaned_data
        return services.nominate(kind, post, data["backbone"], why=data["why"], by=self.request.user)


class OfSuccessor:
    permission = NAME
    model = Successor

    def get_rows(self):
        return super().get_rows().select_related("area", "backbone__resident")

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class SuccessorStep(OfSuccessor, StepView):
    def act(self, row):
        service = STEPS.get(self.kwargs["step"])
        if service is None:
            raise Http404
        service(row, by=self.request.user)


class SuccessorReason(OfSuccessor, FormView):
    form_class = WhyForm
    title = "后备人选"
    success_message = "已办理。"

    def dispatch(self, request, *args, **kwargs):
        if kwargs["step"] not in WITH_REASON:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def save(self, form):
        act = WITH_REASON[self.kwargs["step"]]
        return act(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)

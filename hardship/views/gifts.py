"""节日慰问: the list chosen and agreed to, the way on paper, handing over one by one or many at once, and the end."""

from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from fedhub.core import audit
from fedhub.core.models.jobs import JobState
from fedhub.core.text import row_key
from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    StepView,
    chosen_rows,
)
from hardship.enums import DeliveryState, RoundState, Standing
from hardship.forms.gifts import (
    HANDING_WORDS,
    ApproveRoundForm,
    FinishForm,
    GiftRoundForm,
    HandManyForm,
    HandOneForm,
    HomeAddForm,
    MissForm,
    RoundFilterForm,
    RoundHomeFilterForm,
    WhyForm,
)
from hardship.models import Delivery, GiftRound, RoundHome
from hardship.rounds import counts_of, gifts_of_round, homes_of, missed, pieces, route
from hardship.services.books import unit_of
from hardship.services.deliveries import lately
from hardship.services.gifts import (
    MOST_TICKED,
    add_home,
    approve_round,
    ask_round,
    cancel_round,
    change_round,
    create_round,
    finish_round,
    gifts_by_home,
    hand_over,
    items_of,
    kinds_of,
    leave_out,
    miss_home,
    needs,
    resume_round,
    return_round,
)
from hardship.states import ROUND_TONES
from hardship.tasks import fill_round
from hardship.views.round_lines import HOME_VALUES, home_lines
from households.criteria import criteria_words

VIEW, CHANGE, HAND = "hardship.view_giftround", "hardship.change_giftround", "hardship.hand_delivery"
DECIDE = "hardship.approve_delivery"
SHOWN = 20
OPEN = (RoundState.DRAFT, RoundState.ASKED)


def crumb():
    return ("节日慰问", reverse("hardship:round_list"))


class RoundList(ScopedListView):
    permission = VIEW
    model = GiftRound
    title = "节日慰问"
    filter_class = RoundFilterForm
    unit = "次"
    sorts = {"new": ("-starts_on", "最近的在前")}
    results_template = "hardship/round_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("area").prefetch_related("items__batch", "items__fund")

    def row(self, item):
        return item, ROUND_TONES[item.state], "、".join(one.words for one in item.items.all())

    def get_create_url(self):
        return reverse("hardship:round_create") if self.request.user.has_perm("hardship.add_giftround") else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="办一次", **kwargs)


class RoundCreate(ScopedCreateView):
    permission = "hardship.add_giftround"
    model = GiftRound
    title = "办一次节日慰问"
    form_class = GiftRoundForm
    submit_label = "保存，看有多少户"
    success_message = "已保存，名单列出来了，还没有提交。"

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("hardship:round_list")

    def save(self, form):
        gift_round = form.save(commit=False)
        gift_round.criteria = form.criteria()
        return create_round(gift_round, form.items(), by=self.request.user)


class OfRound:
    """A page of one round."""

    permission = CHANGE
    model = GiftRound

    def get_rows(self):
        return super().get_rows().select_related("area__parent", "created_by", "approved_by", "ended_by", "job")

    def get_crumbs(self):
        gift_round = self.get_row()
        return [crumb(), (gift_round.title, gift_round.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class RoundUpdate(OfRound, ScopedUpdateView):
    title = "改节日慰问"
    form_class = GiftRoundForm
    submit_label = "保存，重新列名单"
    success_message = "已保存，名单按新的条件列出来了；手工加的、移出的没有动。"

    def save(self, form):
        changed = list(form.proposed())
        criteria = form.criteria()
        if criteria != form.instance.criteria:
            form.instance.criteria = criteria
            changed.append("criteria")
        version = form.cleaned_data["version"]
        return change_round(form.instance, changed, form.items(), base_version=version, by=self.request.user)


class RoundDetail(OfRound, ScopedListView):
    """One round: how it stands above, its families below."""

    permission = VIEW
    title = "节日慰问"
    filter_class = RoundHomeFilterForm
    keeps_filters = False
    unit = "户"
    sorts = {"way": ("order", "按走的顺序")}
    template_name = "hardship/round_detail.html"
    results_template = "hardship/round_detail/_results.html"

    def dispatch(self, request, *args, **kwargs):
        # A round out of scope is not there, whatever is asked of its list.
        self.get_row()
        return super().dispatch(request, *args, **kwargs)

    def get_title(self):
        return self.get_row().title

    def get_crumbs(self):
        return [crumb()]

    def get_list(self):
        return homes_of(self.get_row(), self.request.user).with_handing()

    def read(self, rows):
        return rows.values(*HOME_VALUES)

    def what_is_asked(self):
        return (*super().what_is_asked(), self.get_row().pk)

    def page_rows(self, items):
        gift_round, user = self.get_row(), self.request.user
        self.may_change = user.has_perm(CHANGE, gift_round)
        self.may_hand = gift_round.state == RoundState.RUNNING and user.has_perm(HAND)
        ids = [item["household_id"] for item in items]
        if gift_round.state in OPEN:
            rows = Delivery.objects.visible_to(user).filter(kind__in=kinds_of(self.get_items()))
            rows = rows.filter(lately(gift_round.occasion)).exclude(state=DeliveryState.CANCELLED)
        else:
            rows = gifts_of_round(gift_round, user)
        gifts = gifts_by_home(rows, ids)
        may_list = self.may_change and gift_round.state == RoundState.DRAFT
        return home_lines(items, gift_round, gifts, may_list=may_list, may_hand=self.may_hand)

    def get_items(self):
        if not hasattr(self, "items"):
            self.items = items_of(self.get_row())
        return self.items

    def get_context_data(self, **kwargs):
        gift_round, user = self.get_row(), self.request.user
        if self.request.htmx and not self.request.htmx.boosted:
            return super().get_context_data(object=gift_round, may_hand=self.may_hand, **kwargs)
        counts = counts_of(homes_of(gift_round, user))
        is_open, running = gift_round.state in OPEN, gift_round.state == RoundState.RUNNING
        own_money = gift_round.is_money and gift_round.created_by_id == user.pk
        may_decide = gift_round.state == RoundState.ASKED and user.has_perm(DECIDE, gift_round)
        gifts = None if is_open else gifts_of_round(gift_round, user)
        job = gift_round.job
        return super().get_context_data(
            object=gift_round,
            chips=[(ROUND_TONES[gift_round.state], gift_round.get_state_display())],
            meta=[gift_round.area.name, f"{gift_round.starts_on:%Y-%m-%d} 至 {gift_round.ends_on:%Y-%m-%d}"],
            words=criteria_words(gift_round.criteria), items=[one.words for one in self.get_items()],
            counts=counts, segments=self.segments(counts),
            needs=needs_rows(gift_round, counts) if is_open and (self.may_change or may_decide) else [],
            pieces=pieces(gifts) if gifts is not None else [],
            gifts_url=f"{reverse('hardship:delivery_list')}?round={gift_round.pk}",
            missed=missed(gifts) if gifts is not None and counts["missed"] else [],
            may_change=self.may_change, may_decide=may_decide and not own_money,
            waits_for_another=may_decide and own_money, may_hand=self.may_hand, is_open=is_open, running=running,
            job=job if job and job.owner_id == user.pk and job.state != JobState.DONE else None,
            stopped=bool(job and job.state == JobState.FAILED and gift_round.state == RoundState.APPROVED),
            **kwargs,
        )  # fmt: skip

    def segments(self, counts):
        """The parts of the list with how many families are in each."""
        now, state = self.request.GET.get("state", ""), self.get_row().state
        words = [("", "在名单里", Standing.IN)]
        if state in OPEN:
            words += [(s.value, s.label, s.value) for s in (Standing.REPEAT, Standing.OUT)]
        elif state in (RoundState.RUNNING, RoundState.FINISHED):
            words += [(name, label, name) for name, label in HANDING_WORDS]
        return [
            {
                "label": label, "url": f"?{urlencode({'state': code})}" if code else self.request.path,
                "count": counts[key], "current": code == now,
            }
            for code, label, key in words
        ]  # fmt: skip


def needs_rows(gift_round, counts):
    """`[(item, needed, free, words where something is missing, unit)]` of the whole list."""
    rows = []
    for item, needed, free, missing in needs(gift_round, counts[Standing.IN]):
        unit = unit_of(item.source)
        rows.append((item, needed, free, f"还差 {missing.normalize():f} {unit}" if missing else "", unit))
    return rows


class HomeAdd(OfRound, FormView):
    """One family more; `household` in the address when it was left out before."""

    title = "加一户"
    form_class = HomeAddForm
    submit_label = "列入名单"
    success_message = "已列入名单。"

    def get_form_kwargs(self):
        chosen = row_key(self.request.GET.get("household"))
        return {"gift_round": self.get_row(), "initial": {"household": chosen} if chosen else {}}

    def save(self, form):
        data = form.cleaned_data
        add_home(self.get_row(), data["household"], why=data["why"], by=self.request.user)
        return self.get_row()


class RoundAsk(OfRound, StepView):
    service = ask_round
    success_message = "已提交，等审批。"


class RoundWhy(OfRound, FormView):
    """Base: a step that asks for a reason."""

    form_class = WhyForm
    service = None

    def save(self, form):
        return type(self).service(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


class RoundReturn(RoundWhy):
    permission = DECIDE
    title = "退回修改"
    submit_label = "退回"
    success_message = "已退回。"
    service = return_round


class RoundCancel(RoundWhy):
    title = "取消节日慰问"
    submit_label = "取消这次慰问"
    success_message = "已取消，没有安排任何家庭。"
    service = cancel_round


class RoundApprove(OfRound, FormView):
    """How many families, what is needed and what is there; then all of it is agreed to, or nothing."""

    permission = DECIDE
    title = "审批节日慰问"
    form_class = ApproveRoundForm
    template_name = "hardship/round_approve.html"
    submit_label = "同意，给这些家庭安排"

    def get_total(self):
        if not hasattr(self, "total"):
            self.total = self.get_row().homes.listed().count()
        return self.total

    def get_form_kwargs(self):
        return {"total": self.get_total()}

    def get_context_data(self, **kwargs):
        gift_round, total = self.get_row(), self.get_total()
        homes = gift_round.homes.listed().select_related("household__area").order_by("order", "pk")
        return super().get_context_data(
            object=gift_round, total=total, needs=needs_rows(gift_round, {Standing.IN: total}),
            homes=[one.household for one in homes[:SHOWN]], more=max(total - SHOWN, 0),
            again=[one for one in homes.filter(by_hand=True) if one.why], words=criteria_words(gift_round.criteria),
            **kwargs,
        )  # fmt: skip

    def save(self, form):
        gift_round = approve_round(self.get_row(), fill_round.enqueue, by=self.request.user)
        self.success_message = (
            "已同意，数量已经留出来，可以发放了。"
            if gift_round.job_id is None
            else "已同意，数量已经留出来，正在安排，可以离开这一页。"
        )
        return gift_round


class RoundResume(OfRound, StepView):
    """Work that stopped goes on where it was."""

    permission = DECIDE
    success_message = "接着安排，可以离开这一页。"

    def act(self, row):
        resume_round(row, fill_round.enqueue, by=self.request.user)


class RoundHand(OfRound, FormView):
    """Families ticked on the list (`ids`), or all that its filters leave (`all`), to whom it was handed over."""

    permission = VIEW
    title = "登记发放"
    form_class = HandManyForm
    template_name = "hardship/round_hand.html"
    submit_label = "以上家庭已发放"

    def get_chosen(self):
        """RoundHomes of which something still lies here, in the order of walking, MOST_TICKED + 1 at most."""
        if not hasattr(self, "chosen"):
            gift_round, user = self.get_row(), self.request.user
            if gift_round.state != RoundState.RUNNING or not user.has_perm(HAND):
                raise Http404
            rows = RoundHome.objects.visible_to(user, HAND).filter(round=gift_round).with_handing()
            rows = chosen_rows(self.request, rows, RoundHomeFilterForm).filter(waits=True)
            self.chosen = list(rows.select_related("household__area").order_by("order", "pk")[: MOST_TICKED + 1])
        return self.chosen

    def get_form_kwargs(self):
        chosen = self.get_chosen()
        return {"gift_round": self.get_row(), "area": chosen[0].household.area if chosen else self.get_row().area}

    def get_context_data(self, **kwargs):
        chosen = self.get_chosen()
        homes = [one.household for one in chosen[:MOST_TICKED]]
        return super().get_context_data(
            object=self.get_row(), homes=homes, total=len(homes), too_many=len(chosen) > MOST_TICKED, most=MOST_TICKED,
            items=[one.words for one in items_of(self.get_row())], **kwargs,
        )  # fmt: skip

    def save(self, form):
        ids = [one.household_id for one in self.get_chosen()[:MOST_TICKED]]
        gifts = hand_over(
            self.get_row(), ids, **form.handed(), sheet=form.cleaned_data["sheet"], by=self.request.user
        )  # fmt: skip
        count = len({gift.household_id for gift in gifts})
        self.success_message = f"{count} 户已登记发放，凭证 {len(gifts)} 张。"
        if not form.cleaned_data["sheet"]:
            self.success_message += "还没有签收凭据。"
        return self.get_row()


class OfRoundHome:
    """An act on one family of a round."""

    permission = CHANGE
    model = RoundHome
    state = None

    def get_rows(self):
        return super().get_rows().filter(round__state=self.state).select_related("round__area", "household__area")

    def get_round(self):
        return self.get_row().round

    def get_title(self):
        return f"{self.title}：{self.get_row().household}"

    def get_crumbs(self):
        gift_round = self.get_round()
        return [crumb(), (gift_round.title, gift_round.get_absolute_url())]

    def get_back_url(self):
        return self.get_round().get_absolute_url()


class HomeLeaveOut(OfRoundHome, FormView):
    title = "移出名单"
    form_class = WhyForm
    submit_label = "移出"
    success_message = "已移出名单。"
    state = RoundState.DRAFT

    def save(self, form):
        leave_out(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)
        return self.get_back_url()


class OfWaitingHome(OfRoundHome):
    """A family for which something lies here; afterwards back to those that still wait."""

    permission = HAND
    state = RoundState.RUNNING

    def get_back_url(self):
        return f"{self.get_round().get_absolute_url()}?state=waiting#results"


class HomeHand(OfWaitingHome, FormView):
    """At the door: handed over and signed for in one go."""

    title = "发放和签收"
    form_class = HandOneForm
    template_name = "hardship/round_hand_one.html"

    def get_form_kwargs(self):
        home = self.get_row().household
        return {"gift_round": self.get_round(), "area": home.area, "initial": {"received_by": home.called}}

    def get_context_data(self, **kwargs):
        home = self.get_row().household
        items = [one.words for one in items_of(self.get_round())]
        return super().get_context_data(home=home, items=items, **kwargs)

    def save(self, form):
        home = self.get_row()
        proof = form.proof()
        hand_over(home.round, [home.household_id], **form.handed(), **proof, by=self.request.user)
        self.success_message = f"{home.household}已发放{'，已签收' if proof else '，还没有签收'}。"
        return self.get_back_url()


class HomeMiss(OfWaitingHome, FormView):
    title = "没发到"
    form_class = MissForm
    submit_label = "记下没发到"
    success_message = "已记下，数量退回来了。"

    def save(self, form):
        home = self.get_row()
        miss_home(home.round, home.household, why=form.reason(), by=self.request.user)
        return self.get_back_url()


class RoundFinish(OfRound, FormView):
    title = "办结节日慰问"
    form_class = FinishForm
    template_name = "hardship/round_finish.html"
    submit_label = "办结"

    def get_left(self):
        """Families of the whole round that got nothing yet."""
        if not hasattr(self, "left"):
            self.left = self.get_row().homes.listed().with_handing().filter(waits=True).count()
        return self.left

    def get_form_kwargs(self):
        return {"left": self.get_left()}

    def get_context_data(self, **kwargs):
        return super().get_context_data(left=self.get_left(), **kwargs)

    def save(self, form):
        gift_round = self.get_row()
        why, note = form.reason(), form.cleaned_data["note"]
        left = finish_round(gift_round, why=why, note=note, by=self.request.user)
        self.success_message = f"已办结，{left:,} 户没有发到，数量已经退回来。" if left else "已办结，全部发到了。"
        return gift_round


class RoundRoute(OfRound, ScopedDetailView):
    """The list on paper, by the way one walks, with a box and a column to sign; the printing is logged."""

    permission = VIEW
    title = "慰问名单"
    template_name = "hardship/round_route.html"
    log_reading = False

    def get(self, request, *args, **kwargs):
        audit.record_read(self.get_row(), by=request.user, action="hardship.giftround.print")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        gift_round, user = self.get_row(), self.request.user
        homes = homes_of(gift_round, user).listed()
        grid, everyone = self.request.GET.get("grid", ""), self.request.GET.get("all")
        if grid:
            homes = homes.filter(household__area_id__in=user.places_within(grid))
        if gift_round.state == RoundState.RUNNING and not everyone:
            homes = homes.with_handing().filter(waits=True)
        return super().get_context_data(
            grids=route(homes), back_url=self.get_back_url(), items=[one.words for one in items_of(gift_round)],
            landscape=False, **kwargs,
        )  # fmt: skip

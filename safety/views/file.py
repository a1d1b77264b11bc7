"""Pages of a safety file: what is due tonight, the entries, adding one, correcting one, the certified copy."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from fedhub.core import audit, once
from fedhub.core.answers import kept_file
from fedhub.core.text import row_key
from fedhub.core.views import ShortListView
from safety import law
from safety.chain import fault_of, picture_fault
from safety.enums import KNOWN_FROM, Capacity, Danger, HelpKind, Kind, Known, ReportState
from safety.forms.circle import WhyForm
from safety.forms.entries import FORMS, SHOWN, OpenForm, shown
from safety.forms.report import JoinForm
from safety.models import RiskReport, SafetyFile, UrgentOpening
from safety.models.file import Unopenable
from safety.queries import circle_of, looks_at, person_of, standings
from safety.services.files import add_entry, join_report, name_informant, open_file, words_of
from safety.services.reports import is_of_child
from safety.views.parts import BREAK, DECIDE, TITLE, VIEW, WRITE, OfFile, SealedForm, SealedPage, list_crumb
from safety.views.report import TITLE as REPORTS
from safety.views.report import content, moment_of

# The lead sees every look; the others the last ones.
LOOKS = 20
TONES = {Danger.RED: "bad", Danger.YELLOW: "warn", Danger.GREEN: "ok"}
# Written by everybody in the circle who may write, in the order of the page; the rest has a place of its own.
OFFERED = [
    Kind.MORE, Kind.REPORT, Kind.DANGER, Kind.CONTACT, Kind.PLAN, Kind.HELP, Kind.FOLLOW, Kind.LETTER, Kind.LETTER_VISIT,
    Kind.ORDER, Kind.ORDER_TALK, Kind.BREACH, Kind.EVIDENCE, Kind.WISH, Kind.NOTE,
]  # fmt: skip
DECIDED = (Kind.NO_REPORT, Kind.WISH_DECIDED)
# Not in a certified copy: who may see the file is no evidence, and decisions of the office are its own. Nor what he must not
# read in the court's file: how she is reached, what she plans, where she is.
NOT_COPIED = {Kind.REVIEW, Kind.COPY, Kind.WISH_DECIDED, Kind.URGENT, Kind.CONTACT, Kind.PLAN, Kind.KEEP}
HER_PLACE = {Kind.INTAKE: {"wants"}, Kind.DANGER: {"where"}, Kind.HELP: {"agency", "words"}}
FIXED = {
    Kind.CLOSE,
    Kind.REOPEN,
    Kind.COPY,
    Kind.NO_REPORT,
    Kind.WISH_DECIDED,
    Kind.AMEND,
    Kind.REVIEW,
    Kind.URGENT,
    Kind.KEEP,
}


class FileList(SealedPage, ShortListView):
    """The files in whose circle she is: codes alone, what is due, and how urgent it is."""

    permission = VIEW
    model = SafetyFile
    title = TITLE
    template_name = "safety/list.html"
    results_template = "safety/file_list/_results.html"

    def get_rows(self):
        return SafetyFile.objects.visible_to(self.request.user, VIEW).select_related("area")

    def get_create_url(self):
        return reverse("safety:file_create") if self.request.user.has_perm("safety.add_safetyfile") else ""

    def read(self, rows):
        now, lines = timezone.now(), []
        for file, state in standings(rows):
            due = state.dues[0] if state and state.dues else None
            lines.append({
                "file": file, "state": state, "due": due, "late": bool(due and due.at <= now),
                "danger": (TONES[state.danger], Danger(state.danger).label) if state and state.danger else None,
            })  # fmt: skip
        lines.sort(key=lambda x: (not x["file"].is_open, x["due"].at if x["due"] else now, x["file"].pk))
        return {"lines": lines}

    def get_context_data(self, **kwargs):
        user = self.request.user
        openings = UrgentOpening.objects.visible_to(user, BREAK).filter(answered_by=None).exclude(asked_by=user)
        return super().get_context_data(
            may_break=user.has_perm(BREAK), openings=list(openings.select_related("asked_by", "area")), **kwargs
        )


class FileDetail(OfFile):
    """The file on one page: tonight's questions, what is due, every entry, who sees it."""

    template_name = "safety/file_detail.html"

    def get_title(self):
        return f"{TITLE} {self.get_row().code}"

    def get_crumbs(self):
        return [list_crumb()]

    def get(self, request, *args, **kwargs):
        audit.record_sealed_read(self.get_row(), by=request.user)
        file = self.get_row()
        try:
            self.state  # noqa: B018 - reads the chain
        except Unopenable:
            return self.render(object=file, broken=fault_of(file) or "内容无法解密")
        return self.render(object=file, broken=fault_of(file))

    def get_context_data(self, **kwargs):
        file, user = self.get_row(), self.request.user
        if not hasattr(self, "_state"):
            return super().get_context_data(**kwargs)
        state, now = self.state, timezone.now()
        may_write, may_decide = user.has_perm(WRITE), user.has_perm(DECIDE)
        changes = {}
        for record in self.chain:
            if record.kind == Kind.AMEND:
                changes.setdefault(record.data["about"], []).append(record.number)
        grants, recusals = circle_of(file)
        today = timezone.localdate()

        def url(kind):
            return reverse("safety:entry_create", args=[file.pk, kind])

        def decide(kind):
            return reverse("safety:decide", args=[file.pk, kind])

        kwargs |= {
            "name": state.intake.data["name"],
            "person": person_of(state.intake.data.get("resident"), user),
            "capacity": Capacity(state.capacity).label,
            "danger": (TONES[state.danger], f"危险：{Danger(state.danger).label}") if state.danger else None,
            "state": state,
            "tonight": [(due, url(due.kind)) for due in state.tonight],
            "dues": [(due, url(due.kind), due.at <= now) for due in state.dues if due not in state.tonight],
            "contact": shown(state.contact) if state.contact else [],
            "lines": [
                {
                    "record": record, "facts": shown(record), "pictures": pictures_of(file, record),
                    "changed": changes.get(record.number, []),
                    "may_change": may_write and state.is_open and record.kind not in FIXED,
                }
                for record in reversed(self.chain)
            ],
            "offered": [(Kind(k).label, url(k)) for k in OFFERED] if may_write and state.is_open else [],
            "no_report_url": decide(Kind.NO_REPORT) if may_decide and state.report_open else "",
            "wish_url": decide(Kind.WISH_DECIDED) if may_decide and state.wish and state.is_open else "",
            "close_url": url(Kind.CLOSE) if may_write and state.is_open else "",
            "reopen_url": url(Kind.REOPEN) if may_write and not state.is_open else "",
            "keep_url": url(Kind.KEEP) if may_write and not state.is_open else "",
            "copy_url": url(Kind.COPY) if may_write else "",
            "review_url": url(Kind.REVIEW) if self.is_lead() else "",
            "is_lead": self.is_lead(),
            "circle": [(g, g.ended_on is None and g.valid_from <= today <= g.valid_to, content(g.facts)) for g in grants],
            "recusals": [(r, content(r.facts)) for r in recusals],
            "looks": looks_at(file) if self.is_lead() else looks_at(file)[:LOOKS],
            "may_write": may_write,
        }  # fmt: skip
        return super().get_context_data(**kwargs)


def pictures_of(file, record):
    """The pictures of an entry, for the component: dicts url, caption."""
    return [
        {"url": reverse("safety:picture", args=[file.pk, one["id"]]), "caption": f"第 {record.number} 条附图 {n}"}
        for n, one in enumerate(record.data.get("pictures", ()), start=1)
    ]


class Picture(OfFile):
    """One picture of the evidence."""

    def get(self, request, *args, **kwargs):
        file = self.get_row()
        exhibit = file.exhibits.filter(pk=self.kwargs["exhibit"]).first()
        if exhibit is None:
            raise Http404
        audit.record_sealed_read(exhibit, by=request.user)
        return kept_file(exhibit.open(file.cipher()), "image/jpeg", "1.jpg")


class FileCreate(SealedForm, SealedPage):
    """A file from nothing, or from a sealed report (`?report=`)."""

    permission = "safety.add_safetyfile"
    model = SafetyFile
    title = TITLE
    form_class = OpenForm
    template_name = "safety/entry_form.html"
    submit_label = "建档"
    success_message = "已建档。先看今晚要做的。"

    def get_report(self):
        """The report that this file comes from, None without one; 404 for one she may not see."""
        pk = self.request.GET.get("report", "")
        if not pk:
            return None
        rows = RiskReport.objects.visible_to(self.request.user, "safety.change_riskreport").select_related("area")
        report = rows.filter(pk=row_key(pk)).first()
        if report is None:
            raise Http404
        return report

    def get_title(self):
        return "受理，建受限档案"

    def get_crumbs(self):
        return [list_crumb()]

    def get_back_url(self):
        return reverse("safety:file_list")

    def get_form_kwargs(self):
        return {"with_area": self.get_report() is None}

    def get_form(self, data=None, files=None):
        form = super().get_form(data, files)
        report = self.get_report()
        if data is None and report is not None:
            told = content(report.reporter)
            said_by = content(told.get("informant"))
            form.initial = {
                "name": content(report.subject).get("name", ""), "resident": content(report.subject).get("resident"),
                "happened": words_of(report), "how": KNOWN_FROM.get(report.source, Known.OTHER),
                "told_at": moment_of(told.get("at")), "informant": said_by.get("name") or told.get("name", ""),
                "informant_phone": said_by.get("phone", ""),
                "capacity": Capacity.MINOR if is_of_child(report) else Capacity.FULL,
            }  # fmt: skip
        return form

    def get_context_data(self, **kwargs):
        return super().get_context_data(hint=str(law.EVIDENCE), **kwargs)

    def save(self, form):
        report = self.get_report()
        area = report.area if report is not None else form.cleaned_data["area"]
        file = open_file(
            area=area, intake=form.data_of(), informant=form.informant_of(), by=self.request.user, report=report,
            key=once.parse_key(form.cleaned_data.get("once_key")),
        )  # fmt: skip
        return reverse("safety:file_detail", args=[file.pk]) if file else reverse("safety:file_list")


class ReportJoin(SealedForm, SealedPage):
    """A report of somebody who has a file already: one more entry of that file."""

    permission = "safety.change_riskreport"
    model = RiskReport
    title = "并入已有的档案"
    template_name = "safety/entry_form.html"
    submit_label = "并入"
    success_message = "已并入。"

    def get(self, request, *args, **kwargs):
        if self.get_row().state != ReportState.OPEN:
            return redirect(self.get_back_url())
        return super().get(request, *args, **kwargs)

    def get_crumbs(self):
        return [(REPORTS, reverse("safety:report_list"))]

    def get_back_url(self):
        return reverse("safety:report_detail", args=[self.get_row().pk])

    def get_files(self):
        """Her open files that can be read: `{key: (SafetyFile, words)}`."""
        rows = SafetyFile.objects.visible_to(self.request.user, WRITE).open().order_by("pk")
        return {str(f.pk): (f, f"{f.code}　{state.intake.data['name']}") for f, state in standings(rows) if state}

    def get_form(self, data=None, files=None):
        choices = [(key, words) for key, (_, words) in self.get_files().items()]
        return JoinForm(data, files, user=self.request.user, files=choices)

    def save(self, form):
        file, _ = self.get_files()[form.cleaned_data["file"]]
        key = once.parse_key(form.cleaned_data.get("once_key"))
        join_report(self.get_row(), file, by=self.request.user, key=key)
        return reverse("safety:file_detail", args=[file.pk])


class EntryCreate(SealedForm, OfFile):
    """One more entry, of the kind in the address."""

    permission = WRITE
    kinds = set(FORMS) - set(DECIDED)
    template_name = "safety/entry_form.html"
    success_message = "已记下，不能再改；写错了用“更正”。"

    def check_row(self):
        if self.kwargs["kind"] not in self.kinds:
            raise Http404
        super().check_row()
        if self.kwargs["kind"] == Kind.REVIEW and not self.is_lead():
            raise Http404

    def get_title(self):
        return Kind(self.kwargs["kind"]).label

    def get_form(self, data=None, files=None):
        return FORMS[self.kwargs["kind"]](data, files, user=self.request.user, state=self.state)

    def get_context_data(self, **kwargs):
        hint = str(FORMS[self.kwargs["kind"]].hint)
        return super().get_context_data(hint=hint, **kwargs)

    def save(self, form):
        file, kind = self.get_row(), self.kwargs["kind"]
        key = once.parse_key(form.cleaned_data.get("once_key"))
        pictures = form.cleaned_data.get("pictures") or ()
        entry = add_entry(file, kind, form.data_of(), by=self.request.user, pictures=pictures, key=key)
        if kind == Kind.COPY and entry:
            return reverse("safety:copy", args=[file.pk, entry.number])
        return reverse("safety:file_detail", args=[file.pk])


class Decide(EntryCreate):
    """What the head of the federation alone decides."""

    permission = DECIDE
    kinds = set(DECIDED)


def _without(name, sections):
    """The sections of a form without the field `name`."""
    return [(title, [row for row in rows if row != name]) for title, rows in sections]


class EntryAmend(SealedForm, OfFile):
    """A correction: a new entry that says what an old one should have said."""

    permission = WRITE
    template_name = "safety/entry_form.html"
    submit_label = "更正"
    success_message = "已更正，原来写的也还在。"

    def get_record(self):
        """The entry as it stands; 404 for one that is not there or cannot be corrected."""
        for record in self.state.live:
            if record.number == self.kwargs["number"] and record.kind not in FIXED:
                return record
        raise Http404

    def get_title(self):
        record = self.get_record()
        return f"更正第 {record.number} 条：{record.label}"

    def get_form(self, data=None, files=None):
        record = self.get_record()
        form = SHOWN[record.kind](data, files, user=self.request.user, state=self.state)
        # Pictures are added with an entry of their own, never exchanged.
        form.fields.pop("pictures", None)
        form.fields["amend_why"] = WhyForm.base_fields["why"]
        form.sections = [*_without("pictures", form.sections or [("", form.asked())]), ("更正", ["amend_why"])]
        form.initial = dict(record.data)
        return form

    def save(self, form):
        record, file = self.get_record(), self.get_row()
        new, old = form.data_of(), record.data
        fields = {name: new.get(name, "") for name in form.asked() if new.get(name, "") != old.get(name, "")}
        add_entry(
            file, Kind.AMEND,
            {"about": record.number, "kind": record.kind, "fields": fields, "why": form.cleaned_data["amend_why"]},
            by=self.request.user, key=once.parse_key(form.cleaned_data.get("once_key")),
        )  # fmt: skip
        return reverse("safety:file_detail", args=[file.pk])


class InformantShow(SealedForm, OfFile):
    """Who told it: shown once, to whoever leads the file, against a reason."""

    permission = WRITE
    form_class = WhyForm
    submit_label = "查看"
    template_name = "safety/entry_form.html"
    once = False

    def check_row(self):
        super().check_row()
        if not self.is_lead():
            raise Http404

    def get_title(self):
        return "反映人"

    def get_form(self, data=None, files=None):
        return self.form_class(data, files, user=self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(hint=str(law.KEEP_REPORTER), **kwargs)

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            who = name_informant(self.get_row(), why=form.cleaned_data["why"], by=request.user)
        except ValidationError as error:
            form.add_error("why", error.message_dict["why"])
            return self.show(form)
        return self.render("safety/informant.html", who=who, back_url=self.get_back_url())


def for_copy(record):
    """`record` as a certified copy may show it, None where it may not: without her place and the ways to her."""
    kind = record.data["kind"] if record.kind == Kind.AMEND else record.kind
    if kind in NOT_COPIED:
        return None
    left_out = HER_PLACE.get(kind, set())
    if kind == Kind.HELP and record.data.get("what") not in (HelpKind.SHELTER, None):
        left_out = set()
    if record.kind == Kind.AMEND:
        fields = {name: value for name, value in record.data["fields"].items() if name not in left_out}
        return record._replace(data={**record.data, "fields": fields}) if fields else None
    return record._replace(data={name: value for name, value in record.data.items() if name not in left_out})


class Copy(OfFile):
    """The certified copy that an entry of Kind.COPY stands for: the entries up to it as they were written."""

    permission = WRITE
    template_name = "safety/copy.html"

    def get(self, request, *args, **kwargs):
        number = self.kwargs["number"]
        record = next((r for r in self.chain if r.number == number and r.kind == Kind.COPY), None)
        if record is None:
            raise Http404
        file = self.get_row()
        audit.record_sealed("safety.safetyfile.print", file, by=request.user, entry=number)
        copied = [left for r in self.chain if r.number < number and (left := for_copy(r))]
        lines = [(r, shown(r), pictures_of(file, r)) for r in copied]
        seal = file.chain.filter(number=number - 1).values_list("mac", flat=True).first()
        return self.render(
            object=file, copy=record, lines=lines, seal=seal, broken=fault_of(file) or picture_fault(file),
            back_url=reverse("safety:file_detail", args=[file.pk]),
        )  # fmt: skip

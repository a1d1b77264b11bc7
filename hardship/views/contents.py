"""What a file holds: small forms about one file, one address each; the file's page shows the blocks as tabs."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from fedhub.core import audit, crypto
from fedhub.core.papercheck import PaperError
from fedhub.core.papers import TYPE, fill
from fedhub.core.text import row_key
from fedhub.core.views import FormView, ScopedDetailView, StaffView, StepView
from fedhub.ledgers.services.export import office_of
from fedhub.reference.lookup import label
from hardship.enums import MeasureState, NeedState
from hardship.forms.contents import (
    AccountForm,
    CauseCloseForm,
    CauseForm,
    EvidenceForm,
    HomeForm,
    MeasureEndForm,
    MeasureForm,
    MemberForm,
    NeedEndForm,
    NeedForm,
    ResultForm,
)
from hardship.models import Cause, Evidence, HardshipFile, HomeFact, Measure, MemberFact, Need, YearAccount
from hardship.papers import file_paper, paper_values
from hardship.services.contents import (
    add_cause,
    add_evidence,
    add_measure,
    add_need,
    add_result,
    change_cause,
    change_measure,
    close_cause,
    end_measure,
    end_need,
    put_fact,
    replace_evidence,
    roll_quarter,
)
from hardship.sheet import sheet_of
from households.queries import members_of
from households.views.minor import NeedsBasis

CHANGE = "hardship.change_hardshipfile"


class OfOpenFile(FormView):
    """A form about one open file; afterwards its tab is shown."""

    permission = CHANGE
    model = HardshipFile
    tab = ""

    def get_rows(self):
        return super().get_rows().open().select_related("household__area", "area")

    def get_file(self):
        return self.get_row()

    def get_crumbs(self):
        file = self.get_file()
        return [(file.number, file.get_absolute_url())]

    def get_back_url(self):
        return f"{self.get_file().get_absolute_url()}?tab={self.tab}"

    def get_form_kwargs(self):
        return {}

    def save(self, form):
        self.act(form, self.request.user)
        return self.get_back_url()

    def act(self, form, user):
        raise NotImplementedError


class FactForm(OfOpenFile):
    """A row of facts that is made the first time and changed afterwards."""

    def get_fact(self):
        raise NotImplementedError

    def get_form_kwargs(self):
        return {"instance": self.get_fact()}

    def act(self, form, user):
        row = form.instance
        base = form.cleaned_data.get("version")
        put_fact(row, form.proposed() if row.pk else form.changed_data, base_version=base, by=user)


class HomeUpdate(FactForm):
    title = "住房和家底"
    form_class = HomeForm
    tab = "members"

    def get_fact(self):
        file = self.get_row()
        return HomeFact.objects.visible_to(self.request.user).filter(file=file).first() or HomeFact(file=file)


class MemberUpdate(NeedsBasis, FactForm):
    """Facts of one person of the family; she must belong to it. Of a child they open with a basis alone."""

    title = "成员情况"
    form_class = MemberForm
    tab = "members"

    def get_person(self):
        people = {m.resident_id: m.resident for m in members_of(self.get_row().household)}
        return people.get(row_key(self.kwargs["person"]))

    def get_people(self):
        return [self.get_person()]

    def dispatch(self, request, *args, **kwargs):
        if self.get_person() is None:
            return redirect(self.get_back_url())
        return super().dispatch(request, *args, **kwargs)

    def get_title(self):
        return f"{self.get_person().name}的情况"

    def get_fact(self):
        file, person = self.get_row(), self.get_person()
        rows = MemberFact.objects.visible_to(self.request.user).filter(file=file, resident=person)
        return rows.first() or MemberFact(file=file, resident=person)


class AccountUpdate(FactForm):
    title = "年度收支"
    form_class = AccountForm
    tab = "accounts"

    def get_fact(self):
        file, year = self.get_row(), row_key(self.request.GET.get("year"))
        if year:
            rows = YearAccount.objects.visible_to(self.request.user).filter(file=file, year=year)
            if (found := rows.first()) is not None:
                return found
        return YearAccount(file=file, year=timezone.localdate().year - 1, people=max(file.household.people, 1))


class CauseCreate(OfOpenFile):
    title = "登记致困原因"
    form_class = CauseForm
    tab = "plan"

    def act(self, form, user):
        cause = form.save(commit=False)
        cause.file = self.get_row()
        add_cause(cause, by=user)


class OfPart(OfOpenFile):
    """A form about one row of a file."""

    model = None

    def get_rows(self):
        rows = self.model.objects.visible_to(self.request.user, self.permission)
        return rows.filter(file__closed_on=None).select_related("file__household__area", "file__area")

    def get_file(self):
        return self.get_row().file


class PartUpdate(OfPart):
    """What was written about one row that is still open is put right."""

    def get_form_kwargs(self):
        return {"instance": self.get_row()}

    def act(self, form, user):
        self.change(form.instance, form.proposed(), base_version=form.cleaned_data.get("version"), by=user)


class CauseUpdate(PartUpdate):
    model = Cause
    title = "改致困原因"
    form_class = CauseForm
    tab = "plan"
    change = staticmethod(change_cause)

    def get_rows(self):
        return super().get_rows().filter(closed_on=None)


class MeasureUpdate(PartUpdate):
    model = Measure
    title = "改措施"
    form_class = MeasureForm
    tab = "plan"
    change = staticmethod(change_measure)

    def get_rows(self):
        return super().get_rows().filter(state=MeasureState.OPEN)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"area": self.get_file().area}


class NeedUpdate(PartUpdate):
    model = Need
    title = "改需求"
    form_class = NeedForm
    tab = "needs"
    change = staticmethod(put_fact)

    def get_rows(self):
        return super().get_rows().filter(state=NeedState.OPEN)


class CauseClose(OfPart):
    model = Cause
    title = "原因已消除"
    form_class = CauseCloseForm
    tab = "plan"

    def get_title(self):
        return f"{label('hardship_cause', self.get_row().code)}：已消除"

    def act(self, form, user):
        close_cause(self.get_row(), on=form.cleaned_data["on"], why=form.cleaned_data["why"], by=user)


class MeasureCreate(OfPart):
    model = Cause
    title = "登记措施"
    form_class = MeasureForm
    tab = "plan"

    def get_title(self):
        return f"{label('hardship_cause', self.get_row().code)}：登记措施"

    def get_form_kwargs(self):
        return {"area": self.get_file().area}

    def act(self, form, user):
        measure = form.save(commit=False)
        measure.cause, measure.file = self.get_row(), self.get_file()
        add_measure(measure, by=user)


class MeasureEnd(OfPart):
    model = Measure
    title = "措施结束"
    form_class = MeasureEndForm
    tab = "plan"

    def get_title(self):
        return f"{self.get_row()}：结束"

    def act(self, form, user):
        end_measure(self.get_row(), state=form.cleaned_data["state"], why=form.cleaned_data["why"], by=user)


class ResultCreate(OfPart):
    model = Measure
    title = "登记成效"
    form_class = ResultForm
    tab = "plan"

    def get_title(self):
        return f"{self.get_row()}：登记成效"

    def act(self, form, user):
        result = form.save(commit=False)
        result.measure = self.get_row()
        add_result(result, by=user)


class QuarterRoll(StepView):
    """What is open goes on in the present quarter."""

    permission = CHANGE
    model = HardshipFile
    success_message = "没有完成的措施已经接到这个季度。"

    def act(self, row):
        roll_quarter(row, by=self.request.user)

    def get_success_url(self):
        return f"{self.get_row().get_absolute_url()}?tab=plan"


class NeedCreate(OfOpenFile):
    title = "登记需求"
    form_class = NeedForm
    tab = "needs"

    def act(self, form, user):
        need = form.save(commit=False)
        need.file = self.get_row()
        add_need(need, by=user)


class NeedEnd(OfPart):
    model = Need
    title = "需求有结果了"
    form_class = NeedEndForm
    tab = "needs"

    def get_title(self):
        return f"{self.get_row()}：有结果了"

    def act(self, form, user):
        end_need(self.get_row(), state=form.cleaned_data["state"], outcome=form.cleaned_data["outcome"], by=user)


class EvidenceCreate(OfOpenFile):
    title = "登记佐证材料"
    form_class = EvidenceForm
    tab = "evidence"

    def get_form_kwargs(self):
        return {"file": self.get_row()}

    def act(self, form, user):
        proof = form.save(commit=False)
        proof.file, proof.resident = self.get_row(), form.cleaned_data["resident"]
        add_evidence(proof, form.cleaned_data["pictures"], by=user)


class EvidenceVoid(StepView):
    permission = CHANGE
    model = Evidence
    service = replace_evidence
    success_message = "这份材料已作废，记录留着。"

    def get_rows(self):
        return super().get_rows().filter(file__closed_on=None).select_related("file__area")

    def get_success_url(self):
        return f"{self.get_row().file.get_absolute_url()}?tab=evidence"


# --- the whole file on paper ---------------------------------------------------------------------------------------------
class FileSheet(ScopedDetailView):
    """一户一档 on paper, numbers masked; the printing is logged."""

    permission = "hardship.view_hardshipfile"
    model = HardshipFile
    title = "困难家庭档案"
    template_name = "hardship/file_sheet.html"
    log_reading = False

    def get_rows(self):
        return (
            super().get_rows().select_related("household__area", "area__parent", "officer", "subject", "approved_by")
        )

    def get(self, request, *args, **kwargs):
        audit.record_read(self.get_row(), by=request.user, action="hardship.hardshipfile.print")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        file = self.get_row()
        return super().get_context_data(
            sheet=sheet_of(file, self.request.user), office=office_of(file.area), back_url=file.get_absolute_url(),
            landscape=False, **kwargs,
        )  # fmt: skip


class FilePaper(StaffView):
    """The same for Word, from the office's own template."""

    permission = "hardship.view_hardshipfile"
    model = HardshipFile

    def post(self, request, *args, **kwargs):
        file = self.get_row()
        try:
            made = fill(file_paper, paper_values(sheet_of(file, request.user), file, office_of(file.area)))
        except (OSError, crypto.Undecryptable):
            messages.error(request, "本单位的模板读不出来，没有生成。请在“文书模板”里恢复自带的模板。")
            return redirect(file)
        except PaperError as error:
            messages.error(request, error.message)
            return redirect(file)
        audit.record("hardship.hardshipfile.download", file, by=request.user)
        return HttpResponse(
            made, content_type=TYPE,
            headers={"Content-Disposition": 'attachment; filename="dangan.docx"', "Cache-Control": "no-store"},
        )  # fmt: skip

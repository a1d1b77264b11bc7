"""Trainings, honours, evaluations and tasks on a backbone woman's page."""

from fedhub.core.views import FormView, StepView
from groups.forms.backbone import EvaluationForm, HonourForm, TaskDoneForm, TaskForm, TrainingForm
from groups.forms.group import WhyForm
from groups.models import BackboneTask, Evaluation, Honour, Training
from groups.services import backbone_lines as services
from groups.views.backbone import CHANGE, EVALUATE, GIVE, OfBackbone, crumb


class LineCreate(OfBackbone, FormView):
    """A line in her file."""

    service = services.add_line

    def save(self, form):
        line = form.save(commit=False)
        line.backbone = self.get_row()
        type(self).service(line, by=self.request.user)
        return self.get_back_url()


class TrainingCreate(LineCreate):
    title = "登记培训"
    form_class = TrainingForm


class HonourCreate(LineCreate):
    title = "登记荣誉"
    form_class = HonourForm


class EvaluationCreate(LineCreate):
    permission = EVALUATE
    title = "年度评价"
    form_class = EvaluationForm


class TaskCreate(LineCreate):
    permission = GIVE
    title = "交办任务"
    form_class = TaskForm
    submit_label = "交办"
    success_message = "已交办，她在自己的页面上看得到。"
    service = services.give_task


class OfLine:
    """A form about one line."""

    permission = CHANGE

    def get_rows(self):
        return super().get_rows().select_related("backbone__resident__area")

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        backbone = self.get_row().backbone
        return [crumb(), (backbone.resident.name, backbone.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().backbone.get_absolute_url()

    get_success_url = get_back_url


class Strike(OfLine, FormView):
    form_class = WhyForm
    submit_label = "作废"
    success_message = "已作废，还看得到原来写的。"

    def save(self, form):
        services.strike_line(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)
        return self.get_back_url()


class TrainingStrike(Strike):
    model = Training
    title = "作废培训记录"


class HonourStrike(Strike):
    model = Honour
    title = "作废荣誉"


class EvaluationStrike(Strike):
    permission = EVALUATE
    model = Evaluation
    title = "作废年度评价"


class OfTask(OfLine):
    permission = GIVE
    model = BackboneTask


class TaskDone(OfTask, FormView):
    title = "登记办好"
    form_class = TaskDoneForm
    success_message = "已登记办好，也算联系过她一次。"

    def get_form_kwargs(self):
        task = self.get_row()
        return {"initial": {"on": task.said_on, "result": task.said}} if task.state == "said" else {}

    def save(self, form):
        data = form.cleaned_data
        services.finish_task(self.get_row(), on=data["on"], result=data["result"], by=self.request.user)
        return self.get_back_url()


class TaskCancel(OfTask, FormView):
    title = "取消任务"
    form_class = WhyForm
    submit_label = "取消任务"
    success_message = "已取消。"

    def save(self, form):
        services.cancel_task(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)
        return self.get_back_url()


class TaskAgain(OfTask, StepView):
    service = services.ask_again
    success_message = "已再请她办。"

"""How a survey gets about: its link, a poster with a code to scan, words for a WeChat article."""

import base64
from io import BytesIO

import qrcode
from django.http import Http404
from qrcode.image.svg import SvgPathImage

from fedhub.core.templatetags.fmt import short_day
from fedhub.core.views import ScopedDetailView
from surveys.enums import MODE_WORDS, Mode
from surveys.views.survey import VIEW, OfSurvey, crumb

# Of a sensitive survey nothing that hangs on a wall or stands in a chat says what it is about.
NEUTRAL = "社区问卷"


class OutSurvey(OfSurvey):
    """A page of a survey that was published."""

    permission = VIEW
    log_reading = False

    def dispatch(self, request, *args, **kwargs):
        if not self.get_row().edition:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        survey = self.get_row()
        url = self.request.build_absolute_uri(survey.public_path)
        return super().get_context_data(
            public_url=url,
            picture=qr_picture(url),
            public_title=NEUTRAL if survey.sensitive else survey.title,
            words=article_words(survey, url),
            mode_words=MODE_WORDS[Mode(survey.mode)],
            back_url=survey.get_absolute_url(),
            **kwargs,
        )


class Share(OutSurvey, ScopedDetailView):
    title = "发出去"
    template_name = "surveys/share.html"

    def get_crumbs(self):
        survey = self.get_row()
        return [crumb(), (survey.title, survey.get_absolute_url())]


class Poster(OutSurvey, ScopedDetailView):
    """A sheet for the wall."""

    title = "海报"
    template_name = "surveys/poster.html"


def qr_picture(url):
    """A code to scan as the address of a picture in the page (data:), sharp at any size."""
    drawing = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M, image_factory=SvgPathImage)
    drawing.add_data(url)
    drawing.make(fit=True)
    out = BytesIO()
    drawing.make_image().save(out)
    return f"data:image/svg+xml;base64,{base64.b64encode(out.getvalue()).decode()}"


def article_words(survey, url):
    """A few sentences to paste into an article."""
    until = f"，{short_day(survey.ends_on)}截止" if survey.ends_on else ""
    lines = [
        NEUTRAL if survey.sensitive else survey.title,
        f"{survey.asker}想听听您的想法：{survey.purpose.rstrip('。')}。"
        if not survey.sensitive
        else f"{survey.asker}想听听您的想法。",
        f"大约 {survey.minutes} 分钟{until}。{MODE_WORDS[Mode(survey.mode)]}",
        f"点这里填写：{url}",
    ]
    if survey.phone:
        lines.append(f"不会填、有疑问，请打 {survey.phone}，网格员可以帮您填。")
    return "\n".join(lines)

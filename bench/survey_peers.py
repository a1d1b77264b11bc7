"""The two survey apps of PyPI in a project of their own on the same server, database settings and Python; beside them the bare
limits: a view that does nothing, and one that inserts one row. Installed under var/bench/survey-peers by bench.surveys."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

HOME = Path(os.environ["PEERS_HOME"])
QUESTIONS = 12
CHOICES = "a, b, c"


def configure():
    """Settings as the README of each app asks for."""
    settings.configure(
        SECRET_KEY="bench", DEBUG=False, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=True, STATIC_URL="/static/",
        INSTALLED_APPS=[
            "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
            "django.contrib.messages", "django.contrib.staticfiles", "tinymce", "djf_surveys", "survey",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
            "OPTIONS": {"context_processors": [
                "django.template.context_processors.debug", "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages",
                "djf_surveys.context_processors.surveys_context",
            ]},
        }],
        DATABASES={"default": {
            "ENGINE": "django.db.backends.sqlite3", "NAME": HOME / "peers.sqlite3", "CONN_MAX_AGE": 600,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-32000;PRAGMA temp_store=MEMORY;"
            )},
        }},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", CHOICES_SEPARATOR=",", DEFAULT_SURVEY_PUBLISHING_DURATION=30,
        EXCEL_COMPATIBLE_CSV=False, USER_DID_NOT_ANSWER="-", SURVEY_DEFAULT_PIE_COLOR="red",
        SILENCED_SYSTEM_CHECKS=["models.W042"], LOGGING_CONFIG=None,
    )  # fmt: skip


configure()
application = get_wsgi_application()

from django.contrib.sessions.models import Session  # noqa: E402 - needs the settings
from django.http import HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402


def empty(request):
    """Nothing."""
    return HttpResponse("ok")


@csrf_exempt
def insert(request):
    """One row with everything that was posted, by the ORM: the least that keeps an answer. The table lends its columns."""
    Session.objects.create(
        session_key=get_random_string(32), session_data=repr(dict(request.POST.lists())), expire_date=timezone.now()
    )
    return HttpResponse("ok")


urlpatterns = [
    path("bench/empty/", empty),
    path("bench/insert/", insert),
    path("forms/", include("djf_surveys.urls")),
    path("report/", include("survey.urls")),
]


def make():
    """Tables and one survey of QUESTIONS choices in each app; {"forms": …, "report": …} with address and names of inputs."""
    from django.core.management import call_command
    from djf_surveys.models import TYPE_FIELD
    from djf_surveys.models import Question as FormsQuestion
    from djf_surveys.models import Survey as FormsSurvey
    from survey.models import Question, Survey

    call_command("migrate", verbosity=0)
    one = FormsSurvey.objects.create(name="bench", description="-", can_anonymous_user=True, duplicate_entry=True)
    forms = [
        FormsQuestion.objects.create(survey=one, label=f"q {n}", type_field=TYPE_FIELD.radio, choices=CHOICES, ordering=n)
        for n in range(QUESTIONS)
    ]  # fmt: skip
    two = Survey.objects.create(name="bench", description="-", need_logged_user=False)
    report = [
        Question.objects.create(text=f"q {n}", order=n, required=True, survey=two, type="radio", choices=CHOICES)
        for n in range(QUESTIONS)
    ]
    return {
        "forms": {"path": f"/forms/create/{one.slug}/", "names": [f"field_survey_{q.pk}" for q in forms]},
        "report": {"path": f"/report/{two.pk}/", "names": [f"question_{q.pk}" for q in report]},
    }


if __name__ == "__main__":
    import json

    print(json.dumps(make()))

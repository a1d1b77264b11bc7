import threading
import uuid

import pytest
from django.db import connection, transaction

from fedhub.core import once
from fedhub.core.models import OnceKey


@pytest.mark.django_db
def test_the_second_submission_gets_the_result_of_the_first(worker):
    key = uuid.uuid4()
    with transaction.atomic():
        once.settle(once.claim(worker, key, "grids:visit_create"), "/grids/visits/7/")

    with pytest.raises(once.Repeated) as caught, transaction.atomic():
        once.claim(worker, key, "grids:visit_create")

    assert caught.value.url == "/grids/visits/7/"


@pytest.mark.django_db
def test_a_key_belongs_to_its_user(worker, chair):
    key = uuid.uuid4()
    once.claim(worker, key, "x")
    once.claim(chair, key, "x")

    assert OnceKey.objects.filter(key=key).count() == 2


@pytest.mark.parametrize("text", ["", None, "abc", "12345678"])
def test_a_malformed_key_is_no_key(text):
    assert once.parse_key(text) is None


@pytest.mark.django_db(transaction=True)
def test_ten_submissions_at_once_are_saved_once(worker):
    key, results = uuid.uuid4(), []
    start = threading.Barrier(10)

    def submit():
        start.wait()
        try:
            with transaction.atomic():
                once.settle(once.claim(worker, key, "x"), "/saved/")
            results.append("saved")
        except once.Repeated as repeated:
            results.append(repeated.url)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["/saved/"] * 9 + ["saved"]

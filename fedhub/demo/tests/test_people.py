"""Invented people: valid, invented, believable, the same for the same seed."""

from datetime import date

from fedhub.core.validators import parse_id_number, parse_phone
from fedhub.demo.names import MAN, WOMAN
from fedhub.demo.people import LIVES_HERE, MOBILE, Inventor
from fedhub.reference.lookup import labels

TODAY = date(2026, 6, 30)


def people_of(inventor, families=400):
    return [person for _ in range(families) for person in inventor.family().people]


def test_the_same_seed_gives_the_same_people():
    one, two = people_of(Inventor(7, today=TODAY), 50), people_of(Inventor(7, today=TODAY), 50)

    assert one == two


def test_another_seed_gives_other_people():
    one, two = people_of(Inventor(7, today=TODAY), 50), people_of(Inventor(8, today=TODAY), 50)

    assert one != two


def test_every_identity_number_passes_the_check_and_tells_birth_and_sex():
    people = [person for person in people_of(Inventor(1, today=TODAY)) if person.id_number]

    found = [(parsed.birth, parsed.sex) for parsed in (parse_id_number(p.id_number) for p in people)]

    assert found == [(person.birth, person.sex) for person in people]


def test_identity_numbers_name_no_county_and_are_never_given_twice():
    numbers = [p.id_number for p in people_of(Inventor(1, today=TODAY, series=3)) if p.id_number]

    assert {number[4:6] for number in numbers} == {"93"}
    assert len(set(numbers)) == len(numbers)


def test_people_born_on_one_day_get_different_numbers():
    inventor = Inventor(1, today=TODAY)

    numbers = {inventor.id_number(date(1990, 5, 1), WOMAN) for _ in range(500)}

    assert len(numbers) == 500
    assert {int(number[16]) % 2 for number in numbers} == {0}


def test_mobile_numbers_have_the_right_form_and_belong_to_no_operator():
    inventor = Inventor(1, today=TODAY)

    numbers = [inventor.mobile() for _ in range(200)]

    assert [parse_phone(number) for number in numbers] == numbers
    assert {number[:3] for number in numbers} <= set(MOBILE)


def test_landlines_are_read_and_begin_with_a_digit_no_local_number_has():
    number = Inventor(1, today=TODAY).landline()

    assert parse_phone(number) == number
    assert number.startswith("0571-0")


def test_families_have_one_to_five_people_one_head_and_somebody_at_home():
    families = [Inventor(seed, today=TODAY).family() for seed in range(200)]

    assert {len(family.people) for family in families} <= {1, 2, 3, 4, 5}
    assert {[p.relation for p in family.people].count("02") for family in families} == {1}
    assert {any(p.lives for p in family.people) for family in families} == {True}


def test_every_code_used_is_in_its_table(db):
    inventor = Inventor(2, today=TODAY)
    families = [inventor.family() for _ in range(600)]
    people = [person for family in families for person in family.people]
    marks = [m for f in families for m in [*f.marks, *(mark for p in f.people for mark in p.marks)]]

    tables = {
        "relation": {p.relation for p in people},
        "marital": {p.marital for p in people} - {""},
        "education": {p.education for p in people} - {""},
        "employment_status": {p.employment for p in people} - {""},
        "political": {p.political for p in people},
        "ethnic": {p.ethnic for p in people},
        "hukou_type": {p.hukou_type for p in people},
        "health": {p.health for p in people},
        "hardship_category": {m.category for m in marks},
    }

    assert {table: used - set(labels(table)) for table, used in tables.items()} == dict.fromkeys(tables, set())


def test_rates_look_like_an_old_city_community():
    people = people_of(Inventor(3, today=TODAY), 1000)
    women = [p for p in people if p.sex == WOMAN and p.age(TODAY) >= 18]

    assert 2.2 < len(people) / 1000 < 3
    assert 0.36 < len(women) / len(people) < 0.48
    assert 0.6 < sum(p.hukou_type == LIVES_HERE for p in people) / len(people) < 0.85
    assert {p.sex for p in people} == {MAN, WOMAN}


def test_no_parent_is_younger_than_eighteen_at_a_birth():
    inventor = Inventor(5, today=TODAY)
    gaps = []
    for _ in range(500):
        people = inventor.family().people
        mothers = [p for p in people if p.sex == WOMAN and p.relation in ("02", "10")]
        gaps += [c.born.year - m.born.year for m in mothers for c in people if c.relation in ("20", "30")]

    assert min(gaps) >= 19

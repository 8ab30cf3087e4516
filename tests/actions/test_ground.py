"""The database keeps its promises on both engines."""


def test_a_sealed_answer_is_not_readable_in_the_database(make):
    registration = make.registration(make.event(), needs="wheelchair")

    assert registration.needs == "wheelchair"
    assert "wheelchair" not in registration.needs_sealed

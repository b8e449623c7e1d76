"""What a mail tells its readers about earlier ones, in the newsletter's language."""

from datetime import date

from digest.render.words import words


def given_up(language: str, day: date, failed: int, recipients: int) -> str:
    """That the edition of a day did not reach `failed` of its `recipients`; it names no address, for all of them
    read it."""
    say = words(language)
    if recipients == 1:
        return say.say("The edition of %(date)s could not be delivered to you.", date=say.day_of(day))
    return say.count(
        "The edition of %(date)s could not be delivered to %(num)s of %(total)s recipients.",
        "The edition of %(date)s could not be delivered to %(num)s of %(total)s recipients.",
        failed,
        date=say.day_of(day),
        total=say.number(recipients),
    )

"""A received mail as files: the mail untouched, the HTML able to stand alone in a browser, the text as text."""

from base64 import b64encode
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from digest.demo.received import save

PNG = b"\x89PNG bits"


def mail(recipient: str) -> bytes:
    """A mail of both kinds of text with one embedded picture."""
    message = EmailMessage(policy=SMTP)
    message["To"] = recipient
    message["Subject"] = "Доброго ранку"
    message.set_content("Доброго ранку\n")
    message.add_alternative('<p>Ґанок <img src="cid:lamp.1@example.org" alt=""></p>', subtype="html")
    html = message.get_payload(1)
    assert isinstance(html, EmailMessage)
    html.add_related(PNG, "image", "png", cid="<lamp.1@example.org>")
    return message.as_bytes()


def test_three_files_a_message_and_numbers_from_the_second_on(tmp_path: Path) -> None:
    data = (mail("a@example.org"), mail("b@example.org"))
    first, second = save(data, tmp_path)
    assert (first.recipient, first.subject, second.recipient) == ("a@example.org", "Доброго ранку", "b@example.org")
    assert {path.name for path in tmp_path.iterdir()} == {
        f"edition{number}.{end}" for number in ("", "-2") for end in ("eml", "html", "txt")
    }
    assert second.eml.read_bytes() == data[1]
    assert first.text.read_text("utf-8").strip() == "Доброго ранку"
    html = first.html.read_text("utf-8")
    assert "Ґанок" in html
    assert f'src="data:image/png;base64,{b64encode(PNG).decode()}"' in html
    assert "cid:" not in html

"""Renditions and deliveries: what is to be sent, to whom, and how far it has come."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, or_, select, update

from digest.errors import StateError
from digest.model import Delivery, DeliveryState, Picture, Rendition
from digest.store.database import upsert
from digest.store.packing import pack_text, unpack_text
from digest.store.tables import deliveries, digests, editions, pictures, renditions, suppressed

if TYPE_CHECKING:
    from digest.ports import Addressee

UNFINISHED = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.DEFERRED)


def add_rendition(connection: Connection, edition_id: int, rendition: Rendition) -> int:
    """Store what a selection's recipients get; one with the same selection is stored once. Gives its row."""
    row = {
        "edition_id": edition_id,
        "selection": rendition.selection,
        "subject": rendition.subject,
        "language": rendition.language,
        "html": pack_text(rendition.html),
        "text": pack_text(rendition.text),
    }
    upsert(connection, renditions, [row], key=["edition_id", "selection"])
    same = (renditions.c.edition_id == edition_id, renditions.c.selection == rendition.selection)
    number = connection.execute(select(renditions.c.id).where(*same)).scalar_one()
    images = [
        {
            "rendition_id": number,
            "place": place,
            "cid": one.cid,
            "subtype": one.subtype,
            "width": one.width,
            "height": one.height,
            "data": one.data,
        }
        for place, one in enumerate(rendition.pictures)
    ]
    upsert(connection, pictures, images, key=["rendition_id", "place"])
    return int(number)


def add_deliveries(
    connection: Connection, edition_id: int, rendition_id: int, addressees: Sequence["Addressee"], now: datetime
) -> None:
    """A pending delivery for each addressee."""
    rows = [_delivery_row(edition_id, rendition_id, one, now, resent=0) for one in addressees]
    if rows:
        connection.execute(insert(deliveries), rows)


def unfinished(connection: Connection, digest: str | None) -> tuple[Delivery, ...]:
    """Pending, sending and deferred deliveries, older editions first."""
    query = _deliveries().where(deliveries.c.state.in_([state.value for state in UNFINISHED]))
    if digest is not None:
        query = query.where(digests.c.name == digest)
    return _read(connection, query.order_by(editions.c.end, deliveries.c.id))


def of_day(connection: Connection, digest: str, day: date) -> tuple[Delivery, ...]:
    """All deliveries of an edition, resent ones last."""
    query = _deliveries().where(digests.c.name == digest, editions.c.day == day)
    return _read(connection, query.order_by(deliveries.c.resent, deliveries.c.id))


def mark(
    connection: Connection,
    delivery: Delivery,
    state: DeliveryState,
    now: datetime,
    reason: str,
    next_try: datetime | None,
) -> None:
    """Move a delivery that is not finished to a state; a finished one never changes."""
    values: dict[str, Any] = {"state": state.value, "changed": now, "reason": reason, "next_try": next_try}
    if state is DeliveryState.SENDING:
        values["attempts"] = deliveries.c.attempts + 1
    open_ones = deliveries.c.state.in_([one.value for one in UNFINISHED])
    result = connection.execute(update(deliveries).where(deliveries.c.id == delivery.id, open_ones).values(values))
    if result.rowcount != 1:
        raise StateError(
            f"delivery {delivery.id} to {delivery.recipient} is finished already, or unknown to this state"
        )


def record(connection: Connection, changed: Sequence[Delivery], now: datetime) -> None:
    """Deliveries as they stand now; a finished one never changes."""
    rows = [
        {
            "the_id": one.id,
            "state": one.state.value,
            "attempts": one.attempts,
            "next_try": one.next_try,
            "reason": one.reason,
            "changed": now,
        }
        for one in changed
    ]
    if not rows:
        return
    result = connection.execute(_RECORD, rows)
    if result.rowcount != len(rows):
        raise StateError("a delivery is finished already, or unknown to this state; nothing was recorded")


_RECORD = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("the_id"), or_(*(deliveries.c.state == state.value for state in UNFINISHED)))
    .values({name: bindparam(name) for name in ("state", "attempts", "next_try", "reason", "changed")})
)


def rendition(connection: Connection, delivery: Delivery) -> Rendition:
    """What a delivery carries."""
    query = select(renditions).join(deliveries).where(deliveries.c.id == delivery.id)
    row = connection.execute(query).first()
    if row is None:
        raise StateError(f"delivery {delivery.id} is unknown to this state")
    if row.html is None:
        raise StateError(f"the edition of {delivery.day} is older than `keep`: its text is no longer stored")
    images = connection.execute(select(pictures).where(pictures.c.rendition_id == row.id).order_by(pictures.c.place))
    return Rendition(
        selection=row.selection,
        subject=row.subject,
        html=unpack_text(row.html),
        text=unpack_text(row.text),
        language=row.language,
        pictures=tuple(Picture(one.cid, one.data, one.subtype, one.width, one.height) for one in images),
    )


def resend(connection: Connection, like: Delivery, to: "Addressee", now: datetime) -> Delivery:
    """A new pending delivery of what `like` carries, beside what that recipient had; an unfinished one is cancelled."""
    row = connection.execute(
        select(deliveries.c.edition_id, deliveries.c.rendition_id).where(deliveries.c.id == like.id)
    ).first()
    if row is None:
        raise StateError(f"delivery {like.id} is unknown to this state")
    earlier = (deliveries.c.edition_id == row.edition_id, deliveries.c.recipient == to.address)
    connection.execute(
        update(deliveries)
        .where(*earlier, deliveries.c.state.in_([one.value for one in UNFINISHED]))
        .values(state=DeliveryState.CANCELLED.value, changed=now, reason="sent again by hand instead")
    )
    last = connection.scalar(select(func.max(deliveries.c.resent)).where(*earlier))
    values = _delivery_row(row.edition_id, row.rendition_id, to, now, resent=(last or 0) + 1)
    result = connection.execute(insert(deliveries).values(values))
    assert result.inserted_primary_key is not None
    return _read(connection, _deliveries().where(deliveries.c.id == result.inserted_primary_key[0]))[0]


def suppressed_addresses(connection: Connection, digest: str) -> frozenset[str]:
    """Case-folded addresses that want no more of this digest."""
    return frozenset(
        connection.scalars(select(suppressed.c.address).join(digests).where(digests.c.name == digest)).all()
    )


def _delivery_row(
    edition_id: int, rendition_id: int, to: "Addressee", now: datetime, *, resent: int
) -> dict[str, object]:
    return {
        "edition_id": edition_id,
        "rendition_id": rendition_id,
        "recipient": to.address,
        "resent": resent,
        "name": to.name,
        "message_id": to.message_id,
        "state": DeliveryState.PENDING.value,
        "created": now,
        "changed": now,
        "attempts": 0,
        "next_try": None,
        "reason": "",
    }


def _deliveries() -> Select[Any]:
    return select(deliveries, digests.c.name.label("digest"), editions.c.day).select_from(
        deliveries.join(editions).join(digests)
    )


def _read(connection: Connection, query: Select[Any]) -> tuple[Delivery, ...]:
    return tuple(_delivery(row) for row in connection.execute(query))


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        digest=row.digest,
        day=row.day,
        recipient=row.recipient,
        name=row.name,
        message_id=row.message_id,
        state=DeliveryState(row.state),
        created=row.created,
        attempts=row.attempts,
        next_try=row.next_try,
        reason=row.reason,
        rendition=row.rendition_id,
    )

"""Actions (2.2.1)."""

from datetime import date
from typing import Annotated

import msgspec

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.http.wire import Day, wire_time
from reskontro.ledger.domain.actions import Action, ActionStatus
from reskontro.ledger.domain.errors import Code
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.http.action_examples import ACTION_ANSWER, ACTION_REQUEST
from reskontro.ledger.http.autopostings import CustomerNo, ItemId, Positive
from reskontro.ledger.http.bodies import DistributionInput, Metadata
from reskontro.ledger.http.described import ArItemIdText, OkText, TimeText, UuidText, code, one_of
from reskontro.ledger.http.parameters import CLIENT_NO, MALFORMED, NOT_ENABLED, NOT_FOUND, UNAUTHORISED, broken_by
from reskontro.ledger.http.patterns import NO_CONTROLS, ONE_LINE, SEEN_LINE
from reskontro.ledger.http.repeats import fingerprint
from reskontro.ledger.service import actions as service
from reskontro.ledger.service.targets import Identifiers
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.secrets import FieldCipher


class ActionInput(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """An instruction. Which fields its type takes and needs stands in `domain.actions`."""

    action_id: Annotated[str, msgspec.Meta(min_length=1, max_length=50, pattern=SEEN_LINE)] | None = None
    action_type: Annotated[str, msgspec.Meta(max_length=40, pattern=ONE_LINE)]
    customer_no: CustomerNo | None = None
    account_no: Positive | None = None
    ar_item_id: ItemId | None = None
    document_no: Annotated[str, msgspec.Meta(max_length=20, pattern=ONE_LINE)] | None = None
    kid: Annotated[str, msgspec.Meta(max_length=30, pattern=ONE_LINE)] | None = None
    reference_no: Positive | None = None
    from_date: Day | None = None
    to_date: Day | None = None
    reason_code: Annotated[str, msgspec.Meta(max_length=20, pattern=ONE_LINE)] | None = None
    text: Annotated[str, msgspec.Meta(max_length=500, pattern=NO_CONTROLS)] | None = None
    distribution: DistributionInput | None = None


_CASELESS = frozenset({"action_id", "action_type", "customer_no", "document_no", "reason_code"})


class ActionRequest(msgspec.Struct, rename="camel"):
    """One action, and who gives it."""

    metadata: Metadata
    action: ActionInput


class ActionBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """An action as it stands. Members that it has no value for are left out."""

    action_uuid: UuidText
    action_id: str | msgspec.UnsetType = msgspec.UNSET
    action_type: Annotated[str, code("actionType")]
    action_status: Annotated[str, one_of(*(status.value for status in ActionStatus))]
    client_no: int
    account_no: int | msgspec.UnsetType = msgspec.UNSET
    ar_item_id: ArItemIdText | msgspec.UnsetType = msgspec.UNSET
    created_time: TimeText
    completed_time: TimeText | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(cls, client_no: int, action: Action) -> "ActionBody":
        """From what is stored."""
        account_no, item, completed = action.account_no, action.item, action.completed_time
        return cls(
            action_uuid=str(action.action_uuid),
            action_id=action.action_id or msgspec.UNSET,
            action_type=action.action_type.value,
            action_status=action.status.value,
            client_no=client_no,
            account_no=msgspec.UNSET if account_no is None else account_no,
            ar_item_id=(
                msgspec.UNSET if account_no is None or item is None else str(ArItemId(client_no, account_no, *item))
            ),
            created_time=wire_time(action.created_time),
            completed_time=msgspec.UNSET if completed is None else wire_time(completed),
        )


class ActionAnswer(msgspec.Struct, rename="camel"):
    """The action that was made, or was there already."""

    result_type: OkText
    action: ActionBody


async def post_action(call: Call) -> Reply:
    """Do an action, or register it for its time."""
    request: ActionRequest = call.body
    means = service.Means(call.context.part(Numbers), call.context.part(FieldCipher))
    actor = call.actor(request.metadata.user_id)
    action = await service.act(call.tx, means, _new(request.action), call.now, actor)
    return Reply(201, ActionAnswer("OK", ActionBody.of(call.client, action)))


def _new(sent: ActionInput) -> service.NewAction:
    channel = sent.distribution
    given = {f.encode_name for f in msgspec.structs.fields(sent) if getattr(sent, f.name) not in (None, "")}
    return service.NewAction(
        action_id=sent.action_id or "",
        action_type=sent.action_type,
        identifiers=Identifiers(
            ar_item_id=sent.ar_item_id or "",
            document_no=sent.document_no or "",
            reference_no=sent.reference_no,
            kid=(sent.kid or "").replace(" ", ""),
            account_no=sent.account_no,
            customer_no=sent.customer_no or "",
        ),
        from_date=_day(sent.from_date),
        to_date=_day(sent.to_date),
        reason_code=sent.reason_code or "",
        text=sent.text or "",
        distribution=None if channel is None else channel.channel,
        sent=frozenset(given),
        fingerprint=fingerprint(sent, _CASELESS),
    )


def _day(day: Day | None) -> date | None:
    return None if day is None else date(day.year, day.month, day.day)


ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/clients/{clientno}/actions",
        access=Scope("write:arm.action"),
        handler=post_action,
        work=Work.WRITE,
        summary="POST (create) an action",
        tag="Actions",
        description=(
            "Each type takes the fields of its own. `REGISTERED`: it is done by the next nightly run, or on its "
            "`fromDate`. The same action again, known by its `actionId`, is answered as it stands and done once."
        ),
        path_parameters=(CLIENT_NO,),
        body=ActionRequest,
        body_example=ACTION_REQUEST,
        takes_idempotency_key=True,
        answers={
            201: Answer("Done, or registered for its time.", ActionAnswer, ACTION_ANSWER),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: NOT_ENABLED,
            404: Answer("The target does not exist.", codes=(*NOT_FOUND.codes, Code.KID)),
            422: broken_by(
                Code.NOT_IN_LIST,
                Code.EXISTS,
                Code.DISAGREE,
                Code.KID,
                Code.PERIOD_CLOSED,
                Code.BALANCE,
                Code.DATE_RANGE,
                Code.TYPE_NOT_ALLOWED,
                Code.STATE_NOT_ALLOWED,
                Code.NO_IDENTIFIER,
            ),
        },
    ),
)

"""The words for the members of Fanal's enums. One table an enum: members of two enums may be equal as strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from trayapp.core.judge import Reason
from trayapp.core.model import Failure, Function, Line, Outcome, Scope, Source, State
from trayapp.core.story import Ending
from trayapp.words.language import mark, marks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trayapp.words.language import Pair

Code: TypeAlias = State | Scope | Function | Source | Line | Outcome | Failure

STATES = {
    State.UP: mark("answers"),  # the lesser claim; Depth.WORKS has its own word: WORKS
    State.SLOW: mark("slow"),
    State.PARTIAL: mark("partly broken"),
    State.DOWN: mark("down"),
    State.UNREACHABLE: mark("no answer here"),
    State.UNKNOWN: mark("not known"),
}
WORKS = mark("works")

SCOPES = {
    Scope.THEIRS: mark("The fault is on their side."),
    Scope.WIDESPREAD: mark("Other networks see it too."),
    Scope.YOUR_NETWORK: mark("Other networks do not see it: the fault is in your network or on the way."),
    Scope.YOUR_COUNTRY: mark("Other countries do not see it: the fault is in yours or on the way."),
    Scope.NOT_KNOWN: mark("Fanal cannot tell whose fault it is."),
}

FUNCTIONS = {
    # Translators: this and the next ten stand also before ": works" and ": down": choose words in the singular.
    Function.SIGN_IN: mark("signing in"),
    Function.FEED: mark("the feed"),
    Function.POST: mark("posting"),
    Function.MESSAGE: mark("messaging"),
    Function.CALL: mark("calling"),
    Function.WATCH: mark("watching"),
    Function.WEB: mark("the web site"),
    Function.API: mark("the interface for other programs (API)"),
    Function.BUSINESS: mark("the business side"),
    Function.MAIL: mark("mail"),
    Function.OTHER: mark("the rest"),
}

SOURCES = {
    Source.DIRECT: mark("this computer"),
    Source.OFFICIAL: mark("their own status page"),
    Source.OUTSIDE: mark("other networks"),
    Source.REPORTS: mark("reports of the public"),
    Source.YOU: mark("you"),
    Source.CONTROL: mark("your own connection"),
}

LINES = {
    Line.OK: mark("Your own connection works."),
    Line.PORTAL: mark("This network wants you to log in first."),
    Line.RESOLVER: mark("Name look-ups fail on this network."),
    Line.OFFLINE: mark("Your own connection is down."),
    Line.UNKNOWN: mark("Fanal does not know yet whether your own connection works."),
}

OUTCOMES = {
    Outcome.OK: mark("a good answer"),
    Outcome.SLOW: mark("a slow answer"),
    Outcome.FAILED: mark("a failure"),
    Outcome.REFUSED: mark("a refusal"),
    Outcome.UNKNOWN: mark("nothing certain"),
}

FAILURES = {
    Failure.DNS_NXDOMAIN: mark("The name does not exist."),
    Failure.DNS_NO_ANSWER: mark("The name exists, but has no address."),
    Failure.DNS_TEMPORARY: mark("The name could not be looked up just now."),
    Failure.DNS_REFUSED: mark("The look-up of the name was refused."),
    Failure.DNS_TIMEOUT: mark("The look-up of the name took too long."),
    Failure.DNS_ERROR: mark("The look-up of the name failed."),
    Failure.CONNECT_REFUSED: mark("The connection was refused."),
    Failure.CONNECT_RESET: mark("The connection was cut while it was made."),
    Failure.CONNECT_TIMEOUT: mark("Nobody took the connection in time."),
    Failure.CONNECT_UNREACHABLE: mark("There is no way to the server."),
    Failure.CONNECT_NETWORK_DOWN: mark("The network of this computer is down."),
    Failure.CONNECT_ERROR: mark("The connection could not be made."),
    Failure.TLS_TIMEOUT: mark("The secure connection took too long."),
    Failure.TLS_RESET: mark("The connection was cut while it was being secured."),
    Failure.TLS_EOF: mark("The server hung up while the connection was being secured."),
    Failure.TLS_WRONG_NAME: mark("The certificate is for another name."),
    Failure.TLS_UNKNOWN_ISSUER: mark("The certificate is from an issuer that this computer does not trust."),
    Failure.TLS_EXPIRED: mark("The certificate has expired."),
    Failure.TLS_CERTIFICATE: mark("The certificate cannot be trusted."),
    Failure.TLS_ERROR: mark("The connection could not be secured."),
    Failure.HTTP_TIMEOUT: mark("The server took the question and did not answer in time."),
    Failure.HTTP_RESET: mark("The connection was cut before an answer came."),
    Failure.HTTP_EOF: mark("The server hung up before it answered."),
    Failure.HTTP_PROTOCOL: mark("The answer was not proper HTTP."),
    Failure.HTTP_SERVER_ERROR: mark("The server answered with an error of its own."),
    Failure.HTTP_REFUSED: mark("The server was reached and refused to answer."),
    Failure.HTTP_TOO_MANY: mark("The server was reached and asked for fewer questions."),
    Failure.HTTP_LEGAL: mark("The server was reached and refused for legal reasons."),
    Failure.BODY_TIMEOUT: mark("The answer began and did not end in time."),
    Failure.BODY_CUT: mark("The answer was cut off."),
    Failure.BODY_TOO_LARGE: mark("The answer was too large."),
    Failure.BODY_UNEXPECTED: mark("The answer was not the expected one."),
    Failure.BODY_SAYS_BROKEN: mark("The answer itself says that something is broken."),
    Failure.CHECK_TIMEOUT: mark("The whole check took too long."),
    Failure.OFFICIAL_MAJOR: mark("The status page reports a major outage."),
    Failure.OFFICIAL_MINOR: mark("The status page reports a minor problem."),
    Failure.OFFICIAL_REPORTED: mark("The status page reports a problem."),
    Failure.OFFICIAL_MAINTENANCE: mark("The status page reports maintenance."),
    Failure.OFFICIAL_UNREADABLE: mark("The status page could not be read."),
    Failure.PROXY_UNREACHABLE: mark("The proxy of this computer could not be reached."),
    Failure.NOT_ASKABLE: mark("This computer could not ask."),
    Failure.INTERNAL: mark("Fanal itself made a mistake."),
}

WORDS: Mapping[type, Mapping[Any, str]] = {
    State: STATES,
    Scope: SCOPES,
    Function: FUNCTIONS,
    Source: SOURCES,
    Line: LINES,
    Outcome: OUTCOMES,
    Failure: FAILURES,
}

REASONS: Mapping[Reason, Pair] = {
    Reason.LINE_OFFLINE: marks(
        "Your own connection is down, so it cannot be judged.", "Your own connection is down, so they cannot be judged."
    ),
    Reason.LINE_PORTAL: marks(
        "This network wants you to log in first, so it cannot be judged.",
        "This network wants you to log in first, so they cannot be judged.",
    ),
    Reason.LINE_RESOLVER: marks(
        "Name look-ups fail on this network, so it cannot be judged.",
        "Name look-ups fail on this network, so they cannot be judged.",
    ),
    Reason.LINE_UNKNOWN: marks(
        "A check failed, but your own connection may be the cause: Fanal is asking again.",
        "Checks failed, but your own connection may be the cause: Fanal is asking again.",
    ),
    Reason.SERVER_ERRORS: marks("Its servers answer with errors.", "Their servers answer with errors."),
    Reason.SERVER_ERRORS_PARTLY: marks(
        "Some of its servers answer with errors.", "Some of their servers answer with errors."
    ),
    Reason.NO_ANSWER_ANYWHERE: marks(
        "It answers neither here nor on other networks.", "They answer neither here nor on other networks."
    ),
    Reason.NO_ANSWER_ANYWHERE_PARTLY: marks(
        "Some of its servers answer neither here nor on other networks.",
        "Some of their servers answer neither here nor on other networks.",
    ),
    Reason.NO_ANSWER_AND_ADMITTED: marks(
        "It does not answer here, and its own status page reports an outage.",
        "They do not answer here, and their own status page reports an outage.",
    ),
    Reason.NO_ANSWER_SOME_PLACES: marks(
        "It does not answer here; on other networks it answers in some places and not in others.",
        "They do not answer here; on other networks they answer in some places and not in others.",
    ),
    Reason.NO_ANSWER_IN_COUNTRY: marks(
        "It answers in other countries; from yours, other networks do not reach it either.",
        "They answer in other countries; from yours, other networks do not reach them either.",
    ),
    Reason.NO_ANSWER_RESOLVER: marks(
        "Its name is found elsewhere, and not by the look-ups of this network.",
        "Their names are found elsewhere, and not by the look-ups of this network.",
    ),
    Reason.NO_ANSWER_ONLY_HERE: marks(
        "It answers on other networks: the fault is in your network or on the way.",
        "They answer on other networks: the fault is in your network or on the way.",
    ),
    Reason.NO_ANSWER_ONLY_HERE_PARTLY: marks(
        "Some of its servers do not answer here; on other networks it answers: the fault is in yours or on the way.",
        "Some of their servers do not answer here; on other networks they answer: the fault is in yours or on the way.",
    ),
    Reason.NO_ANSWER_HERE: marks(
        "Fanal does not know whether it answers elsewhere.",
        "Fanal does not know whether they answer elsewhere.",
    ),
    Reason.NO_ANSWER_HERE_PARTLY: marks(
        "Some of its servers do not answer here.", "Some of their servers do not answer here."
    ),
    Reason.OFFICIAL_MAJOR: marks("Its own status page reports an outage.", "Their own status page reports an outage."),
    Reason.OFFICIAL_MINOR: marks(
        "Its own status page reports a minor problem.", "Their own status page reports a minor problem."
    ),
    Reason.OFFICIAL_REPORTED: marks(
        "Its own status page reports a problem.", "Their own status page reports a problem."
    ),
    Reason.PEOPLE_REPORT: marks(
        "More people than usual report trouble with it.", "More people than usual report trouble with them."
    ),
    Reason.LONE_WITNESS: marks(
        "One of its servers keeps failing, and nothing else agrees yet.",
        "One server of each keeps failing, and nothing else agrees yet.",
    ),
    Reason.BODY_UNEXPECTED: marks(
        "It answers, but not as it should: what that means cannot be told.",
        "They answer, but not as they should: what that means cannot be told.",
    ),
    Reason.MAINTENANCE: marks(
        "It answers; its own status page announces maintenance.",
        "They answer; their own status page announces maintenance.",
    ),
    Reason.REFUSES: marks(
        "It answers and refuses Fanal's questions: more cannot be seen.",
        "They answer and refuse Fanal's questions: more cannot be seen.",
    ),
    Reason.ONE_FAILURE: marks(
        "A check failed; Fanal is asking again to be sure.", "Checks failed; Fanal is asking again to be sure."
    ),
    Reason.SLOW: marks("It answers much more slowly than usual.", "They answer much more slowly than usual."),
    Reason.WORKS: marks("It gave a healthy answer.", "They gave healthy answers."),
    Reason.ANSWERS: marks(
        "It answers; more cannot be seen without logging in.", "They answer; more cannot be seen without logging in."
    ),
    Reason.NOTHING_FRESH: marks("There is no recent answer.", "There are no recent answers."),
}

PAGE_UNREAD = mark("Its own status page could not be read for hours.")
STANDING = mark("It has not answered on this network for long or ever, so it does not count here.")

ENDINGS: Mapping[Ending, str] = {
    Ending.STANDING: mark("still so: it no longer counts on this network"),
    Ending.NOT_WATCHED: mark("no longer watched"),
    Ending.MOVED: mark("went on as another story"),
    Ending.FADED: mark("never said to be over"),
}
"""Where the end is not that it works again."""

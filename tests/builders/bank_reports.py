"""Status reports of a bank (pain.002) as bytes."""

from __future__ import annotations

_FORM = """<?xml version="1.0" encoding="UTF-8"?>
<{p}Document xmlns{colon}="urn:iso:std:iso:20022:tech:xsd:{version}"><{p}CstmrPmtStsRpt>
<{p}GrpHdr><{p}MsgId>{message}</{p}MsgId><{p}CreDtTm>2026-11-25T08:30:00</{p}CreDtTm></{p}GrpHdr>
<{p}OrgnlGrpInfAndSts><{p}OrgnlMsgId>{of}</{p}OrgnlMsgId><{p}OrgnlMsgNmId>pain.001.001.09</{p}OrgnlMsgNmId>{group}\
</{p}OrgnlGrpInfAndSts>{blocks}
</{p}CstmrPmtStsRpt></{p}Document>"""


def a_status(reference: str, status: str, *, code: str = "", words: str = "", amount: str = "") -> str:
    """What the bank says of one payment, in a block of its own; ``@`` stands for the prefix of the namespace."""
    about = f'<@OrgnlTxRef><@Amt><@InstdAmt Ccy="EUR">{amount}</@InstdAmt></@Amt></@OrgnlTxRef>' if amount else ""
    one = f"<@OrgnlEndToEndId>{reference}</@OrgnlEndToEndId><@TxSts>{status}</@TxSts>{_reason(code, words)}{about}"
    return f"<@OrgnlPmtInfAndSts><@OrgnlPmtInfId>{reference}</@OrgnlPmtInfId><@TxInfAndSts>{one}</@TxInfAndSts></@OrgnlPmtInfAndSts>"


def a_report_file(
    of_message: str,
    *statuses: str,
    version: str = "pain.002.001.10",
    prefix: str = "",
    group: str = "",
    group_code: str = "",
    blocks: tuple[tuple[str, str, str], ...] = (),
    message: str = "BANK-1",
) -> bytes:
    """The report about a file; ``blocks`` are name, status and code of blocks of payments."""
    said = f"<@GrpSts>{group}</@GrpSts>{_reason(group_code)}" if group else ""
    whole = "".join(
        f"<@OrgnlPmtInfAndSts><@OrgnlPmtInfId>{name}</@OrgnlPmtInfId><@PmtInfSts>{status}</@PmtInfSts>{_reason(code)}"
        "</@OrgnlPmtInfAndSts>"
        for name, status, code in blocks
    )
    text = _FORM.format(
        p=prefix,
        colon=f":{prefix.removesuffix(':')}" if prefix else "",
        version=version,
        message=message,
        of=of_message,
        group=said.replace("@", prefix),
        blocks=(whole + "".join(statuses)).replace("@", prefix),
    )
    return text.encode()


def _reason(code: str, words: str = "") -> str:
    if not code:
        return ""
    more = f"<@AddtlInf>{words}</@AddtlInf>" if words else ""
    return f"<@StsRsnInf><@Rsn><@Cd>{code}</@Cd></@Rsn>{more}</@StsRsnInf>"

"""Grants: from the adopted ranking to signed awards, the letters that tell them, and the agreements that follow.

Words: award (the decision on one application, favourable or not), outcome (main list, reserve list, below threshold,
not selected, refused at a check), letter (information or rejection, with its evaluation summary report), deemed receipt
(when an unopened letter counts as received), redress (the term in which a decision may be contested).
Grant (what an award becomes), party (the coordinator or another beneficiary), agreement (the frozen text that parties and
authority sign), version (one such text), signatory (who is mandated to sign for a party).
A programme officer prepares and sends, an authorising officer signs: never the same person. What is signed for the main
list is bound in the ledger in the same transaction; applicants see nothing before their letter is sent.

    stateDiagram-v2
        [*] --> prepared
        prepared --> signed: signed
        prepared --> dropped: taken_back
        signed --> informed: informed

    stateDiagram-v2
        [*] --> to_send
        to_send --> sent: sent

    stateDiagram-v2
        [*] --> preparation
        preparation --> signature: opened_for_signature
        preparation --> abandoned: abandoned
        signature --> preparation: returned
        signature --> running: entered_into_force
        signature --> abandoned: abandoned
        running --> closed: closed
        running --> terminated: terminated

The agreement is signed by its hash: the coordinator first, the other beneficiaries in any order, an authorising officer who
did not open it last. Its figures follow from the version of the call that the application was judged by.

Use cases: prepare_awards, sign_award (one, or several with sign_awards), drop_award, promote_reserve, preview_letter,
send_letters, open_grant (called by it), confirm_data, declare_for_grant, name_party_signatory, propose_dates,
send_preparation (and return_grant), open_for_signature, sign_agreement (for a party or for the authority), abandon_grant,
request_prefinancing, resubmit_grant_payment, amend_agreement (called by an amendment).
"""

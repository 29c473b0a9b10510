"""Grants: from the adopted ranking to signed awards and the letters that tell them.

Words: award (the decision on one application, favourable or not), outcome (main list, reserve list, below threshold,
not selected, refused at a check), letter (information or rejection, with its evaluation summary report), deemed receipt
(when an unopened letter counts as received), redress (the term in which a decision may be contested).
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

Use cases: prepare_awards, sign_award (one, or several with sign_awards), drop_award, promote_reserve, preview_letter,
send_letters.
"""

"""Amendments: how the agreement of a running grant is changed, by both sides and with nothing lost.

Words: amendment (a change of one version of an agreement; it has a number), proposal (what is to change: bank account,
budget, duration), addendum (the frozen text that is signed), round (how often a text was frozen: what was accepted can
still be given back), comparison (what differs between two versions, computed whenever it is shown).
The coordinator asks, an officer who did not ask decides within 45 days, a legal signatory of the coordinator signs for
all beneficiaries, and an authorising officer who did not accept it signs last. Then the next version of the agreement is
in force; the costs of reports that were submitted keep the version that they were judged by. A lower maximum grant
counts for every payment from then on, and the rest of the commitment is free again. The budget is judged by the arithmetic
and the limits of the application, and may not undo what was accepted or paid. A bank account counts once two persons of
the payment circuit have seen it. The managing body may begin one as well: an officer writes and proposes it, which freezes its
text, a legal signatory of the coordinator signs or declines it within 45 days, and an authorising officer who did not
propose it signs last.

    stateDiagram-v2
        [*] --> draft
        draft --> requested: requested
        draft --> withdrawn: withdrawn
        requested --> returned: returned
        requested --> refused: refused
        requested --> accepted: accepted
        requested --> withdrawn: withdrawn
        returned --> requested: requested
        returned --> withdrawn: withdrawn
        accepted --> signed: signed
        accepted --> returned: returned
        accepted --> withdrawn: withdrawn
        signed --> returned: returned
        signed --> in_force: entered_into_force
        draft --> accepted: proposed
        returned --> accepted: proposed
        accepted --> refused: declined
        signed --> withdrawn: cancelled

Use cases: start_amendment (and withdraw_amendment), save_amendment, request_amendment, propose_amendment
(and decline_amendment), decide_amendment,
sign_amendment (for the coordinator or for the authority). What each change begins with stands in use_cases/acting.py.
"""
